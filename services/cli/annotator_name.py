"""Under whose name the command line labels."""

import getpass
from typing import Annotated

import typer

from services.cli.client import ApiClient

AnnotatorName = Annotated[
    str | None, typer.Option("--as", help="Who labels; default: the name of your key, else your user name")
]


def find_annotator_name(client: ApiClient, named: str | None) -> str:
    """The name that was given; else that of the key that is sent, where the API asks for one; else the user's."""
    if named is not None:
        return named
    name: str | None = client.get("/session")["name"] if client.has_key else None
    return name or getpass.getuser()
