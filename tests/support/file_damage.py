"""Damage to sound files, seeded: what a disk, a broken download or an attacker may do to them."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from services.featurizer.analysis import analyse_clip
from shared.domain.features import FeatureSpec
from shared.errors import PermanentError

TOO_LONG_S = 30.0
_KINDS = ("flip", "random", "zero", "cut", "double", "head")


def damaged(content: bytes, rng: random.Random) -> bytes:
    """A copy that is cut, overwritten, doubled or changed in its head, in one to twenty places."""
    out = bytearray(content)
    for _ in range(rng.choice([1, 1, 3, 20])):
        at, length = rng.randrange(len(out)), rng.choice([1, 4, 64, 4096])
        kind = rng.choice(_KINDS)
        if kind == "flip":
            out[at] ^= 1 << rng.randrange(8)
        elif kind == "head":
            out[at % min(64, len(out))] = rng.randrange(256)
        elif kind == "cut":
            del out[at : at + (length if rng.random() < 0.8 else len(out))]
        elif kind == "double":
            out[at:at] = out[at : at + length]
        else:
            out[at : at + length] = rng.randbytes(length) if kind == "random" else bytes(length)
        out = out or bytearray(b"\0")
    return bytes(out)


def outcome_of(path: Path, *, spec: FeatureSpec) -> str:
    """`features` or a reason code. Every other exception goes through: it is a finding."""
    try:
        analyse_clip(path, spec=spec)
    except PermanentError as error:
        return error.reason.value
    return "features"


def fuzz(originals: Sequence[Path], folder: Path, *, seconds: float, seed: int) -> tuple[Counter[str], list[str]]:
    """Analyse damaged copies of `originals` for `seconds`: outcomes, and findings with the files that made them kept.

    A finding is an exception that is no `PermanentError`, or more than 30 s for one file.
    """
    rng, spec, outcomes, findings = random.Random(seed), FeatureSpec(), Counter[str](), []
    for i, path in enumerate(_copies(originals, folder, rng, until=time.monotonic() + seconds)):
        started = time.monotonic()
        try:
            outcomes[outcome_of(path, spec=spec)] += 1
        except Exception as error:  # noqa: BLE001 (a finding, whatever it is)
            findings.append(f"copy {i} of {path.name}: {type(error).__name__}: {error}"[:200])
            continue
        if time.monotonic() - started > TOO_LONG_S:
            findings.append(f"copy {i} of {path.name} took {time.monotonic() - started:.0f} s")
            continue
        path.unlink()
    return outcomes, findings


def _copies(originals: Sequence[Path], folder: Path, rng: random.Random, *, until: float) -> Iterator[Path]:
    i = 0
    while time.monotonic() < until:
        original = rng.choice(originals)
        path = folder / f"damaged-{i}{original.suffix}"
        path.write_bytes(damaged(original.read_bytes(), rng))
        yield path
        i += 1
