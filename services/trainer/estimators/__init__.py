"""The estimators by name. A class is imported when it is asked for, so that naming one costs nothing.

What each reads, costs and can be told is declared in `shared.domain.estimators`, which the API shows.
"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

from services.trainer.protocols.classifier import Estimator

_HERE = "services.trainer.estimators"
_NETWORKS = "services.trainer.networks"
ESTIMATORS: Mapping[str, str] = MappingProxyType(
    {
        "majority": f"{_HERE}.majority:MajorityConfig",
        "svm": f"{_HERE}.svm:SvmConfig",
        "tree": f"{_HERE}.trees:TreeConfig",
        "forest": f"{_HERE}.trees:ForestConfig",
        "extra_trees": f"{_HERE}.trees:ExtraTrees",
        "logistic": f"{_HERE}.logistic:LogisticConfig",
        "kernel_ridge": f"{_HERE}.kernel_ridge:KernelRidgeConfig",
        "boosting": f"{_HERE}.boosting:BoostingConfig",
        "stacking": f"{_HERE}.stacking:StackingConfig",
        "ensemble": f"{_HERE}.ensemble:EnsembleConfig",
        "audio_tagger_finetuned": f"{_HERE}.finetuned_tagger:AudioTaggerFinetuned",
        "fusion": f"{_HERE}.fusion:FusionConfig",
        "simple_nn": f"{_NETWORKS}.architectures.dense:SimpleNn",
        "cnn_baseline": f"{_NETWORKS}.architectures.convolutional:CnnBaseline",
        "cnn_fc": f"{_NETWORKS}.architectures.convolutional:CnnFc",
        "cnn_fc_regularised": f"{_NETWORKS}.architectures.convolutional:CnnFcRegularised",
        "cnn_rectangular": f"{_NETWORKS}.architectures.convolutional:CnnRectangular",
        "lstm": f"{_NETWORKS}.architectures.recurrent:LstmConfig",
        "crnn": f"{_NETWORKS}.architectures.recurrent:CrnnConfig",
        "cnn_attention": f"{_NETWORKS}.architectures.attention:CnnAttention",
        "wave_cnn": f"{_NETWORKS}.architectures.wave:WaveCnn",
    }
)
"""Name → `module:class`. Every class is an `Estimator` whose hyperparameters are keyword arguments."""


def load_estimator(name: str, **hyperparameters: Any) -> Estimator:
    """The estimator called `name`. Raises ValueError for an unknown name, TypeError for an unknown hyperparameter."""
    if name not in ESTIMATORS:
        raise ValueError(f"no estimator is called {name!r}: choose one of {', '.join(ESTIMATORS)}")
    module, _, attribute = ESTIMATORS[name].partition(":")
    estimator: Estimator = getattr(import_module(module), attribute)(**hyperparameters)
    return estimator
