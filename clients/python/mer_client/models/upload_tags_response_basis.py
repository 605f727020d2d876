from typing import Literal

UploadTagsResponseBasis = Literal["held_out", "in_sample", "out_of_fold"]

UPLOAD_TAGS_RESPONSE_BASIS_VALUES: set[UploadTagsResponseBasis] = {
    "held_out",
    "in_sample",
    "out_of_fold",
}


def check_upload_tags_response_basis(value: str) -> UploadTagsResponseBasis:
    if value in UPLOAD_TAGS_RESPONSE_BASIS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {UPLOAD_TAGS_RESPONSE_BASIS_VALUES!r}")
