from typing import Literal

StartTrainingRequestInputsItem = Literal[
    "audio_tags",
    "catalogue",
    "descriptors",
    "descriptors+audio_tags",
    "fusion",
    "mel",
    "sound",
    "spectrogram",
    "tagger_pool",
    "waveform",
]

START_TRAINING_REQUEST_INPUTS_ITEM_VALUES: set[StartTrainingRequestInputsItem] = {
    "audio_tags",
    "catalogue",
    "descriptors",
    "descriptors+audio_tags",
    "fusion",
    "mel",
    "sound",
    "spectrogram",
    "tagger_pool",
    "waveform",
}


def check_start_training_request_inputs_item(value: str) -> StartTrainingRequestInputsItem:
    if value in START_TRAINING_REQUEST_INPUTS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {START_TRAINING_REQUEST_INPUTS_ITEM_VALUES!r}")
