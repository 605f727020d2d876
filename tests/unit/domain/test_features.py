from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from shared.domain.catalogue import COMPUTED_COLUMNS, COMPUTED_UNITS
from shared.domain.features import FeatureSpec, MelSpec


def variants(spec: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """`spec` with one field changed, for each field at any depth."""
    for field in fields(spec):
        value = getattr(spec, field.name)
        name = f"{path}{field.name}"
        if is_dataclass(value):
            yield from ((at, replace(spec, **{field.name: changed})) for at, changed in variants(value, f"{name}."))
        else:
            yield name, replace(spec, **{field.name: f"{value}!" if isinstance(value, str) else value + 1})


CHANGED = dict(variants(FeatureSpec()))


@pytest.mark.parametrize("field", CHANGED)
def test_the_fingerprint_changes_with_every_field(field: str) -> None:
    assert CHANGED[field].fingerprint != FeatureSpec().fingerprint


def test_no_two_changes_give_the_same_fingerprint() -> None:
    assert len(CHANGED) >= 13
    assert len({spec.fingerprint for spec in CHANGED.values()}) == len(CHANGED)


def test_equal_specs_have_equal_fingerprints_of_twelve_hexadecimal_digits() -> None:
    fingerprint = FeatureSpec(mel=MelSpec(sr=22_050)).fingerprint
    assert fingerprint == FeatureSpec().fingerprint
    assert len(fingerprint) == 12
    int(fingerprint, 16)


def test_the_default_spectrogram_has_the_talks_shape() -> None:
    assert MelSpec().n_samples == 110_250
    assert MelSpec().shape == (128, 216)


def test_the_shape_follows_from_the_parameters() -> None:
    assert MelSpec(sr=16_000, duration_s=2.0, hop_length=160, n_mels=40).shape == (40, 201)


def test_every_stage_declares_what_it_gives_before_it_is_computed() -> None:
    declared = {field.name: (field.shape, field.dtype, field.unit) for field in FeatureSpec().fields}
    assert declared["mel"] == ((128, 216), "float32", "power")
    assert declared["excerpts"] == ((None, 128, 216), "float32", "power")
    assert declared["excerpt_starts_s"] == ((None,), "float64", "s")
    assert declared["descriptors"][:2] == ((FeatureSpec().descriptors.n,), "float32")
    assert declared["waveform"] == ((110_250,), "int16", "1/32768 of full scale")
    assert declared["tempo"] == ((), "float64", "BPM")
    assert set(COMPUTED_COLUMNS) <= set(declared)
    assert len(declared) == len(FeatureSpec().fields), "no two have one name"


def test_the_fingerprint_covers_what_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    before = FeatureSpec().fingerprint
    monkeypatch.setitem(COMPUTED_UNITS, "tempo", "Hz")
    assert FeatureSpec().fingerprint != before
