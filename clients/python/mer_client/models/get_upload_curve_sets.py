from typing import Literal

GetUploadCurveSets = Literal["by_class", "marginal"]

GET_UPLOAD_CURVE_SETS_VALUES: set[GetUploadCurveSets] = {
    "by_class",
    "marginal",
}


def check_get_upload_curve_sets(value: str) -> GetUploadCurveSets:
    if value in GET_UPLOAD_CURVE_SETS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_UPLOAD_CURVE_SETS_VALUES!r}")
