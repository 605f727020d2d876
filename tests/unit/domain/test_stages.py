"""What each stage is fingerprinted by, and which stages a change of the spec leaves as they are."""

import json
from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass, replace
from typing import Any

import pytest

from shared.domain.catalogue import COMPUTED_UNITS
from shared.domain.dataset import ARRAY_OF, INPUTS
from shared.domain.features import FeatureSpec
from shared.domain.stages import (
    STAGE_OF_ARRAY,
    STAGES_OF_INPUT,
    find_unchanged_stages,
    list_inputs_reading,
    list_stages,
    list_stages_read,
    stage_fingerprints,
)

SPEC = FeatureSpec()
EVERY = list_stages(SPEC, waveforms=True)
NOW = stage_fingerprints(SPEC)


def changed_parts() -> Iterator[tuple[str, str, FeatureSpec]]:
    """`(stage, field, spec)` for each parameter of each stage."""
    for stage in sorted(EVERY):
        part = getattr(SPEC, stage)
        for field in fields(part):
            value = getattr(part, field.name)
            other = f"{value}!" if isinstance(value, str) else value + 1
            yield stage, field.name, replace(SPEC, **{stage: replace(part, **{field.name: other})})


CHANGED = list(changed_parts())


def test_every_stage_has_a_fingerprint_of_its_own() -> None:
    assert set(NOW) == EVERY == set(SPEC.stage_fields)
    assert len(set(NOW.values())) == len(EVERY)
    assert all(len(digits) == 12 and int(digits, 16) >= 0 for digits in NOW.values())
    assert all(is_dataclass(getattr(SPEC, stage)) for stage in EVERY)


@pytest.mark.parametrize(("stage", "field", "changed"), CHANGED, ids=[f"{s}.{f}" for s, f, _ in CHANGED])
def test_a_parameter_changes_its_own_stage_and_those_that_read_it_alone(
    stage: str, field: str, changed: FeatureSpec
) -> None:
    readers = {"mel": {"excerpts", "waveform"}, "descriptors": {"catalogue"}}.get(stage, set())
    assert {name for name, digits in stage_fingerprints(changed).items() if digits != NOW[name]} == {stage} | readers


@pytest.mark.parametrize("change", [{"version": 99}, {"silence_dbfs": -60.0}, {"min_duration_s": 7.0}])
def test_what_concerns_all_stages_changes_them_all(change: dict[str, Any]) -> None:
    changed = stage_fingerprints(replace(SPEC, **change))
    assert all(changed[stage] != NOW[stage] for stage in EVERY)
    assert find_unchanged_stages(NOW, replace(SPEC, **change)) == frozenset()


def test_the_fields_that_a_stage_declares_are_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMPUTED_UNITS, "tempo", "Hz")
    assert find_unchanged_stages(NOW, SPEC) == EVERY - {"catalogue"}


def test_stored_parameters_have_the_fingerprints_of_their_spec() -> None:
    assert stage_fingerprints(json.loads(json.dumps(asdict(SPEC)))) == NOW
    assert stage_fingerprints({}) == {}


ALONE = {"acoustic_fingerprint", "catalogue", "descriptors"}
"""The stages that read nothing of `mel`."""


def test_parameters_of_another_code_have_no_fingerprint_and_take_no_other_stage_with_them() -> None:
    stored = asdict(SPEC)
    stored["mel"] = {**stored["mel"], "window": "hann"}
    assert stage_fingerprints(stored) == {stage: NOW[stage] for stage in ALONE}
    del stored["mel"]
    assert set(stage_fingerprints(stored)) == ALONE
    stored["descriptors"] = {name: value for name, value in stored["descriptors"].items() if name != "names"}
    assert set(stage_fingerprints(stored)) == {"acoustic_fingerprint"}, "what is not said is not what it is today"


def test_a_stage_more_leaves_the_others_as_they_are() -> None:
    stored = {**asdict(SPEC), "acoustic": {"version": 1}}
    assert stage_fingerprints(stored) == NOW
    assert stage_fingerprints({**stored, "loudest_dbfs": 0.0}).items().isdisjoint(NOW.items()), "a limit more"


def test_nothing_changed_is_everything_carried_over() -> None:
    assert find_unchanged_stages(NOW, SPEC) == EVERY
    assert find_unchanged_stages({}, SPEC) == frozenset()


def test_waveforms_are_a_stage_only_where_they_are_stored() -> None:
    assert EVERY - list_stages(SPEC) == {"waveform"}


def test_every_input_and_every_array_is_of_known_stages() -> None:
    assert set(STAGES_OF_INPUT) == set(INPUTS)
    assert {stage for read in STAGES_OF_INPUT.values() for stage in read} <= EVERY
    assert set(STAGE_OF_ARRAY.values()) <= EVERY
    for kind, excerpt in ARRAY_OF.items():
        assert STAGE_OF_ARRAY[excerpt] in STAGES_OF_INPUT[kind]


def test_delivered_columns_are_of_no_stage() -> None:
    assert list_stages_read("catalogue", ["spotify"]) == ()
    assert list_stages_read("catalogue", ["computed"]) == ("catalogue",)
    assert list_stages_read("fusion", ["table"]) == ("descriptors",)
    assert list_inputs_reading(["descriptors"]) == ("descriptors", "fusion", "sound", "descriptors+audio_tags")
