"""docs/explain/features.md and docs/generated/descriptors.md describe what the featurizer really computes."""

from pathlib import Path

from services.featurizer.descriptors import DESCRIPTORS
from services.featurizer.descriptors.reference import format_reference
from shared.domain.features import FeatureSpec
from shared.domain.track import CATALOGUE_COLUMNS

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "explain" / "features.md").read_text(encoding="utf-8")


def test_the_reference_is_what_make_docs_writes() -> None:
    assert (DOCS / "generated" / "descriptors.md").read_text(encoding="utf-8") == format_reference(DESCRIPTORS)


def test_the_page_says_how_many_descriptors_there_are() -> None:
    assert f"{len(DESCRIPTORS)} numbers that summarise" in PAGE


def test_the_page_names_the_fingerprint_of_today() -> None:
    assert f"`{FeatureSpec().fingerprint}`" in PAGE


def test_the_page_names_every_catalogue_column() -> None:
    assert [column for column in CATALOGUE_COLUMNS if f"`{column}`" not in PAGE] == []
