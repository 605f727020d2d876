from typing import Literal

AnnotatorKind = Literal["import", "person", "playlist"]

ANNOTATOR_KIND_VALUES: set[AnnotatorKind] = {
    "import",
    "person",
    "playlist",
}


def check_annotator_kind(value: str) -> AnnotatorKind:
    if value in ANNOTATOR_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ANNOTATOR_KIND_VALUES!r}")
