"""Wherever the API shows an emotion, its word stands beside it."""

from services.api.main import create_app

SHOWS_EMOTION = {
    "AnnotationResponse",
    "AnswerAccuracyResponse",
    "ContributingExcerptResponse",
    "CurveSegmentResponse",
    "EmotionResponse",
    "GivenAnnotationResponse",
    "LabelResponse",
    "MoodSummaryResponse",
    "SectionMoodResponse",
    "SimilarTrackResponse",
    "SimilarTracksResponse",
    "TrackResponse",
    "UploadEmotionResponse",
}


def test_every_response_with_an_emotion_has_its_word_behind_it() -> None:
    schemas = create_app().openapi()["components"]["schemas"]
    fields = {name: list(schema.get("properties", ())) for name, schema in schemas.items()}
    shown = {name: names for name, names in fields.items() if "emotion" in names and name.endswith("Response")}
    assert set(shown) == SHOWS_EMOTION
    assert {name for name, names in shown.items() if "emotion_name" in names[names.index("emotion") + 1 :][:1]} == set(
        shown
    )
