from typing import Literal

GetDatasetReportPageLibrary = Literal["all", "real", "synthetic"]

GET_DATASET_REPORT_PAGE_LIBRARY_VALUES: set[GetDatasetReportPageLibrary] = {
    "all",
    "real",
    "synthetic",
}


def check_get_dataset_report_page_library(value: str) -> GetDatasetReportPageLibrary:
    if value in GET_DATASET_REPORT_PAGE_LIBRARY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_DATASET_REPORT_PAGE_LIBRARY_VALUES!r}")
