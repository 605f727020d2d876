"""`--annotator NAME`: answers for one person."""

from typing import Annotated

import typer

Annotator = Annotated[
    str | None,
    typer.Option(help="A person's answers: as their own labels change the model, and only these stand over it"),
]
