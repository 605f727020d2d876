"""`mer label` labels under the name of the key that it sends, else under the user's."""

import getpass

import pytest

from services.api.deps import ApiPorts
from shared.domain.roles import Role
from tests.api.conftest import AddTrack
from tests.support.api_keys import add_key
from tests.support.served_api import RunMer


def test_labels_stand_under_the_name_of_the_key(
    mer: RunMer, ports: ApiPorts, add_track: AddTrack, monkeypatch: pytest.MonkeyPatch
) -> None:
    track_id = str(add_track())
    assert mer("label", track_id, "sad", "--taxonomy", "mood4").startswith(f"{getpass.getuser()} says")
    monkeypatch.setenv("MER_API_KEY", "a key of another installation")
    assert mer("label", track_id, "calm", "--taxonomy", "mood4").startswith(f"{getpass.getuser()} says")
    monkeypatch.setenv("MER_API_KEY", add_key(ports.store, "ada", Role.LABEL))
    ports.keys.forget_copy()
    assert mer("label", track_id, "happy", "--taxonomy", "mood4").startswith("ada says")
    assert "ada took back" in mer("label", track_id, "--withdraw")
