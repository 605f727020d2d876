"""The reference page of the descriptors, written from their declarations.

`python -m services.featurizer.descriptors.reference > docs/generated/descriptors.md`, or `make docs`.
"""

import sys
from collections.abc import Sequence

from services.featurizer.descriptors import DESCRIPTORS
from services.featurizer.descriptors.declaration import Descriptor


def format_reference(descriptors: Sequence[Descriptor]) -> str:
    """A Markdown page with a row a descriptor: position in the vector, name, unit, growth per dB of gain, source."""
    rows = [
        f"| {position} | `{one.name}` | {one.unit} | {one.per_db:g} | {one.source} |"
        for position, one in enumerate(descriptors)
    ]
    head = [
        "# Descriptors",
        "",
        f"The {len(descriptors)} columns of the descriptor vector, in its order. Written by `make docs`; do not edit.",
        "`per dB` is how much a value grows for each dB of gain. See [features](../explain/features.md).",
        "",
        "| position | name | unit | per dB | source |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(format_reference(DESCRIPTORS))
