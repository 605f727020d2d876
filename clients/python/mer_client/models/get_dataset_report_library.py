from typing import Literal

GetDatasetReportLibrary = Literal["all", "real", "synthetic"]

GET_DATASET_REPORT_LIBRARY_VALUES: set[GetDatasetReportLibrary] = {
    "all",
    "real",
    "synthetic",
}


def check_get_dataset_report_library(value: str) -> GetDatasetReportLibrary:
    if value in GET_DATASET_REPORT_LIBRARY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_DATASET_REPORT_LIBRARY_VALUES!r}")
