import pytest

from services.crawler.exclusion import refuse_excluded
from shared.domain.crawl import CrawlRequest
from shared.domain.exclusion import is_excluded_name
from shared.errors import PermanentError, Reason


@pytest.mark.parametrize(
    ("name", "pattern", "is_excluded"),
    [
        ("01 - Intro.mp3", "intro", True),
        ("Introspection.mp3", "intro", False),
        ("DJ_Set (2019).flac", "dj set", True),
        ("Café Live.mp3", "CAFE", True),
        ("song.live.mp3", "*.live.*", True),
        ("song.LIVE.mp3", "*.live.*", True),
        ("alive.mp3", "*.live.*", False),
        ("a.mp3", "?.mp3", True),
        ("anything.mp3", "!!!", False),
    ],
)
def test_words_are_whole_words_and_patterns_describe_the_whole_name(
    name: str, pattern: str, *, is_excluded: bool
) -> None:
    assert is_excluded_name(name, ("nothing", pattern)) is is_excluded


@pytest.mark.parametrize(
    ("duration_s", "is_excluded"), [(29.9, True), (30.0, False), (600.0, False), (600.1, True), (None, False)]
)
def test_a_track_is_left_out_by_its_length_and_an_unknown_length_leaves_none_out(
    duration_s: float | None, *, is_excluded: bool
) -> None:
    request = CrawlRequest(source="folder", path=".", min_s=30.0, max_s=600.0)
    if not is_excluded:
        refuse_excluded(request, title="Song", duration_s=duration_s)
        return
    with pytest.raises(PermanentError, match=r"m(in|ax)_s") as caught:
        refuse_excluded(request, title="Song", duration_s=duration_s)
    assert caught.value.reason is Reason.EXCLUDED


def test_a_title_is_excluded_by_its_words_too() -> None:
    request = CrawlRequest(source="folder", path=".", exclude=("skit",))
    with pytest.raises(PermanentError, match="excluded by its name"):
        refuse_excluded(request, title="Skit #2", duration_s=None)


def test_the_rules_survive_the_way_through_a_job() -> None:
    request = CrawlRequest(source="folder", path=".", min_s=30.0, max_s=600.0, exclude=("intro", "dj set"))
    assert CrawlRequest.from_params(request.to_params()) == request
