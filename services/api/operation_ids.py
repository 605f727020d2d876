"""The operation ids of the OpenAPI document, where the name of a route's function says too little on its own.

Generated clients name their functions after them, so they are never changed.
"""

from types import MappingProxyType

OPERATION_IDS = MappingProxyType(
    {
        "DELETE /tracks/{track_id}/annotations/{annotator}": "withdraw_annotation",
        "GET /dataset/report": "get_dataset_report",
        "GET /dataset/report.html": "get_dataset_report_page",
        "GET /export": "export_tracks",
        "GET /features/recompute": "plan_recompute",
        "GET /features/status": "get_feature_status",
        "GET /health": "get_health",
        "GET /jobs/{job_id}": "get_job",
        "GET /jobs/{job_id}/events": "watch_job",
        "GET /jobs/{job_id}/items": "list_job_items",
        "GET /jobs/{job_id}/leaderboard": "get_leaderboard",
        "GET /merges/{merge_id}": "get_merge",
        "GET /models/history": "list_promotions",
        "GET /models/{model_id}": "get_model",
        "GET /models/{model_id}/evaluations": "list_evaluations",
        "GET /models/{model_id}/flips": "list_model_flips",
        "GET /models/{model_id}/report": "get_model_report",
        "GET /models/{model_id}/report.html": "get_model_report_page",
        "GET /models/{model_id}/report.png": "get_model_report_picture",
        "GET /predict/{job_id}": "get_upload_prediction",
        "GET /predict/{job_id}/curve": "get_upload_curve",
        "GET /review": "draw_review_tracks",
        "GET /review/progress": "get_review_progress",
        "GET /settings": "get_settings",
        "GET /similar/{job_id}": "get_upload_similar_tracks",
        "GET /tracks/{track_id}": "get_track",
        "GET /tracks/{track_id}/annotations": "list_track_annotations",
        "GET /tracks/{track_id}/emotion": "get_track_emotion",
        "GET /tracks/{track_id}/emotion/curve": "get_track_curve",
        "GET /tracks/{track_id}/features": "get_track_features",
        "GET /tracks/{track_id}/similar": "list_similar_tracks",
        "GET /tracks/{track_id}/spectrogram.png": "get_track_spectrogram",
        "GET /tracks/{track_id}/tags": "get_track_tags",
        "GET /tracks/{track_id}/valence-arousal": "get_track_valence_arousal",
        "GET /v1/audio-features": "list_audio_features",
        "GET /v1/audio-features/{track_id}": "get_audio_features",
        "PATCH /settings": "change_settings",
        "PATCH /tracks/{track_id}": "correct_track_names",
        "POST /crawl": "start_crawl",
        "POST /crawl/preview": "preview_crawl",
        "POST /features/augment": "start_augmentation",
        "POST /features/pack": "start_packing",
        "POST /features/recompute": "start_recompute",
        "POST /hooks/library": "report_library_change",
        "POST /models/rollback": "roll_back_champion",
        "POST /models/{model_id}/evaluate": "start_evaluation",
        "POST /models/{model_id}/promote": "promote_model",
        "POST /predict": "predict_upload",
        "POST /similar": "find_similar_tracks",
        "POST /train": "start_training",
        "PUT /tracks/{track_id}/annotations/{annotator}": "annotate_track",
    }
)
"""From the method and path of an operation to its id."""
