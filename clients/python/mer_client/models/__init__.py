"""Contains all the data models used in inputs/outputs"""

from .agreement_response import AgreementResponse
from .analysed_section_response import AnalysedSectionResponse
from .analysed_track_response import AnalysedTrackResponse
from .analysis_meta_response import AnalysisMetaResponse
from .annotate_request import AnnotateRequest
from .annotation_response import AnnotationResponse
from .annotator_count import AnnotatorCount
from .annotator_count_emotions import AnnotatorCountEmotions
from .annotator_count_kind import AnnotatorCountKind
from .annotator_kind import AnnotatorKind
from .annotator_response import AnnotatorResponse
from .annotator_response_kind import AnnotatorResponseKind
from .answer_accuracy_response import AnswerAccuracyResponse
from .answer_figures_response import AnswerFiguresResponse
from .array_response import ArrayResponse
from .audio_analysis_response import AudioAnalysisResponse
from .audio_analysis_response_bars_item import AudioAnalysisResponseBarsItem
from .audio_analysis_response_beats_item import AudioAnalysisResponseBeatsItem
from .audio_analysis_response_segments_item import AudioAnalysisResponseSegmentsItem
from .audio_analysis_response_tatums_item import AudioAnalysisResponseTatumsItem
from .audio_features_list_response import AudioFeaturesListResponse
from .audio_features_response import AudioFeaturesResponse
from .call_count_response import CallCountResponse
from .catalogue_response import CatalogueResponse
from .catalogue_response_reasons import CatalogueResponseReasons
from .catalogue_response_statuses import CatalogueResponseStatuses
from .catalogue_response_statuses_additional_property import CatalogueResponseStatusesAdditionalProperty
from .catalogue_response_values import CatalogueResponseValues
from .clip_response import ClipResponse
from .contradiction_response import ContradictionResponse
from .contradiction_response_kind import ContradictionResponseKind
from .contradiction_response_shares import ContradictionResponseShares
from .contributing_excerpt_response import ContributingExcerptResponse
from .cover_size import CoverSize
from .crawl_preview_response import CrawlPreviewResponse
from .curve_head_response import CurveHeadResponse
from .curve_head_response_figures import CurveHeadResponseFigures
from .curve_head_response_valence_arousal_from_type_0 import CurveHeadResponseValenceArousalFromType0
from .curve_segment_response import CurveSegmentResponse
from .curve_segment_response_probabilities import CurveSegmentResponseProbabilities
from .curve_window_response import CurveWindowResponse
from .curve_window_response_probabilities import CurveWindowResponseProbabilities
from .dataset_report_response import DatasetReportResponse
from .dataset_report_response_conflicts_by_pair import DatasetReportResponseConflictsByPair
from .dataset_report_response_decisions import DatasetReportResponseDecisions
from .dataset_report_response_decisions_additional_property import DatasetReportResponseDecisionsAdditionalProperty
from .dataset_report_response_features import DatasetReportResponseFeatures
from .dataset_report_response_moods import DatasetReportResponseMoods
from .dataset_report_response_moods_additional_property import DatasetReportResponseMoodsAdditionalProperty
from .dataset_report_response_out_of_domain import DatasetReportResponseOutOfDomain
from .dataset_report_response_sources import DatasetReportResponseSources
from .dataset_report_response_sources_additional_property import DatasetReportResponseSourcesAdditionalProperty
from .descriptor_response import DescriptorResponse
from .distribution_response import DistributionResponse
from .duplicate_counts_response import DuplicateCountsResponse
from .duplicate_response import DuplicateResponse
from .duplicate_response_state import DuplicateResponseState
from .emotion_change_response import EmotionChangeResponse
from .emotion_flip_list_response import EmotionFlipListResponse
from .emotion_flip_response import EmotionFlipResponse
from .emotion_response import EmotionResponse
from .emotion_response_basis_type_0 import EmotionResponseBasisType0
from .emotion_response_content_kind_type_0 import EmotionResponseContentKindType0
from .emotion_response_decided_by_type_0 import EmotionResponseDecidedByType0
from .emotion_response_probabilities import EmotionResponseProbabilities
from .emotion_response_reason_type_0 import EmotionResponseReasonType0
from .emotion_response_sets import EmotionResponseSets
from .emotion_response_valence_arousal_basis_type_0 import EmotionResponseValenceArousalBasisType0
from .estimator_response import EstimatorResponse
from .estimator_response_grid import EstimatorResponseGrid
from .estimator_response_hyperparameters import EstimatorResponseHyperparameters
from .evaluate_request import EvaluateRequest
from .evaluation_response import EvaluationResponse
from .evaluation_response_counts import EvaluationResponseCounts
from .evaluation_response_metrics import EvaluationResponseMetrics
from .evaluation_response_subset import EvaluationResponseSubset
from .export_talk_library import ExportTalkLibrary
from .export_tracks_format import ExportTracksFormat
from .export_tracks_library import ExportTracksLibrary
from .export_tracks_missing import ExportTracksMissing
from .failing_health_response import FailingHealthResponse
from .failing_health_response_queues_type_0 import FailingHealthResponseQueuesType0
from .failing_health_response_workers_type_0 import FailingHealthResponseWorkersType0
from .feature_distribution_response import FeatureDistributionResponse
from .feature_distribution_response_moods import FeatureDistributionResponseMoods
from .feature_state_response import FeatureStateResponse
from .feature_state_response_state import FeatureStateResponseState
from .feature_status_response import FeatureStatusResponse
from .feature_status_response_not_music import FeatureStatusResponseNotMusic
from .feature_status_response_stages import FeatureStatusResponseStages
from .find_similar_tracks_body import FindSimilarTracksBody
from .find_similar_tracks_missing import FindSimilarTracksMissing
from .folder_change_response import FolderChangeResponse
from .get_dataset_report_library import GetDatasetReportLibrary
from .get_dataset_report_page_library import GetDatasetReportPageLibrary
from .get_model_report_response_get_model_report import GetModelReportResponseGetModelReport
from .get_track_curve_sets import GetTrackCurveSets
from .get_track_emotion_sets import GetTrackEmotionSets
from .get_upload_curve_sets import GetUploadCurveSets
from .get_upload_prediction_sets import GetUploadPredictionSets
from .get_upload_similar_tracks_missing import GetUploadSimilarTracksMissing
from .given_annotation_response import GivenAnnotationResponse
from .given_annotation_response_state import GivenAnnotationResponseState
from .health_status_response import HealthStatusResponse
from .hook_response import HookResponse
from .hyperparameter_response import HyperparameterResponse
from .interval_response import IntervalResponse
from .invalid_part import InvalidPart
from .item_counts_response import ItemCountsResponse
from .item_state import ItemState
from .job_item_response import JobItemResponse
from .job_item_response_stage import JobItemResponseStage
from .job_item_response_state import JobItemResponseState
from .job_response import JobResponse
from .job_response_ignored import JobResponseIgnored
from .job_response_kind import JobResponseKind
from .job_response_params import JobResponseParams
from .job_response_reasons import JobResponseReasons
from .job_response_state import JobResponseState
from .label_conflict_response import LabelConflictResponse
from .label_conflict_response_said import LabelConflictResponseSaid
from .label_response import LabelResponse
from .label_response_shares import LabelResponseShares
from .leaderboard_response import LeaderboardResponse
from .library_root_response import LibraryRootResponse
from .list_duplicates_state import ListDuplicatesState
from .list_similar_tracks_missing import ListSimilarTracksMissing
from .list_tracks_analysis_type_0 import ListTracksAnalysisType0
from .list_tracks_missing import ListTracksMissing
from .list_tracks_sort_type_0 import ListTracksSortType0
from .merge_duplicate_request import MergeDuplicateRequest
from .merge_reference import MergeReference
from .merge_reference_reason import MergeReferenceReason
from .merge_response import MergeResponse
from .merge_response_reason import MergeResponseReason
from .model_accuracy_response import ModelAccuracyResponse
from .model_accuracy_response_measured_on import ModelAccuracyResponseMeasuredOn
from .model_reference import ModelReference
from .model_response import ModelResponse
from .model_response_card import ModelResponseCard
from .model_response_curve_type_0 import ModelResponseCurveType0
from .model_response_metrics import ModelResponseMetrics
from .model_response_state import ModelResponseState
from .mood_summary_response import MoodSummaryResponse
from .moved_track_response import MovedTrackResponse
from .names_body import NamesBody
from .own_agreement_response import OwnAgreementResponse
from .pack_request import PackRequest
from .pack_request_kind import PackRequestKind
from .pack_response import PackResponse
from .pack_response_summary import PackResponseSummary
from .page_response_agreement_response import PageResponseAgreementResponse
from .page_response_duplicate_response import PageResponseDuplicateResponse
from .page_response_evaluation_response import PageResponseEvaluationResponse
from .page_response_given_annotation_response import PageResponseGivenAnnotationResponse
from .page_response_job_item_response import PageResponseJobItemResponse
from .page_response_job_response import PageResponseJobResponse
from .page_response_merge_response import PageResponseMergeResponse
from .page_response_model_response import PageResponseModelResponse
from .page_response_promotion_history_response import PageResponsePromotionHistoryResponse
from .parked_work_response import ParkedWorkResponse
from .pending_response import PendingResponse
from .pending_response_stage import PendingResponseStage
from .pending_response_state import PendingResponseState
from .personal_response import PersonalResponse
from .point_move_list_response import PointMoveListResponse
from .point_move_response import PointMoveResponse
from .predict_upload_body import PredictUploadBody
from .predict_upload_sets import PredictUploadSets
from .problem_details import ProblemDetails
from .promote_request import PromoteRequest
from .promotion_history_response import PromotionHistoryResponse
from .promotion_response import PromotionResponse
from .promotion_response_card import PromotionResponseCard
from .promotion_response_curve_type_0 import PromotionResponseCurveType0
from .promotion_response_metrics import PromotionResponseMetrics
from .promotion_response_state import PromotionResponseState
from .provenance_response import ProvenanceResponse
from .provenance_response_reasons import ProvenanceResponseReasons
from .provenance_response_status import ProvenanceResponseStatus
from .ranked_model_response import RankedModelResponse
from .ranked_model_response_macro_f1_type_0 import RankedModelResponseMacroF1Type0
from .ranked_model_response_score import RankedModelResponseScore
from .ranked_model_response_state import RankedModelResponseState
from .ranked_model_response_weighted_f1_type_0 import RankedModelResponseWeightedF1Type0
from .recompute_plan_response import RecomputePlanResponse
from .recompute_plan_response_stages import RecomputePlanResponseStages
from .recompute_request import RecomputeRequest
from .removal_response import RemovalResponse
from .removed_track_response import RemovedTrackResponse
from .removed_track_response_annotations import RemovedTrackResponseAnnotations
from .report_library_change_body import ReportLibraryChangeBody
from .resolve_duplicate_request import ResolveDuplicateRequest
from .review_comparison_response import ReviewComparisonResponse
from .review_item_response import ReviewItemResponse
from .review_item_response_reason import ReviewItemResponseReason
from .review_progress_response import ReviewProgressResponse
from .review_response import ReviewResponse
from .rollback_request import RollbackRequest
from .section_mood_response import SectionMoodResponse
from .section_mood_response_probabilities import SectionMoodResponseProbabilities
from .session_response import SessionResponse
from .session_response_access import SessionResponseAccess
from .session_response_role import SessionResponseRole
from .setting_list_response import SettingListResponse
from .setting_response import SettingResponse
from .setting_response_source import SettingResponseSource
from .settings_body import SettingsBody
from .settings_body_watch_type_1 import SettingsBodyWatchType1
from .similar_track_response import SimilarTrackResponse
from .similar_track_response_basis_type_0 import SimilarTrackResponseBasisType0
from .similar_track_response_decided_by_type_0 import SimilarTrackResponseDecidedByType0
from .similar_tracks_response import SimilarTracksResponse
from .similarity_basis_response import SimilarityBasisResponse
from .similarity_basis_response_kind import SimilarityBasisResponseKind
from .similarity_basis_response_taggers_type_0 import SimilarityBasisResponseTaggersType0
from .source_response import SourceResponse
from .source_response_state import SourceResponseState
from .spotify_album_response import SpotifyAlbumResponse
from .spotify_album_response_external_urls import SpotifyAlbumResponseExternalUrls
from .spotify_album_response_images_item import SpotifyAlbumResponseImagesItem
from .spotify_artist_response import SpotifyArtistResponse
from .spotify_artist_response_external_urls import SpotifyArtistResponseExternalUrls
from .spotify_problem import SpotifyProblem
from .spotify_problem_part import SpotifyProblemPart
from .spotify_search_response import SpotifySearchResponse
from .spotify_track_list_response import SpotifyTrackListResponse
from .spotify_track_page import SpotifyTrackPage
from .spotify_track_response import SpotifyTrackResponse
from .spotify_track_response_external_ids import SpotifyTrackResponseExternalIds
from .spotify_track_response_external_urls import SpotifyTrackResponseExternalUrls
from .stage_status_response import StageStatusResponse
from .stale_features_response import StaleFeaturesResponse
from .start_augmentation_request import StartAugmentationRequest
from .start_augmentation_request_variants_item import StartAugmentationRequestVariantsItem
from .start_crawl_request import StartCrawlRequest
from .start_crawl_request_audio_type_0_item import StartCrawlRequestAudioType0Item
from .start_crawl_request_moods import StartCrawlRequestMoods
from .start_crawl_request_source import StartCrawlRequestSource
from .start_crawl_request_taxonomy_type_0 import StartCrawlRequestTaxonomyType0
from .start_training_request import StartTrainingRequest
from .start_training_request_estimators_item import StartTrainingRequestEstimatorsItem
from .start_training_request_grid import StartTrainingRequestGrid
from .start_training_request_grid_additional_property import StartTrainingRequestGridAdditionalProperty
from .start_training_request_head import StartTrainingRequestHead
from .start_training_request_hyperparameters import StartTrainingRequestHyperparameters
from .start_training_request_hyperparameters_additional_property import (
    StartTrainingRequestHyperparametersAdditionalProperty,
)
from .start_training_request_imbalance import StartTrainingRequestImbalance
from .start_training_request_inputs_item import StartTrainingRequestInputsItem
from .start_training_request_library import StartTrainingRequestLibrary
from .start_training_request_merge_type_0 import StartTrainingRequestMergeType0
from .start_training_request_scoring import StartTrainingRequestScoring
from .start_training_request_search import StartTrainingRequestSearch
from .start_training_request_thresholds import StartTrainingRequestThresholds
from .starter_health_response import StarterHealthResponse
from .stored_arrays_response import StoredArraysResponse
from .summary_response import SummaryResponse
from .summary_response_decided_by import SummaryResponseDecidedBy
from .summary_response_failures import SummaryResponseFailures
from .summary_response_not_music import SummaryResponseNotMusic
from .summary_track_response import SummaryTrackResponse
from .tag_change_response import TagChangeResponse
from .tag_flip_list_response import TagFlipListResponse
from .tag_flip_response import TagFlipResponse
from .tagger_problem_response import TaggerProblemResponse
from .track_counts_response import TrackCountsResponse
from .track_curve_response import TrackCurveResponse
from .track_features_response import TrackFeaturesResponse
from .track_features_response_state import TrackFeaturesResponseState
from .track_page import TrackPage
from .track_peaks_response import TrackPeaksResponse
from .track_provenance_response import TrackProvenanceResponse
from .track_record_response import TrackRecordResponse
from .track_record_response_measured_on import TrackRecordResponseMeasuredOn
from .track_response import TrackResponse
from .track_response_basis_type_0 import TrackResponseBasisType0
from .track_response_content_kind_type_0 import TrackResponseContentKindType0
from .track_response_decided_by_type_0 import TrackResponseDecidedByType0
from .track_summary_response import TrackSummaryResponse
from .track_tag_response import TrackTagResponse
from .track_tag_response_origin import TrackTagResponseOrigin
from .track_tags_response import TrackTagsResponse
from .track_tags_response_basis_type_0 import TrackTagsResponseBasisType0
from .track_tags_response_decided_by import TrackTagsResponseDecidedBy
from .track_tags_response_probabilities import TrackTagsResponseProbabilities
from .track_tags_response_thresholds import TrackTagsResponseThresholds
from .track_valence_arousal_response import TrackValenceArousalResponse
from .track_valence_arousal_response_annotated_type_0 import TrackValenceArousalResponseAnnotatedType0
from .track_valence_arousal_response_basis_type_0 import TrackValenceArousalResponseBasisType0
from .track_valence_arousal_response_decided_by import TrackValenceArousalResponseDecidedBy
from .track_valence_arousal_response_predicted_type_0 import TrackValenceArousalResponsePredictedType0
from .track_valence_arousal_response_probabilities_type_0 import TrackValenceArousalResponseProbabilitiesType0
from .track_valence_arousal_response_quadrant_type_0 import TrackValenceArousalResponseQuadrantType0
from .upload_curve_response import UploadCurveResponse
from .upload_emotion_response import UploadEmotionResponse
from .upload_emotion_response_basis import UploadEmotionResponseBasis
from .upload_emotion_response_content_kind_type_0 import UploadEmotionResponseContentKindType0
from .upload_emotion_response_probabilities import UploadEmotionResponseProbabilities
from .upload_emotion_response_reason_type_0 import UploadEmotionResponseReasonType0
from .upload_emotion_response_sets import UploadEmotionResponseSets
from .upload_tags_response import UploadTagsResponse
from .upload_tags_response_basis import UploadTagsResponseBasis
from .upload_tags_response_probabilities import UploadTagsResponseProbabilities
from .upload_tags_response_thresholds import UploadTagsResponseThresholds
from .upload_valence_arousal_response import UploadValenceArousalResponse
from .upload_valence_arousal_response_basis import UploadValenceArousalResponseBasis
from .upload_valence_arousal_response_probabilities_type_0 import UploadValenceArousalResponseProbabilitiesType0
from .upload_valence_arousal_response_quadrant_type_0 import UploadValenceArousalResponseQuadrantType0
from .valence_arousal_response import ValenceArousalResponse
from .valence_arousal_response_quadrant_type_0 import ValenceArousalResponseQuadrantType0
from .variant_counts_response import VariantCountsResponse
from .waiting_response import WaitingResponse
from .watch_job_job_event import WatchJobJobEvent
from .watch_job_job_event_event import WatchJobJobEventEvent
from .watched_root_response import WatchedRootResponse
from .watched_root_response_mode import WatchedRootResponseMode
from .withdrawal_response import WithdrawalResponse
from .worker_health_response import WorkerHealthResponse
from .working_health_response import WorkingHealthResponse
from .working_health_response_queues import WorkingHealthResponseQueues
from .working_health_response_workers import WorkingHealthResponseWorkers

