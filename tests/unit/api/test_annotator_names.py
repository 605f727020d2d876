"""The holder of a key labels under their own name; who operates the service may label for others."""

from uuid import uuid4

import pytest

from services.api.access.annotator_names import require_own_name, resolve_annotator
from services.api.access.caller import OPEN_CALLER, Caller
from services.api.errors import ProblemError
from shared.domain.annotation import AnnotatorKind
from shared.domain.roles import Role

ADA = Caller(key_id=uuid4(), name="ada", role=Role.LABEL)
OPERATOR = Caller(key_id=uuid4(), name="root", role=Role.OPERATE)


@pytest.mark.parametrize(
    ("caller", "sent", "meant"),
    [
        (ADA, "me", "ada"),
        (ADA, "ada", "ada"),
        (OPERATOR, "me", "root"),
        (OPERATOR, "bob", "bob"),
        (OPEN_CALLER, "bob", "bob"),
        (OPEN_CALLER, "me", "me"),
    ],
)
def test_a_request_writes_under_its_own_name_or_as_it_may(caller: Caller, sent: str, meant: str) -> None:
    assert require_own_name(caller, sent) == meant


@pytest.mark.parametrize("name", ["bob", "Ada", "ada ", ""])
def test_a_key_that_may_only_label_does_not_write_for_others(name: str) -> None:
    with pytest.raises(ProblemError, match="its own name, ada") as caught:
        require_own_name(ADA, name)
    assert (caught.value.status, caught.value.code) == (403, "other_annotator")


def test_a_playlist_of_ones_own_name_is_somebody_else() -> None:
    with pytest.raises(ProblemError):
        require_own_name(ADA, "ada", kind=AnnotatorKind.PLAYLIST)
    assert require_own_name(OPERATOR, "sad.m3u", kind=AnnotatorKind.PLAYLIST) == "sad.m3u"


def test_everybody_may_read_what_others_said() -> None:
    assert [resolve_annotator(ADA, name) for name in ("bob", "me", None)] == ["bob", "ada", None]
    assert resolve_annotator(OPEN_CALLER, "me") == "me"
