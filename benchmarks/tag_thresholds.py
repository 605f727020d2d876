"""From which logit on the tagger's tags are given: the percentiles over the clips of a folder.

    python -m benchmarks tag_thresholds --clips DIR [--keep DIR] [--write] --json FILE

A folder holds `tracks.csv` with id, artist, quadrant and path; `--keep` is that of `audio_emotion`. The numbers that
are committed are those of the 598 clips of the 4Q set. `--write` replaces them; without it they are compared.
`ok` if none differs by more than .05 from what is committed.
"""

import argparse
from pathlib import Path
from typing import Any

from benchmarks.arguments import existing_path
from benchmarks.audio_emotion import read
from services.featurizer.descriptors import DESCRIPTORS
from shared.domain import track_tags
from shared.domain.dataset import TAGGED_DESCRIPTORS
from shared.domain.taggers import BUILT_IN_TAGGERS, MUSICNN
from shared.domain.track_tags import TAG_RULES, TagRules

TOLERANCE = 0.05
_FILE = Path(track_tags.__file__).with_name("tag_thresholds.json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--clips", type=existing_path, required=True, help="a folder with tracks.csv")
    parser.add_argument("--keep", type=Path, help="where analysed clips are kept, as those of audio_emotion")
    parser.add_argument("--write", action="store_true", help=f"replace {_FILE.name}")


def run(clips: Path, keep: Path | None = None, *, write: bool = False) -> dict[str, Any]:
    """The rules, and how far they are from those that are committed."""
    x = read(clips.resolve(), inputs=TAGGED_DESCRIPTORS, keep=keep).x
    taggers = tuple(BUILT_IN_TAGGERS.values())
    start = len(DESCRIPTORS) + sum(spec.n_values for spec in taggers[: taggers.index(MUSICNN)])
    rules = TagRules.from_outputs(x[:, start : start + MUSICNN.n_values].tolist())
    if write:
        _FILE.write_text(rules.to_json(), encoding="utf-8")
    committed = rules if write else TAG_RULES
    is_of_today = committed.tagger_fingerprint == rules.tagger_fingerprint
    largest = max(
        abs(numbers.threshold - committed.thresholds[tag].threshold) if tag in committed.thresholds else float("inf")
        for tag, numbers in rules.thresholds.items()
    )
    return {
        "summary": f"{len(rules.thresholds)} tags by {rules.n_clips} clips and musicnn {rules.tagger_fingerprint}; "
        f"largest difference from what is committed: {largest:.4f} (at most {TOLERANCE})",
        "ok": is_of_today and largest <= TOLERANCE,
        "largest_difference": largest,
        "thresholds": {tag: vars(numbers) for tag, numbers in rules.thresholds.items()},
        "n_clips": rules.n_clips,
        "tagger_fingerprint": rules.tagger_fingerprint,
    }
