from typing import Literal

AnnotatorCountKind = Literal["import", "person", "playlist"]

ANNOTATOR_COUNT_KIND_VALUES: set[AnnotatorCountKind] = {
    "import",
    "person",
    "playlist",
}


def check_annotator_count_kind(value: str) -> AnnotatorCountKind:
    if value in ANNOTATOR_COUNT_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ANNOTATOR_COUNT_KIND_VALUES!r}")
