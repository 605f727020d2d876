"""What `mer train --merge` makes of what a person writes."""

import pytest
import typer

from services.cli.commands.models import parse_merge


def test_a_merge_is_written_as_an_emotion_and_its_labels() -> None:
    assert parse_merge(["loud=energetic, happy", "quiet = calm,sad,"]) == {
        "loud": ["energetic", "happy"],
        "quiet": ["calm", "sad"],
    }


def test_without_a_merge_the_taxonomy_stays_as_it_is() -> None:
    assert parse_merge(None) is None
    assert parse_merge([]) is None


def test_a_merge_without_its_sign_is_refused_with_an_example() -> None:
    with pytest.raises(typer.BadParameter, match="loud=energetic,happy"):
        parse_merge(["loud"])
