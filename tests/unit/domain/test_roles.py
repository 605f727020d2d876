"""The roles of keys, and their order."""

from itertools import product

from shared.domain.roles import Role


def test_a_role_includes_itself_and_those_before_it() -> None:
    included = {(have, needed) for have, needed in product(Role, Role) if have.includes(needed)}

    assert included == {
        ("read", "read"),
        ("label", "read"),
        ("label", "label"),
        ("operate", "read"),
        ("operate", "label"),
        ("operate", "operate"),
    }
