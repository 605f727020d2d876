"""docs/features.md describes what the featurizer really computes."""

import re
from pathlib import Path

from services.featurizer.descriptors import DESCRIPTORS
from shared.domain.features import FeatureSpec
from shared.domain.track import CATALOGUE_COLUMNS

PAGE = (Path(__file__).parents[3] / "docs" / "features.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def test_the_page_lists_every_descriptor_in_order_with_its_unit_and_source() -> None:
    listed = [(name, unit.strip(), source.strip()) for name, unit, source in ROW.findall(PAGE)]

    assert listed == [(descriptor.name, descriptor.unit, descriptor.source) for descriptor in DESCRIPTORS]


def test_the_page_says_how_many_descriptors_there_are() -> None:
    assert f"{len(DESCRIPTORS)} numbers that summarise" in PAGE


def test_the_page_names_the_fingerprint_of_today() -> None:
    assert f"`{FeatureSpec().fingerprint}`" in PAGE


def test_the_page_names_every_catalogue_column() -> None:
    assert [column for column in CATALOGUE_COLUMNS if f"`{column}`" not in PAGE] == []
