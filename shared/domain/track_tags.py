"""The tags that the tagger MusiCNN gives to tracks: which they are, and from which logit on each is given.

The thresholds are numbers of one public set of clips and not of a library, so that a tag means the same everywhere and
a library of metal has no more calm tracks than it has. `tag_thresholds.json` holds them for one version of the tagger;
`python -m benchmarks tag_thresholds` makes it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

import numpy as np

from shared.arrays import Tensor
from shared.domain.taggers import MSD_TAGS, MUSICNN
from shared.domain.targets import normalise_tag

ERA_TAGS = ("60s", "70s", "80s", "90s", "00s", "oldies")
"""When a track was made is not heard in 30 s, and a tag of it reads as a statement about the release."""
FANDOM_TAGS = ("beautiful", "sexy", "catchy")
"""What listeners think of a track, not what it sounds like."""

SAME_TAGS = {"female vocalist": "female vocalists"}
"""Two spellings of one tag: it is given by the mean of their logits, and found under both."""

GIVEN_TAGS = tuple(tag for tag in MSD_TAGS if tag not in {*ERA_TAGS, *FANDOM_TAGS, *SAME_TAGS})
"""Those that a track may be given, in the order of the tagger."""

TAG_PERCENTILE = 90.0
"""Of the logit of a tag over the clips: above it the tag is given."""
_THRESHOLD_FILE = "tag_thresholds.json"
_DECIMALS = 3


@dataclass(frozen=True, kw_only=True)
class TagThreshold:
    """Of one tag, logits over the clips."""

    threshold: float
    """The `TAG_PERCENTILE`-th percentile."""
    mean: float
    deviation: float


@dataclass(frozen=True, kw_only=True)
class TagRules:
    """From which logits on tags are given, for one version of the tagger."""

    tagger_fingerprint: str
    """`TaggerSpec.fingerprint` of MusiCNN: of another version no tag is given."""
    n_clips: int
    thresholds: Mapping[str, TagThreshold]
    """By tag, in the order of `GIVEN_TAGS`."""

    @classmethod
    def from_outputs(cls, outputs: Tensor) -> "TagRules":
        """The rules by the values `(n_clips, MUSICNN.n_values)` that the tagger of today gave for clips."""
        logits = read_tag_logits(outputs).astype(np.float64)
        columns = zip(
            GIVEN_TAGS,
            np.percentile(logits, TAG_PERCENTILE, axis=0).tolist(),
            logits.mean(axis=0).tolist(),
            logits.std(axis=0).tolist(),
            strict=True,
        )
        return cls(
            tagger_fingerprint=MUSICNN.fingerprint,
            n_clips=len(logits),
            thresholds={
                tag: TagThreshold(threshold=round(threshold, 4), mean=round(mean, 4), deviation=round(deviation, 4))
                for tag, threshold, mean, deviation in columns
            },
        )

    @classmethod
    def from_json(cls, content: str) -> "TagRules":
        """The reverse of `to_json`."""
        stored = json.loads(content)
        return cls(
            tagger_fingerprint=stored["tagger_fingerprint"],
            n_clips=stored["n_clips"],
            thresholds={tag: TagThreshold(**numbers) for tag, numbers in stored["thresholds"].items()},
        )

    def to_json(self) -> str:
        """As `tag_thresholds.json` holds it: a line for each tag."""
        lines = ",\n".join(
            f"    {json.dumps(tag)}: {json.dumps(vars(numbers))}" for tag, numbers in self.thresholds.items()
        )
        return (
            f'{{\n  "tagger_fingerprint": {json.dumps(self.tagger_fingerprint)},\n  "n_clips": {self.n_clips},\n'
            f'  "thresholds": {{\n{lines}\n  }}\n}}\n'
        )

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits over all of it: stored tags of other rules are given anew."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:12]

    def give_tags(self, outputs: Tensor) -> dict[str, float]:
        """The tags of a track by its values `(MUSICNN.n_values,)`, each with its standardised logit.

        The standardised logit is the distance from the mean over the clips, in deviations.
        """
        logits = read_tag_logits(outputs[np.newaxis])[0].tolist()
        return {
            tag: round((logit - rule.mean) / rule.deviation, _DECIMALS)
            for (tag, rule), logit in zip(self.thresholds.items(), logits, strict=True)
            if logit > rule.threshold
        }


def read_tag_logits(outputs: Tensor) -> Tensor:
    """The logits `(n, len(GIVEN_TAGS))` among values `(n, MUSICNN.n_values)`."""
    block = outputs[:, MUSICNN.block_slice("tag_mean")]
    columns = {tag: [MSD_TAGS.index(tag)] for tag in GIVEN_TAGS}
    for spelling, tag in SAME_TAGS.items():
        columns[tag].append(MSD_TAGS.index(spelling))
    return np.stack([block[:, at].mean(axis=1) for at in columns.values()], axis=1)


def read_wanted_tags(words: Iterable[str]) -> tuple[str, ...]:
    """Tags as somebody asks for them, `mellow,acoustic` or one by one: each once, as they are compared, in order."""
    tags = (normalise_tag(tag) for word in words for tag in word.split(","))
    return tuple(dict.fromkeys(SAME_TAGS.get(tag, tag) for tag in tags if tag))


TAG_RULES = TagRules.from_json(resources.files(__package__).joinpath(_THRESHOLD_FILE).read_text(encoding="utf-8"))
"""Those of today."""
