"""Spec files of the owner's taggers, and the setting that names them: what is refused, and that all else goes on."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shared.domain.taggers import BUILT_IN_TAGGERS, CHORDS, MUSICNN, find_taggers, list_versions, read_tagger_versions
from shared.errors import PermanentError, Reason
from shared.settings import FeatureSettings
from shared.tagger_files import read_tagger_file
from tests.support.owner_taggers import MEL, owner_tagger, write_tagger

TOML = """
name = "mine"
graph = "mine.onnx"
weights = "{weights}"
sr = 16000
patch_length = 20
max_patches = 4
cost_s = 0.02
licence = "CC0-1.0"
citation = "made by a test"
trained_on = "nothing"

[input]
name = "log_mel"
axes = ["patches", "frames", "bands"]
mel = {{n_fft = 512, hop_length = 256, n_mels = 8, fmax = 4000, log = "log10", log_factor = 10000, log_offset = 1}}

[[outputs]]
name = "tags"
block = "tag"
size = 3
unit = "logit"
value_names = ["calm", "loud", "odd"]

[[outputs]]
name = "embedding"
block = "embedding"
size = 4
pooling = ["mean", "std"]
"""


def test_a_spec_file_gives_the_blocks_the_names_and_what_cards_tell(tmp_path: Path) -> None:
    spec = owner_tagger(tmp_path)
    assert [(block.name, block.size, block.unit) for block in spec.blocks] == [
        ("tag_mean", 3, "logit"),
        ("embedding_mean", 4, "1"),
        ("embedding_std", 4, "1"),
    ]
    assert spec.value_names[:4] == (
        "mine_tag_mean_calm",
        "mine_tag_mean_loud",
        "mine_tag_mean_odd",
        "mine_embedding_mean_0",
    )
    assert spec.patch_s == pytest.approx(20 * 256 / 16_000)
    assert (spec.licence, spec.citation, spec.trained_on) == ("CC0-1.0", "made by a test", "nothing")
    assert owner_tagger(tmp_path, trained_until=2019).trained_until == 2019


def test_json_and_toml_say_the_same(tmp_path: Path) -> None:
    spec = owner_tagger(tmp_path)
    path = tmp_path / "other.toml"
    path.write_text(TOML.format(weights=spec.weights))
    assert read_tagger_file(path) == spec


def test_the_fingerprint_follows_settings_and_outputs_and_not_the_place_of_the_file(tmp_path: Path) -> None:
    spec = owner_tagger(tmp_path)
    (tmp_path / "moved").mkdir()
    assert owner_tagger(tmp_path / "moved").fingerprint == spec.fingerprint
    assert owner_tagger(tmp_path, citation="another", cost_s=1.0).fingerprint == spec.fingerprint
    changes: list[dict[str, Any]] = [
        {"weights": "0123456789ab"},
        {"max_patches": 3},
        {"version": 2},
        {"input": {"name": "log_mel", "axes": ["patches", "frames", "bands"], "mel": MEL | {"power": 1}}},
        {"outputs": [{"name": "tags", "block": "tag", "size": 3}]},
    ]
    prints = {owner_tagger(tmp_path, **change).fingerprint for change in changes}
    assert len(prints | {spec.fingerprint}) == len(changes) + 1
    assert MUSICNN.fingerprint == replace(MUSICNN, graph=None).fingerprint


@pytest.mark.parametrize(
    ("changes", "reason", "told"),
    [
        ({"name": "No Name"}, Reason.UNREADABLE_TAGGER, "name: String should match pattern"),
        ({"name": "chords"}, Reason.TAGGER_NAME_TAKEN, "the name chords is taken by mer"),
        ({"name": "descriptors"}, Reason.TAGGER_NAME_TAKEN, "the name descriptors is taken by mer"),
        ({"sr": None}, Reason.UNREADABLE_TAGGER, "sr: Field required"),
        ({"sample_rate": 16_000}, Reason.UNREADABLE_TAGGER, "sample_rate: Extra inputs"),
        ({"trained_on": ""}, Reason.UNREADABLE_TAGGER, "trained_on: String should have at least 1 character"),
        ({"sr": 4000}, Reason.UNREADABLE_TAGGER, "0 to 4000 Hz, and sr ends at 2000"),
        (
            {"input": {"name": "log_mel", "axes": ["patches", "samples"], "mel": MEL}},
            Reason.UNREADABLE_TAGGER,
            "axes have to name bands and frames once",
        ),
        (
            {"input": {"name": "log_mel", "axes": ["frames", "bands"], "mel": MEL | {"log_offset": 0}}},
            Reason.UNREADABLE_TAGGER,
            "silence has no logarithm",
        ),
        (
            {"outputs": [{"name": "tags", "block": "tag", "size": 3, "value_names": ["a", "b", "b"]}]},
            Reason.UNREADABLE_TAGGER,
            "value_names has 2 different names, and size is 3",
        ),
        (
            {"outputs": [{"name": name, "block": "tag", "size": 3} for name in ("tags", "embedding")]},
            Reason.UNREADABLE_TAGGER,
            "two outputs give blocks of one name",
        ),
        ({"outputs": []}, Reason.UNREADABLE_TAGGER, "outputs: Tuple should have at least 1 item"),
        (
            {"outputs": [{"name": "tags", "block": "tag", "size": 8000, "pooling": ["mean", "std"]}]},
            Reason.UNREADABLE_TAGGER,
            "more than 8192 values a track",
        ),
    ],
)
def test_a_field_that_cannot_be_is_named(tmp_path: Path, changes: dict[str, Any], reason: Reason, told: str) -> None:
    path = write_tagger(tmp_path, **changes)
    with pytest.raises(PermanentError, match=told) as refused:
        read_tagger_file(path)
    assert refused.value.reason is reason
    assert str(path) in refused.value.detail


@pytest.mark.parametrize(("name", "content"), [("a.json", "{"), ("a.toml", "name"), ("a.json", "[1]")])
def test_a_file_that_is_no_spec_is_refused(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(PermanentError) as refused:
        read_tagger_file(tmp_path / name)
    assert refused.value.reason is Reason.UNREADABLE_TAGGER


def test_taggers_of_a_folder_can_be_switched_on_like_built_in_ones(tmp_path: Path) -> None:
    for name in ("second", "first"):
        write_tagger(tmp_path, name)
    settings = FeatureSettings(taggers="second,chords,musicnn,first", tagger_files=(tmp_path,))
    names = [spec.name for spec in settings.tagger_specs]
    assert names == ["musicnn", "chords", "first", "second"], "built-in ones first, then by name"
    assert [spec.name for spec in settings.known_taggers] == [*BUILT_IN_TAGGERS, "first", "second", "musicnn_pool"]
    assert FeatureSettings(taggers="chords", tagger_files=(tmp_path,)).tagger_specs == (CHORDS,), "none is on unasked"


def test_the_environment_names_files_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_tagger(tmp_path)
    monkeypatch.setenv("MER_TAGGER_FILES", f"{path}:{tmp_path / 'nowhere'}")
    monkeypatch.setenv("MER_TAGGERS", "mine")
    assert FeatureSettings().tagger_specs == (read_tagger_file(path),)
    assert FeatureSettings().tagger_problems == {}, "a folder that is not there holds none"


def test_a_broken_file_is_a_problem_and_all_other_taggers_are_used(tmp_path: Path) -> None:
    good = owner_tagger(tmp_path, "good")
    write_tagger(tmp_path, "bad", sr=3)
    (tmp_path / "worse.json").write_text("{")
    settings = FeatureSettings(
        taggers="chords,good,bad,worse,gone", tagger_files=(tmp_path, tmp_path / "elsewhere" / "gone.json")
    )
    assert settings.tagger_specs == (CHORDS, good)
    reasons = {name: problem.reason for name, problem in settings.tagger_problems.items()}
    assert reasons == {
        "bad": Reason.UNREADABLE_TAGGER,
        "worse": Reason.UNREADABLE_TAGGER,
        "gone": Reason.NOT_FOUND,
    }


def test_of_two_files_with_one_name_the_first_is_used(tmp_path: Path) -> None:
    first = owner_tagger(tmp_path, "a", name="mine")
    write_tagger(tmp_path, "b", name="mine", max_patches=2)
    settings = FeatureSettings(taggers="mine", tagger_files=(tmp_path,))
    assert settings.tagger_specs == (first,)
    assert settings.tagger_problems["mine"].reason is Reason.TAGGER_NAME_TAKEN


def test_an_unknown_name_is_refused_with_the_names_that_there_are(tmp_path: Path) -> None:
    write_tagger(tmp_path)
    with pytest.raises(ValidationError, match="no such tagger: vggish; there are musicnn, yamnet, chords, mine"):
        FeatureSettings(taggers="mine,vggish", tagger_files=(tmp_path,))


def test_a_card_names_the_taggers_of_a_model_whether_or_not_they_are_known_today() -> None:
    # as a JSON column gives it: keys by length
    card = {
        "stage_fingerprints": {"mine": "1", "chords": "2", "musicnn": "3", "descriptors": "4"},
        "taggers": {"mine": {}, "chords": {}, "musicnn": {}},
    }
    assert list(read_tagger_versions(card).items()) == [("musicnn", "3"), ("chords", "2"), ("mine", "1")]
    assert read_tagger_versions({}) == {}


def test_taggers_are_found_by_their_versions_among_those_of_the_owner(tmp_path: Path) -> None:
    mine = owner_tagger(tmp_path)
    assert find_taggers(list_versions((mine, CHORDS)), [mine]) == (CHORDS, mine)
    with pytest.raises(ValueError, match="no such tagger: mine"):
        find_taggers({"mine": mine.fingerprint})
    with pytest.raises(ValueError, match="of another version today: mine"):
        find_taggers({"mine": "0123456789ab"}, [mine])


def test_the_whole_example_of_the_guide_can_be_read(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "taggers.md").read_text()
    example = guide.split("```json\n")[1].split("```")[0]
    path = tmp_path / "example.json"
    path.write_text(example)
    assert read_tagger_file(path).name == json.loads(example)["name"]
