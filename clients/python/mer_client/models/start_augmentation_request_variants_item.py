from typing import Literal

StartAugmentationRequestVariantsItem = Literal["background_noise", "compression", "pitch_shift", "time_stretch"]

START_AUGMENTATION_REQUEST_VARIANTS_ITEM_VALUES: set[StartAugmentationRequestVariantsItem] = {
    "background_noise",
    "compression",
    "pitch_shift",
    "time_stretch",
}


def check_start_augmentation_request_variants_item(value: str) -> StartAugmentationRequestVariantsItem:
    if value in START_AUGMENTATION_REQUEST_VARIANTS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {START_AUGMENTATION_REQUEST_VARIANTS_ITEM_VALUES!r}")
