"""The bars of Home: as many as tracks need, and the surest of a mood in its middle."""

from services.api.console.mood_bars import HEIGHT, draw_mood_bars
from tests.support.library_summaries import make_mood, make_summary


def test_a_bar_stands_for_a_round_number_of_tracks() -> None:
    for n_tracks, size in ((36, 1), (196, 1), (197, 2), (900, 5), (12_480, 100), (1_000_000, 10_000)):
        drawing = draw_mood_bars(make_summary(moods=[make_mood("Q1", n_tracks)]))
        assert drawing.tracks_a_bar == size
        assert len(drawing.bars) == -(-n_tracks // size) <= 196


def test_the_taller_the_surer_with_the_surest_in_the_middle() -> None:
    by_probability = [0] * 20
    by_probability[8], by_probability[18] = 4, 1
    mood = make_mood("Q3", 6, by_probability=by_probability)
    heights = [bar.height for bar in draw_mood_bars(make_summary(moods=[mood])).bars]
    assert max(heights) == HEIGHT, "a person decided on the sixth"
    assert heights == [40.8, 40.8, 88.8, 96.0, 40.8, 40.8]
    assert {bar.colour for bar in draw_mood_bars(make_summary(moods=[mood])).bars} == {"sad"}


def test_what_has_no_mood_stands_at_the_end() -> None:
    bars = draw_mood_bars(make_summary(moods=[make_mood("Q4", 2)], n_none=1, n_not_music=1)).bars
    assert [bar.colour for bar in bars] == ["calm", "calm", "neutral", "neutral"]
    assert draw_mood_bars(make_summary()).bars == []
