"""The heads of a model: what it predicts. This is one of several classes, any of several tags, or named dimensions."""

from dataclasses import dataclass

CLASSES, TAGS, DIMENSIONS = "classes", "tags", "dimensions"
HEAD_KINDS = (CLASSES, TAGS, DIMENSIONS)

TAG_SET, PLANE = "tags", "valence_arousal"
"""The names of the heads that are no taxonomy: a set of tags, and the point on Russell's plane."""


@dataclass(frozen=True, kw_only=True)
class ModelHead:
    """One answer of a model. The order of `outputs` is the order of every vector of answers and of targets."""

    kind: str
    """`classes`: probabilities that sum to 1. `tags`: a probability for each, independent. `dimensions`: values in
    [-1, 1].
    """
    name: str
    """Of the taxonomy, or of the set of tags or dimensions."""
    outputs: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a kind that there is not, and a head without outputs or with one twice. Raises ValueError."""
        if self.kind not in HEAD_KINDS:
            raise ValueError(f"a head is one of {', '.join(HEAD_KINDS)}, not {self.kind!r}")
        if not self.outputs or len(set(self.outputs)) < len(self.outputs):
            raise ValueError("a head names each of its outputs once, and has at least one")


VALENCE_AROUSAL = ModelHead(kind=DIMENSIONS, name=PLANE, outputs=("valence", "arousal"))
_KINDS = {TAG_SET: TAGS, PLANE: DIMENSIONS}


def get_head_kind(name: str) -> str:
    """The kind of the head called `name`: what is no set of tags and no plane is a taxonomy."""
    return _KINDS.get(name, CLASSES)
