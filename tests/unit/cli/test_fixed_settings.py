"""What `mer up` reads of the environment before it starts anything."""

from pathlib import Path

import pytest

from services.cli.commands.up import read_fixed_settings
from services.standalone.data_dir import DataDirectory, SetupError
from tests.support.owner_taggers import write_tagger


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("MER_TAGGERS", "musicnn,moods", "^MER_TAGGERS: no such tagger: moods; there are musicnn, yamnet, chords$"),
        ("MER_STORE_TAGGER_POOL", "perhaps", "^MER_STORE_TAGGER_POOL: Input should be a valid boolean"),
        ("MER_TIME_ZONE", "Mars", "^MER_TIME_ZONE: there is no time zone 'Mars'"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, problem: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SetupError, match=problem):
        read_fixed_settings(DataDirectory(tmp_path))


def test_taggers_in_the_data_folder_can_be_switched_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = DataDirectory(tmp_path)
    home.taggers.mkdir()
    write_tagger(home.taggers, "moods")
    monkeypatch.delenv("MER_TAGGER_FILES", raising=False)
    monkeypatch.setenv("MER_TAGGERS", "musicnn,moods")
    read_fixed_settings(home)
    monkeypatch.setenv("MER_TAGGER_FILES", str(tmp_path / "elsewhere"))
    with pytest.raises(SetupError, match="no such tagger: moods"):
        read_fixed_settings(home)
