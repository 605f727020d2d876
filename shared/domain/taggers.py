"""Audio taggers: pretrained networks, and what the featurizer keeps of their outputs for one track.

A tagger is a stage of its own (`shared.domain.stages`): its fingerprint follows from its weights, its settings and the
blocks that it gives, not from the bytes of a file.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from shared.domain.dataset import TAGGER_POOL
from shared.domain.declaration_digest import digest_declaration
from shared.domain.owner_graph import OwnerGraph

MSD_TAGS = (
    "rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s", "alternative rock", "jazz",
    "beautiful", "metal", "chillout", "male vocalists", "classic rock", "soul", "indie rock", "mellow", "electronica",
    "80s", "folk", "90s", "chill", "instrumental", "punk", "oldies", "blues", "hard rock", "ambient", "acoustic",
    "experimental", "female vocalist", "guitar", "hip-hop", "70s", "party", "country", "easy listening", "sexy",
    "catchy", "funk", "electro", "heavy metal", "progressive rock", "60s", "rnb", "indie pop", "sad", "house", "happy",
)  # fmt: skip
"""The 50 Last.fm tags of MusiCNN, in the order of its outputs."""

EVENT_GROUPS = ("music", "singing", "speech", "crowd", "noise", "tone", "silence")
"""Groups of AudioSet classes of which YAMNet's statistics over the windows are kept."""
EVENT_STATISTICS = ("mean", "max", "first", "last")
"""Over the windows, of the largest probability in the group: mean, maximum, mean of the first and the last three."""

N_AUDIOSET_CLASSES = 521


@dataclass(frozen=True, kw_only=True)
class TaggerBlock:
    """Neighbouring values of one kind. Estimators standardise each block apart."""

    name: str
    size: int
    unit: str
    value_names: tuple[str, ...] = ()
    """One for each value; without them values are numbered."""
    joins_previous: bool = False
    """Whether estimators scale it together with the block before it: a few values of another purpose would otherwise
    weigh as much as an embedding.
    """


