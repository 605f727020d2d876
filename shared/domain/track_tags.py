"""The tags that the tagger MusiCNN gives to tracks: which they are, and from which logit on each is given.

The thresholds are numbers of one public set of clips and not of a library, so that a tag means the same everywhere and
a library of metal has no more calm tracks than it has. `tag_thresholds.json` holds them for one version of the tagger;
`python -m benchmarks tag_thresholds` makes it.
"""

import hashlib
import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

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

TAG_DECILE = 9
"""Of the logit of a tag over the clips, the 90th percentile: above it the tag is given."""
_THRESHOLD_FILE = "tag_thresholds.json"
_DECIMALS = 3


@dataclass(frozen=True, kw_only=True)
class TagThreshold:
    """Of one tag, logits over the clips."""

    threshold: float
    """The ninth decile."""
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
    def from_outputs(cls, clips: Sequence[Sequence[float]]) -> "TagRules":
        """The rules by the values, `MUSICNN.n_values` a clip, that the tagger of today gave for clips."""
        columns = zip(*(read_tag_logits(values) for values in clips), strict=True)
        return cls(
            tagger_fingerprint=MUSICNN.fingerprint,
            n_clips=len(clips),
            thresholds={
                tag: TagThreshold(
                    threshold=round(statistics.quantiles(logits, n=10, method="inclusive")[TAG_DECILE - 1], 4),
                    mean=round(statistics.fmean(logits), 4),
                    deviation=round(statistics.pstdev(logits), 4),
                )
                for tag, logits in zip(GIVEN_TAGS, columns, strict=True)
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

    def give_tags(self, values: Sequence[float]) -> dict[str, float]:
        """The tags of a track by its `MUSICNN.n_values` values, each with its standardised logit.

        The standardised logit is the distance from the mean over the clips, in deviations.
        """
        logits = read_tag_logits(values)
        return {
            tag: round((logit - rule.mean) / rule.deviation, _DECIMALS)
            for (tag, rule), logit in zip(self.thresholds.items(), logits, strict=True)
            if logit > rule.threshold
        }


def read_tag_logits(values: Sequence[float]) -> list[float]:
    """The mean logits of `GIVEN_TAGS` among the values of a track."""
    return [statistics.fmean([values[i] for i in at]) for at in _POSITIONS]


def _find_positions() -> list[list[int]]:
    """Of each given tag, where its logits stand among the values."""
    start = MUSICNN.block_slice("tag_mean").start
    positions = {tag: [start + MSD_TAGS.index(tag)] for tag in GIVEN_TAGS}
    for spelling, tag in SAME_TAGS.items():
        positions[tag].append(start + MSD_TAGS.index(spelling))
    return list(positions.values())


_POSITIONS = _find_positions()


def read_wanted_tags(words: Iterable[str]) -> tuple[str, ...]:
    """Tags as somebody asks for them, `mellow,acoustic` or one by one: each once, as they are compared, in order."""
    tags = (normalise_tag(tag) for word in words for tag in word.split(","))
    return tuple(dict.fromkeys(SAME_TAGS.get(tag, tag) for tag in tags if tag))


TAG_RULES = TagRules.from_json(resources.files(__package__).joinpath(_THRESHOLD_FILE).read_text(encoding="utf-8"))
"""Those of today."""
