from typing import Literal

JobResponseKind = Literal[
    "augment",
    "crawl",
    "curve",
    "evaluate",
    "media",
    "pack",
    "predict",
    "recompute",
    "score",
    "standardise",
    "train",
    "windows",
]

JOB_RESPONSE_KIND_VALUES: set[JobResponseKind] = {
    "augment",
    "crawl",
    "curve",
    "evaluate",
    "media",
    "pack",
    "predict",
    "recompute",
    "score",
    "standardise",
    "train",
    "windows",
}


def check_job_response_kind(value: str) -> JobResponseKind:
    if value in JOB_RESPONSE_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JOB_RESPONSE_KIND_VALUES!r}")
