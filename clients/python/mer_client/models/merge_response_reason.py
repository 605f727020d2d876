from typing import Literal

MergeResponseReason = Literal["person", "same_audio", "same_isrc", "same_source"]

MERGE_RESPONSE_REASON_VALUES: set[MergeResponseReason] = {
    "person",
    "same_audio",
    "same_isrc",
    "same_source",
}


def check_merge_response_reason(value: str) -> MergeResponseReason:
    if value in MERGE_RESPONSE_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MERGE_RESPONSE_REASON_VALUES!r}")
