from typing import Literal

PackRequestKind = Literal["excerpt", "excerpts", "talk", "waveform"]

PACK_REQUEST_KIND_VALUES: set[PackRequestKind] = {
    "excerpt",
    "excerpts",
    "talk",
    "waveform",
}


def check_pack_request_kind(value: str) -> PackRequestKind:
    if value in PACK_REQUEST_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PACK_REQUEST_KIND_VALUES!r}")
