from typing import Literal

PendingResponseStage = Literal[
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

PENDING_RESPONSE_STAGE_VALUES: set[PendingResponseStage] = {
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


def check_pending_response_stage(value: str) -> PendingResponseStage:
    if value in PENDING_RESPONSE_STAGE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PENDING_RESPONSE_STAGE_VALUES!r}")
