from typing import Literal

ListDuplicatesState = Literal["dismissed", "merged", "open"]

LIST_DUPLICATES_STATE_VALUES: set[ListDuplicatesState] = {
    "dismissed",
    "merged",
    "open",
}


def check_list_duplicates_state(value: str) -> ListDuplicatesState:
    if value in LIST_DUPLICATES_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_DUPLICATES_STATE_VALUES!r}")