@dataclass(frozen=True, kw_only=True)
class TaggerSpec:
    """What a tagger reads and gives, and where its weights come from."""

    name: str
    """Of the stage, and in `MER_TAGGERS`."""
    weights: str
    """Twelve hexadecimal digits over the weights; the file that is read must state the same."""
    sr: int
    """Hz after resampling."""
    patch_s: float
    """Seconds that the network reads at once."""
    max_patches: int
    """At most so many patches of a track, spread evenly over what is described of it."""
    blocks: tuple[TaggerBlock, ...]
    version: int = 1
    """Raised with every change of our code that changes a value."""
    cost_s: float = 0.0
    """Seconds of one process for a clip of 30 s without decoding it: what is told until it was measured."""
    licence: str = ""
    citation: str = ""
    trained_on: str = ""
    """By whom and on what: songs and artists of a test may be among them."""
    trained_until: int | None = None
    """The last year of which they can be; None where nobody knows."""
    graph: OwnerGraph | None = None
    """Of a tagger of the owner's; None of the built-in ones."""

    @cached_property
    def n_values(self) -> int:
        """Values that are kept of a track."""
        return sum(block.size for block in self.blocks)

    @cached_property
    def value_names(self) -> tuple[str, ...]:
        """Of all values in order, such as `musicnn_tag_mean_mellow`."""
        return tuple(
            f"{self.name}_{block.name}_{value}"
            for block in self.blocks
            for value in (block.value_names or range(block.size))
        )

    @cached_property
    def scaled_widths(self) -> tuple[int, ...]:
        """How many neighbouring values estimators scale together, in order."""
        widths: list[int] = []
        for block in self.blocks:
            if block.joins_previous and widths:
                widths[-1] += block.size
            else:
                widths.append(block.size)
        return tuple(widths)

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits over weights, settings and blocks."""
        declared = {
            "name": self.name,
            "weights": self.weights,
            "sr": self.sr,
            "patch_s": self.patch_s,
            "max_patches": self.max_patches,
            "blocks": [[block.name, block.size, block.unit, list(block.value_names)] for block in self.blocks],
            "version": self.version,
        }
        if self.graph is not None:
            declared["graph"] = self.graph.declare()
        return digest_declaration(declared)

    def block_slice(self, name: str) -> slice:
        """Where a block stands among the values. Raises KeyError for a block that the tagger does not give."""
        start = 0
        for block in self.blocks:
            if block.name == name:
                return slice(start, start + block.size)
            start += block.size
        raise KeyError(name)


MUSICNN = TaggerSpec(
    name="musicnn",
    weights="0685193ed602",
    sr=16_000,
    patch_s=187 * 256 / 16_000,
    max_patches=5,
    cost_s=0.04,
    blocks=(
        TaggerBlock(name="tag_mean", size=50, unit="logit", value_names=MSD_TAGS),
        TaggerBlock(name="tag_std", size=50, unit="logit", value_names=MSD_TAGS),
        TaggerBlock(name="embedding_mean", size=200, unit="1"),
        TaggerBlock(name="embedding_std", size=200, unit="1"),
    ),
    licence="ISC",
    citation="Pons and Serra (2019), musicnn: pre-trained convolutional neural networks for music audio tagging",
    trained_on="Last.fm tags of about 200,000 songs of the Million Song Dataset, up to 2011",
    trained_until=2011,
)

YAMNET = TaggerSpec(
    name="yamnet",
    weights="af667e9857f4",
    sr=16_000,
    patch_s=0.96,
    max_patches=16,
    version=2,
    cost_s=0.03,
    blocks=(
        TaggerBlock(name="class_mean", size=N_AUDIOSET_CLASSES, unit="logit"),
        TaggerBlock(name="embedding_mean", size=1024, unit="1"),
        TaggerBlock(name="embedding_std", size=1024, unit="1"),
        TaggerBlock(
            name="event",
            size=len(EVENT_GROUPS) * len(EVENT_STATISTICS),
            unit="probability",
            value_names=tuple(f"{group}_{statistic}" for group in EVENT_GROUPS for statistic in EVENT_STATISTICS),
            joins_previous=True,
        ),
        TaggerBlock(name="music_share", size=1, unit="share of windows", value_names=("music",), joins_previous=True),
    ),
    licence="Apache-2.0",
    citation="Plakal and Ellis (2020), YAMNet",
    trained_on="AudioSet: two million clips of 10 s from videos, 521 classes of sound",
    trained_until=2017,
)

CHORD_STATISTICS = (
    *(f"share_{quality}" for quality in ("maj", "min", "aug", "dim", "sus", "7", "maj7", "min7", "other", "none")),
    *(f"root_{interval}" for interval in range(12)),
    *(f"pitch_{interval}" for interval in range(12)),
    *(f"motion_{interval}" for interval in range(12)),
    "root_entropy",
    "chord_entropy",
    "frame_entropy",
    "inversion_share",
    "changes_per_s",
    "key_clarity",
)
"""Of a track, relative to its key: shares of chord qualities, of roots and pitch classes above the key note, and of
steps between successive roots.
"""

CHORDS = TaggerSpec(
    name="chords",
    weights="5859a0eba125",
    sr=22_050,
    patch_s=30.0,
    max_patches=1,
    cost_s=0.04,
    blocks=(TaggerBlock(name="chord", size=len(CHORD_STATISTICS), unit="1", value_names=CHORD_STATISTICS),),
    licence="BSD-2-Clause",
    citation="McFee and Bello (2017), Structured training for large-vocabulary chord recognition",
    trained_on="chords annotated in 1,217 recordings of Isophonics, Billboard, RWC Pop and MARL",
    trained_until=2017,
)

MUSICNN_POOL = replace(
    MUSICNN,
    name="musicnn_pool",
    blocks=(TaggerBlock(name="pooled_mean", size=1506, unit="1"),),
)
"""What MusiCNN's dense layers read: maximum and mean over time of each feature, in pairs, as mean over the patches.

