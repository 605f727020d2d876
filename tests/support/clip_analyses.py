"""What stands in for the decoder, which its own tests are about."""

from typing import Any

import numpy as np

from services.featurizer.analysis import ClipAnalysis
from shared.domain.features import FeatureSpec

_SHAPE = FeatureSpec().mel.shape


def clip_analysis(**fields: Any) -> ClipAnalysis:
    """An undamaged clip of half a minute and one excerpt of noise; `fields` say what it has of its own."""
    return ClipAnalysis(
        **{
            "duration_s": 30.0,
            "sr_native": 44_100,
            "audio_sha256": "ab" * 32,
            "mel": np.ones(_SHAPE, dtype=np.float32),
            "descriptors": np.zeros(3, dtype=np.float32),
            "excerpt_start_s": 0.0,
            "excerpts": np.ones((1, *_SHAPE), dtype=np.float32),
            "excerpt_starts_s": (0.0,),
            "catalogue": (),
            "n_damaged_packets": 0,
            "seconds_lost": 0.0,
            **fields,
        }
    )
