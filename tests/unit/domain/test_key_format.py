"""Keys: how they look, and what is stored of them."""

import base64

import pytest

from shared.domain.keys import check_key_name, digest_key, make_key
from shared.domain.roles import Role


@pytest.mark.parametrize("role", Role)
def test_a_key_is_32_random_bytes_behind_its_role(role: Role) -> None:
    key = make_key(role)
    prefix = f"mer_{role.value}_"
    assert key.startswith(prefix)
    assert len(base64.urlsafe_b64decode(key.removeprefix(prefix) + "=")) == 32
    assert key != make_key(role)


def test_the_sha256_of_a_key_is_stored() -> None:
    assert digest_key("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert len(digest_key("\udcff")) == 32, "also of bytes that are no text"


@pytest.mark.parametrize("name", ["", " ada", "ada\n", "a\x00b", "x" * 101, "a\u202eb"])
def test_a_name_that_cannot_be_read_on_one_line_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="the name of a key"):
        check_key_name(name)


def test_people_and_devices_may_be_called_what_they_are() -> None:
    assert [check_key_name(name) for name in ("ada", "Zoë's phone", "x" * 100)]