It is not among the taggers of `MER_TAGGERS`: `MER_STORE_TAGGER_POOL` stores it, and the input `tagger_pool` reads it.
"""

BUILT_IN_TAGGERS = {spec.name: spec for spec in (MUSICNN, YAMNET, CHORDS)}


def sort_tagger_names(names: Iterable[str]) -> list[str]:
    """In the order in which the values of taggers are joined: the built-in ones as declared, then others by name."""
    given = set(names)
    return [*(name for name in BUILT_IN_TAGGERS if name in given), *sorted(given - BUILT_IN_TAGGERS.keys())]


def pick_tagger_versions(stage_fingerprints: Mapping[str, str], *, of_owner: Iterable[str] = ()) -> dict[str, str]:
    """The taggers among the stages that a model reads, in the order of `sort_tagger_names`.

    `of_owner` are the names that are not built in. A JSON column does not keep the order in which a card named them.
    """
    named = stage_fingerprints.keys() & {*BUILT_IN_TAGGERS, *of_owner}
    return {name: stage_fingerprints[name] for name in sort_tagger_names(named)}


def pick_versions_read(inputs: str, versions: Mapping[str, str]) -> dict[str, str]:
    """Those of the taggers of a training set that an input reads."""
    is_pool = inputs == TAGGER_POOL
    return {name: digits for name, digits in versions.items() if (name == MUSICNN_POOL.name) == is_pool}


def read_tagger_versions(card: Mapping[str, Any]) -> dict[str, str]:
    """The taggers that a published model reads, as its card says: no tagger has to be on or known for that."""
    return pick_tagger_versions(card.get("stage_fingerprints", {}), of_owner=card.get("taggers", {}))


def find_taggers(versions: Mapping[str, str], owner_taggers: Iterable[TaggerSpec] = ()) -> tuple[TaggerSpec, ...]:
    """The taggers of these versions, in the order of `sort_tagger_names`.

    Raises:
        ValueError: one of them is of another version today, or there is no such tagger.

    """
    taggers = select_taggers(list(versions), owner_taggers)
    changed = [spec.name for spec in taggers if spec.fingerprint != versions[spec.name]]
    if changed:
        raise ValueError(f"of another version today: {', '.join(changed)}")
    return taggers


def select_taggers(names: Sequence[str], owner_taggers: Iterable[TaggerSpec] = ()) -> tuple[TaggerSpec, ...]:
    """The taggers of these names, built in or of the owner, in the order of `sort_tagger_names`.

    Raises:
        ValueError: a name is none of them.

    """
    known = index_taggers(owner_taggers)
    unknown = sorted(set(names) - known.keys())
    if unknown:
        raise ValueError(f"no such tagger: {', '.join(unknown)}; there are {', '.join(known)}")
    return tuple(known[name] for name in sort_tagger_names(names))


def index_taggers(owner_taggers: Iterable[TaggerSpec] = ()) -> dict[str, TaggerSpec]:
    """All taggers by name, in the order of `sort_tagger_names`. The owner's never stand for built-in ones."""
    known = {spec.name: spec for spec in owner_taggers} | BUILT_IN_TAGGERS
    return {name: known[name] for name in sort_tagger_names(known)}


@dataclass(frozen=True, kw_only=True)
class TaggingCost:
    """What it took to add the outputs of taggers to a track, decoding included."""

    taggers: frozenset[str]
    """Those that were run."""
    took_s: float
    """Of one process."""

    def to_payload(self) -> dict[str, str | float]:
        """As an item keeps it, so that `--dry-run` can say what others will take."""
        return {TAGGED_WITH: join_names(self.taggers), TAGGING_TOOK_S: round(self.took_s, 4)}


TAGGED_WITH, TAGGING_TOOK_S = "tagged_with", "tagging_took_s"
"""The names, in the payload of an item, of a `TaggingCost`."""


def join_names(names: Collection[str]) -> str:
    """One word for a set of taggers."""
    return ",".join(sorted(names))


def list_versions(taggers: Iterable[TaggerSpec]) -> dict[str, str]:
    """The fingerprint of each tagger, by its name, in order."""
    return {tagger.name: tagger.fingerprint for tagger in taggers}
