"""Which stages a change of the spec leaves as they are."""

from dataclasses import asdict, replace

import pytest

from shared.domain.features import FeatureSpec
from shared.domain.stages import stages, unchanged_stages

SPEC = FeatureSpec()
EVERY = stages(SPEC, waveforms=True)


def test_nothing_changed_is_everything_carried_over() -> None:
    assert unchanged_stages(asdict(SPEC), SPEC) == EVERY
    assert {"mel", "descriptors"} <= EVERY


def test_waveforms_are_a_stage_only_where_they_are_stored() -> None:
    assert EVERY - stages(SPEC) == {"waveform"}


def test_a_new_version_of_the_descriptors_leaves_the_mel_spectrogram() -> None:
    newer = replace(SPEC, descriptors=replace(SPEC.descriptors, version=SPEC.descriptors.version + 1))
    unchanged = unchanged_stages(asdict(SPEC), newer)
    assert "mel" in unchanged
    assert "descriptors" not in unchanged


def test_another_mel_spectrogram_leaves_the_descriptors() -> None:
    unchanged = unchanged_stages(asdict(SPEC), replace(SPEC, mel=replace(SPEC.mel, n_mels=64)))
    assert "descriptors" in unchanged
    assert "mel" not in unchanged


@pytest.mark.parametrize("change", [{"version": 99}, {"silence_dbfs": -60.0}, {"min_duration_s": 7.0}])
def test_what_concerns_all_stages_leaves_none(change: dict[str, float]) -> None:
    assert unchanged_stages(asdict(SPEC), replace(SPEC, **change)) == frozenset()  # type: ignore[arg-type]


@pytest.mark.parametrize(("read", "reader"), [("mel", "excerpts"), ("descriptors", "catalogue"), ("mel", "waveform")])
def test_a_stage_that_reads_anothers_parameters_changes_with_it(read: str, reader: str) -> None:
    before = {**asdict(SPEC), reader: {"version": 1}}
    before[read] = {**before[read], "version": -1}
    unchanged = unchanged_stages(before, SPEC)
    assert reader not in unchanged
    assert read not in unchanged


def test_a_spec_of_another_time_with_a_stage_less_or_a_limit_more_is_read_all_the_same() -> None:
    before = asdict(SPEC)
    del before["mel"]
    assert unchanged_stages(before, SPEC) == EVERY - {"mel", "excerpts", "waveform"}
    assert unchanged_stages({**asdict(SPEC), "loudest_dbfs": 0.0}, SPEC) == frozenset()
    assert unchanged_stages({}, SPEC) == frozenset()
