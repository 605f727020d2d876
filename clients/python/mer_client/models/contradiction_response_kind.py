from typing import Literal

ContradictionResponseKind = Literal["import", "person", "playlist"]

CONTRADICTION_RESPONSE_KIND_VALUES: set[ContradictionResponseKind] = {
    "import",
    "person",
    "playlist",
}


def check_contradiction_response_kind(value: str) -> ContradictionResponseKind:
    if value in CONTRADICTION_RESPONSE_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CONTRADICTION_RESPONSE_KIND_VALUES!r}")
