from typing import Literal

MergeReferenceReason = Literal["person", "same_audio", "same_isrc", "same_source"]

MERGE_REFERENCE_REASON_VALUES: set[MergeReferenceReason] = {
    "person",
    "same_audio",
    "same_isrc",
    "same_source",
}


def check_merge_reference_reason(value: str) -> MergeReferenceReason:
    if value in MERGE_REFERENCE_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MERGE_REFERENCE_REASON_VALUES!r}")
