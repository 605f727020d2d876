import numpy as np
import pytest

from services.crawler.demo import compose_demo, demo_catalogue
from services.crawler.demo.plane import tags_from_cues, valence_arousal_from_cues
from services.crawler.tables.columns import resolve_columns
from services.crawler.tables.rows import parse_row
from shared.errors import PermanentError, Reason


def place(**cells: str) -> tuple[float, float] | None:
    return parse_row(cells, line=7, taxonomy=None).valence_arousal


def test_labels_in_our_own_range_are_read_as_they_are() -> None:
    assert place(valence_label="-0.25", arousal_label="1") == (-0.25, 1.0)


@pytest.mark.parametrize("header", [("valence_mean", " arousal_mean"), ("mean_valence", "mean_arousal")])
def test_ratings_of_deam_and_emomusic_from_1_to_9_are_brought_into_our_range(header: tuple[str, str]) -> None:
    assert place(**dict(zip(resolve_columns(header), ("9", "3"), strict=True))) == (1.0, -0.5)


def test_the_valence_of_spotify_is_a_feature_and_no_annotation() -> None:
    row = parse_row({"valence": "0.7", "arousal_label": "0.1"}, line=7, taxonomy=None)
    assert row.valence_arousal is None
    assert row.catalogue == {"valence": 0.7}


@pytest.mark.parametrize("cells", [{"valence_label": "2", "arousal_label": "0"}, {"valence_rating": "high"}])
def test_what_is_no_number_of_its_scale_fails_its_row(cells: dict[str, str]) -> None:
    with pytest.raises(PermanentError, match="line 7: valence_") as caught:
        place(**cells)
    assert caught.value.reason is Reason.UNKNOWN_LABEL


def test_places_and_tags_of_the_demo_library_differ_by_emotion_and_overlap() -> None:
    pieces = [compose_demo(entry) for entry in demo_catalogue()]
    means = {
        emotion: np.mean([valence_arousal_from_cues(p.cues) for p in pieces if p.emotion == emotion], axis=0)
        for emotion in ("calm", "sad", "energetic", "happy")
    }
    assert means["sad"][0] < means["calm"][0]
    assert means["sad"][0] < means["happy"][0]
    assert means["calm"][1] < means["happy"][1] < means["energetic"][1]
    assert (np.abs([valence_arousal_from_cues(p.cues) for p in pieces]) <= 1).all()
    assert any("slow" in tags_from_cues(p.cues) and "major" in tags_from_cues(p.cues) for p in pieces)
