from typing import Literal

StartTrainingRequestEstimatorsItem = Literal[
    "audio_tagger_finetuned",
    "boosting",
    "cnn_attention",
    "cnn_baseline",
    "cnn_fc",
    "cnn_fc_regularised",
    "cnn_rectangular",
    "crnn",
    "ensemble",
    "extra_trees",
    "forest",
    "fusion",
    "kernel_ridge",
    "logistic",
    "lstm",
    "majority",
    "simple_nn",
    "stacking",
    "svm",
    "tree",
    "wave_cnn",
]

START_TRAINING_REQUEST_ESTIMATORS_ITEM_VALUES: set[StartTrainingRequestEstimatorsItem] = {
    "audio_tagger_finetuned",
    "boosting",
    "cnn_attention",
    "cnn_baseline",
    "cnn_fc",
    "cnn_fc_regularised",
    "cnn_rectangular",
    "crnn",
    "ensemble",
    "extra_trees",
    "forest",
    "fusion",
    "kernel_ridge",
    "logistic",
    "lstm",
    "majority",
    "simple_nn",
    "stacking",
    "svm",
    "tree",
    "wave_cnn",
}


def check_start_training_request_estimators_item(value: str) -> StartTrainingRequestEstimatorsItem:
    if value in START_TRAINING_REQUEST_ESTIMATORS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {START_TRAINING_REQUEST_ESTIMATORS_ITEM_VALUES!r}")