__all__ = (
    "AgreementResponse",
    "AnalysedSectionResponse",
    "AnalysedTrackResponse",
    "AnalysisMetaResponse",
    "AnnotateRequest",
    "AnnotationResponse",
    "AnnotatorCount",
    "AnnotatorCountEmotions",
    "AnnotatorCountKind",
    "AnnotatorKind",
    "AnnotatorResponse",
    "AnnotatorResponseKind",
    "AnswerAccuracyResponse",
    "AnswerFiguresResponse",
    "ArrayResponse",
    "AudioAnalysisResponse",
    "AudioAnalysisResponseBarsItem",
    "AudioAnalysisResponseBeatsItem",
    "AudioAnalysisResponseSegmentsItem",
    "AudioAnalysisResponseTatumsItem",
    "AudioFeaturesListResponse",
    "AudioFeaturesResponse",
    "CallCountResponse",
    "CatalogueResponse",
    "CatalogueResponseReasons",
    "CatalogueResponseStatuses",
    "CatalogueResponseStatusesAdditionalProperty",
    "CatalogueResponseValues",
    "ClipResponse",
    "ContradictionResponse",
    "ContradictionResponseKind",
    "ContradictionResponseShares",
    "ContributingExcerptResponse",
    "CoverSize",
    "CrawlPreviewResponse",
    "CurveHeadResponse",
    "CurveHeadResponseFigures",
    "CurveHeadResponseValenceArousalFromType0",
    "CurveSegmentResponse",
    "CurveSegmentResponseProbabilities",
    "CurveWindowResponse",
    "CurveWindowResponseProbabilities",
    "DatasetReportResponse",
    "DatasetReportResponseConflictsByPair",
    "DatasetReportResponseDecisions",
    "DatasetReportResponseDecisionsAdditionalProperty",
    "DatasetReportResponseFeatures",
    "DatasetReportResponseMoods",
    "DatasetReportResponseMoodsAdditionalProperty",
    "DatasetReportResponseOutOfDomain",
    "DatasetReportResponseSources",
    "DatasetReportResponseSourcesAdditionalProperty",
    "DescriptorResponse",
    "DistributionResponse",
    "DuplicateCountsResponse",
    "DuplicateResponse",
    "DuplicateResponseState",
    "EmotionChangeResponse",
    "EmotionFlipListResponse",
    "EmotionFlipResponse",
    "EmotionResponse",
    "EmotionResponseBasisType0",
    "EmotionResponseContentKindType0",
    "EmotionResponseDecidedByType0",
    "EmotionResponseProbabilities",
    "EmotionResponseReasonType0",
    "EmotionResponseSets",
    "EmotionResponseValenceArousalBasisType0",
    "EstimatorResponse",
    "EstimatorResponseGrid",
    "EstimatorResponseHyperparameters",
    "EvaluateRequest",
    "EvaluationResponse",
    "EvaluationResponseCounts",
    "EvaluationResponseMetrics",
    "EvaluationResponseSubset",
    "ExportTalkLibrary",
    "ExportTracksFormat",
    "ExportTracksLibrary",
    "ExportTracksMissing",
    "FailingHealthResponse",
    "FailingHealthResponseQueuesType0",
    "FailingHealthResponseWorkersType0",
    "FeatureDistributionResponse",
    "FeatureDistributionResponseMoods",
    "FeatureStateResponse",
    "FeatureStateResponseState",
    "FeatureStatusResponse",
    "FeatureStatusResponseNotMusic",
    "FeatureStatusResponseStages",
    "FindSimilarTracksBody",
    "FindSimilarTracksMissing",
    "FolderChangeResponse",
    "GetDatasetReportLibrary",
    "GetDatasetReportPageLibrary",
    "GetModelReportResponseGetModelReport",
    "GetTrackCurveSets",
    "GetTrackEmotionSets",
    "GetUploadCurveSets",
    "GetUploadPredictionSets",
    "GetUploadSimilarTracksMissing",
    "GivenAnnotationResponse",
    "GivenAnnotationResponseState",
    "HealthStatusResponse",
    "HookResponse",
    "HyperparameterResponse",
    "IntervalResponse",
    "InvalidPart",
    "ItemCountsResponse",
    "ItemState",
    "JobItemResponse",
    "JobItemResponseStage",
    "JobItemResponseState",
    "JobResponse",
    "JobResponseIgnored",
    "JobResponseKind",
    "JobResponseParams",
    "JobResponseReasons",
    "JobResponseState",
    "LabelConflictResponse",
    "LabelConflictResponseSaid",
    "LabelResponse",
    "LabelResponseShares",
    "LeaderboardResponse",
    "LibraryRootResponse",
    "ListDuplicatesState",
    "ListSimilarTracksMissing",
    "ListTracksAnalysisType0",
    "ListTracksMissing",
    "ListTracksSortType0",
    "MergeDuplicateRequest",
    "MergeReference",
    "MergeReferenceReason",
    "MergeResponse",
    "MergeResponseReason",
    "ModelAccuracyResponse",
    "ModelAccuracyResponseMeasuredOn",
    "ModelReference",
    "ModelResponse",
    "ModelResponseCard",
    "ModelResponseCurveType0",
    "ModelResponseMetrics",
    "ModelResponseState",
    "MoodSummaryResponse",
    "MovedTrackResponse",
    "NamesBody",
    "OwnAgreementResponse",
    "PackRequest",
    "PackRequestKind",
    "PackResponse",
    "PackResponseSummary",
    "PageResponseAgreementResponse",
    "PageResponseDuplicateResponse",
    "PageResponseEvaluationResponse",
    "PageResponseGivenAnnotationResponse",
    "PageResponseJobItemResponse",
    "PageResponseJobResponse",
    "PageResponseMergeResponse",
    "PageResponseModelResponse",
    "PageResponsePromotionHistoryResponse",
    "ParkedWorkResponse",
    "PendingResponse",
    "PendingResponseStage",
    "PendingResponseState",
    "PersonalResponse",
    "PointMoveListResponse",
    "PointMoveResponse",
    "PredictUploadBody",
    "PredictUploadSets",
    "ProblemDetails",
    "PromoteRequest",
    "PromotionHistoryResponse",
    "PromotionResponse",
    "PromotionResponseCard",
    "PromotionResponseCurveType0",
    "PromotionResponseMetrics",
    "PromotionResponseState",
    "ProvenanceResponse",
    "ProvenanceResponseReasons",
    "ProvenanceResponseStatus",
    "RankedModelResponse",
    "RankedModelResponseMacroF1Type0",
    "RankedModelResponseScore",
    "RankedModelResponseState",
    "RankedModelResponseWeightedF1Type0",
    "RecomputePlanResponse",
    "RecomputePlanResponseStages",
    "RecomputeRequest",
    "RemovalResponse",
    "RemovedTrackResponse",
    "RemovedTrackResponseAnnotations",
    "ReportLibraryChangeBody",
    "ResolveDuplicateRequest",
    "ReviewComparisonResponse",
    "ReviewItemResponse",
    "ReviewItemResponseReason",
    "ReviewProgressResponse",
    "ReviewResponse",
    "RollbackRequest",
    "SectionMoodResponse",
    "SectionMoodResponseProbabilities",
    "SessionResponse",
    "SessionResponseAccess",
    "SessionResponseRole",
    "SettingListResponse",
    "SettingResponse",
    "SettingResponseSource",
    "SettingsBody",
    "SettingsBodyWatchType1",
    "SimilarityBasisResponse",
    "SimilarityBasisResponseKind",
    "SimilarityBasisResponseTaggersType0",
    "SimilarTrackResponse",
    "SimilarTrackResponseBasisType0",
    "SimilarTrackResponseDecidedByType0",
    "SimilarTracksResponse",
    "SourceResponse",
    "SourceResponseState",
    "SpotifyAlbumResponse",
    "SpotifyAlbumResponseExternalUrls",
    "SpotifyAlbumResponseImagesItem",
    "SpotifyArtistResponse",
    "SpotifyArtistResponseExternalUrls",
    "SpotifyProblem",
    "SpotifyProblemPart",
    "SpotifySearchResponse",
    "SpotifyTrackListResponse",
    "SpotifyTrackPage",
    "SpotifyTrackResponse",
    "SpotifyTrackResponseExternalIds",
    "SpotifyTrackResponseExternalUrls",
    "StageStatusResponse",
    "StaleFeaturesResponse",
    "StartAugmentationRequest",
    "StartAugmentationRequestVariantsItem",
    "StartCrawlRequest",
    "StartCrawlRequestAudioType0Item",
    "StartCrawlRequestMoods",
    "StartCrawlRequestSource",
    "StartCrawlRequestTaxonomyType0",
    "StarterHealthResponse",
    "StartTrainingRequest",
    "StartTrainingRequestEstimatorsItem",
    "StartTrainingRequestGrid",
    "StartTrainingRequestGridAdditionalProperty",
    "StartTrainingRequestHead",
    "StartTrainingRequestHyperparameters",
    "StartTrainingRequestHyperparametersAdditionalProperty",
    "StartTrainingRequestImbalance",
    "StartTrainingRequestInputsItem",
    "StartTrainingRequestLibrary",
    "StartTrainingRequestMergeType0",
    "StartTrainingRequestScoring",
    "StartTrainingRequestSearch",
    "StartTrainingRequestThresholds",
    "StoredArraysResponse",
    "SummaryResponse",
    "SummaryResponseDecidedBy",
    "SummaryResponseFailures",
    "SummaryResponseNotMusic",
    "SummaryTrackResponse",
    "TagChangeResponse",
    "TagFlipListResponse",
    "TagFlipResponse",
    "TaggerProblemResponse",
    "TrackCountsResponse",
    "TrackCurveResponse",
    "TrackFeaturesResponse",
    "TrackFeaturesResponseState",
    "TrackPage",
    "TrackPeaksResponse",
    "TrackProvenanceResponse",
    "TrackRecordResponse",
    "TrackRecordResponseMeasuredOn",
    "TrackResponse",
    "TrackResponseBasisType0",
    "TrackResponseContentKindType0",
    "TrackResponseDecidedByType0",
    "TrackSummaryResponse",
    "TrackTagResponse",
    "TrackTagResponseOrigin",
    "TrackTagsResponse",
    "TrackTagsResponseBasisType0",
    "TrackTagsResponseDecidedBy",
    "TrackTagsResponseProbabilities",
    "TrackTagsResponseThresholds",
    "TrackValenceArousalResponse",
    "TrackValenceArousalResponseAnnotatedType0",
    "TrackValenceArousalResponseBasisType0",
    "TrackValenceArousalResponseDecidedBy",
    "TrackValenceArousalResponsePredictedType0",
    "TrackValenceArousalResponseProbabilitiesType0",
    "TrackValenceArousalResponseQuadrantType0",
    "UploadCurveResponse",
    "UploadEmotionResponse",
    "UploadEmotionResponseBasis",
    "UploadEmotionResponseContentKindType0",
    "UploadEmotionResponseProbabilities",
    "UploadEmotionResponseReasonType0",
    "UploadEmotionResponseSets",
    "UploadTagsResponse",
    "UploadTagsResponseBasis",
    "UploadTagsResponseProbabilities",
    "UploadTagsResponseThresholds",
    "UploadValenceArousalResponse",
    "UploadValenceArousalResponseBasis",
    "UploadValenceArousalResponseProbabilitiesType0",
    "UploadValenceArousalResponseQuadrantType0",
    "ValenceArousalResponse",
    "ValenceArousalResponseQuadrantType0",
    "VariantCountsResponse",
    "WaitingResponse",
    "WatchedRootResponse",
    "WatchedRootResponseMode",
    "WatchJobJobEvent",
    "WatchJobJobEventEvent",
    "WithdrawalResponse",
    "WorkerHealthResponse",
    "WorkingHealthResponse",
    "WorkingHealthResponseQueues",
    "WorkingHealthResponseWorkers",
)
