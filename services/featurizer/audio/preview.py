"""Augmented variants as sound files, to be listened to before a library is augmented."""

import json
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from services.featurizer.augmentation.transforms import apply_variant
from services.featurizer.augmentation.variants import open_beginning
from shared.domain.augmentation import AugmentedVariant, AugmentRequest

PREVIEW_S = 30.0


def write_preview(path: Path, folder: Path, request: AugmentRequest) -> list[tuple[Path, AugmentedVariant | None]]:
    """Write the first 30 s of `path` and its variants into `folder` as 16-bit WAV; each file with its variant.

    The first is the original. The amounts follow from the file's name, as a track's do from its id; they are on the
    files' names and in `variants.json`. Raises PermanentError for a file that cannot be decoded.
    """
    clip = open_beginning(path, seconds=PREVIEW_S)
    folder.mkdir(parents=True, exist_ok=True)
    made: list[tuple[Path, AugmentedVariant | None]] = [(folder / f"{path.stem} original.wav", None)]
    _write_wav(made[0][0], clip.y, sr=clip.sr_native)
    for variant in request.draw_variants(path.name):
        amounts = " ".join(f"{name}={value:g}" for name, value in variant.parameters.items())
        file = folder / f"{path.stem} {variant.transform} {amounts}.wav"
        _write_wav(file, apply_variant(clip.y, sr=clip.sr_native, variant=variant), sr=clip.sr_native)
        made.append((file, variant))
    listed = {
        file.name: {"transform": v.transform, "parameters": v.parameters, "seed": v.seed, "copy": v.copy} if v else None
        for file, v in made
    }
    (folder / "variants.json").write_text(json.dumps(listed, indent=2) + "\n")
    return made


def _write_wav(path: Path, y: NDArray[np.float32], *, sr: int) -> None:
    # a variant may be louder than its source: turned down as a whole, so that nothing clips
    loudest = max(1.0, float(np.max(np.abs(y), initial=0.0)))
    sf.write(path, y / loudest, sr, subtype="PCM_16")
