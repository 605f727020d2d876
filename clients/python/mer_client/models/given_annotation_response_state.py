from typing import Literal

GivenAnnotationResponseState = Literal["standing", "superseded", "withdrawn"]

GIVEN_ANNOTATION_RESPONSE_STATE_VALUES: set[GivenAnnotationResponseState] = {
    "standing",
    "superseded",
    "withdrawn",
}


def check_given_annotation_response_state(value: str) -> GivenAnnotationResponseState:
    if value in GIVEN_ANNOTATION_RESPONSE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GIVEN_ANNOTATION_RESPONSE_STATE_VALUES!r}")
