from typing import Literal

AnnotatorResponseKind = Literal["import", "person", "playlist"]

ANNOTATOR_RESPONSE_KIND_VALUES: set[AnnotatorResponseKind] = {
    "import",
    "person",
    "playlist",
}


def check_annotator_response_kind(value: str) -> AnnotatorResponseKind:
    if value in ANNOTATOR_RESPONSE_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ANNOTATOR_RESPONSE_KIND_VALUES!r}")
