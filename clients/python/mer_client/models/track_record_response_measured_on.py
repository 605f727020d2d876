from typing import Literal

TrackRecordResponseMeasuredOn = Literal["library", "training_clips"]

TRACK_RECORD_RESPONSE_MEASURED_ON_VALUES: set[TrackRecordResponseMeasuredOn] = {
    "library",
    "training_clips",
}


def check_track_record_response_measured_on(value: str) -> TrackRecordResponseMeasuredOn:
    if value in TRACK_RECORD_RESPONSE_MEASURED_ON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRACK_RECORD_RESPONSE_MEASURED_ON_VALUES!r}")
