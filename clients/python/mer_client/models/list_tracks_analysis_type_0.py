from typing import Literal

ListTracksAnalysisType0 = Literal["analysed", "failed", "pending", "stale", "without_audio"]

LIST_TRACKS_ANALYSIS_TYPE_0_VALUES: set[ListTracksAnalysisType0] = {
    "analysed",
    "failed",
    "pending",
    "stale",
    "without_audio",
}


def check_list_tracks_analysis_type_0(value: str) -> ListTracksAnalysisType0:
    if value in LIST_TRACKS_ANALYSIS_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_TRACKS_ANALYSIS_TYPE_0_VALUES!r}")
