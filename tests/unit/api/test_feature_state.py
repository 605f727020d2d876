"""When the features of a track are called stale: its file changed, and what it holds now cannot be decoded."""

import pytest

from services.api.schemas.audio import FeatureStateResponse
from shared.errors import OF_THE_MOMENT, Reason
from shared.store.tables import FeatureSet, TrackSource


def describe(reason: Reason | None, *, state: str = "ready") -> FeatureStateResponse:
    features = FeatureSet(spec="today", state=state, reason=None, detail=None)
    file = TrackSource(reason=reason.value, detail="replace it") if reason else None
    return FeatureStateResponse.from_row(features, spec="today", outdated=[], file=file)


def test_features_are_stale_once_the_file_cannot_be_decoded() -> None:
    stale = describe(Reason.UNDECODABLE).stale
    assert stale is not None
    assert (stale.reason, stale.detail) == ("undecodable", "replace it")


@pytest.mark.parametrize("reason", sorted(OF_THE_MOMENT))
def test_a_file_that_cannot_be_read_just_now_leaves_its_features_current(reason: Reason) -> None:
    assert describe(reason).stale is None


def test_neither_a_readable_file_nor_failed_features_are_stale() -> None:
    assert describe(None).stale is None
    assert describe(Reason.UNDECODABLE, state="failed").stale is None


def test_without_features_the_reason_of_the_file_is_shown() -> None:
    file = TrackSource(reason=Reason.IO_ERROR.value, detail="read again later")
    shown = FeatureStateResponse.from_row(None, spec="today", outdated=["mel"], file=file)
    assert (shown.state, shown.reason, shown.detail, shown.stale) == ("absent", "io_error", "read again later", None)
