from typing import Literal

JobItemResponseStage = Literal[
    "augment",
    "collect",
    "curve",
    "evaluate",
    "excerpt_windows",
    "featurize",
    "media",
    "pack",
    "score",
    "standardise",
    "train",
    "upload",
    "windows",
]

JOB_ITEM_RESPONSE_STAGE_VALUES: set[JobItemResponseStage] = {
    "augment",
    "collect",
    "curve",
    "evaluate",
    "excerpt_windows",
    "featurize",
    "media",
    "pack",
    "score",
    "standardise",
    "train",
    "upload",
    "windows",
}


def check_job_item_response_stage(value: str) -> JobItemResponseStage:
    if value in JOB_ITEM_RESPONSE_STAGE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JOB_ITEM_RESPONSE_STAGE_VALUES!r}")
