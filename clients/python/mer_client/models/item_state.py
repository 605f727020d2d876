from typing import Literal

ItemState = Literal["done", "failed", "queued", "running", "skipped"]

ITEM_STATE_VALUES: set[ItemState] = {
    "done",
    "failed",
    "queued",
    "running",
    "skipped",
}


def check_item_state(value: str) -> ItemState:
    if value in ITEM_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ITEM_STATE_VALUES!r}")
