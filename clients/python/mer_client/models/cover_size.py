from typing import Literal

CoverSize = Literal[96, 480]

COVER_SIZE_VALUES: set[CoverSize] = {
    96,
    480,
}


def check_cover_size(value: int) -> CoverSize:
    if value in COVER_SIZE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COVER_SIZE_VALUES!r}")
