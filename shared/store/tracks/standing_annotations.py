"""Which annotations stand: the one condition that every reader of annotations asks."""

from typing import Any

from sqlalchemy import ColumnElement, exists, not_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import aliased

from shared.store.tables import AnnotationRow


def is_standing(annotation: Any = AnnotationRow) -> ColumnElement[bool]:
    """No withdrawal, and its annotator did not withdraw it later. Who corrected themselves is not asked here.

    A withdrawal takes back what its annotator said of the very same track in the very same taxonomy; no taxonomy is
    one of its own (tags and places on the plane).
    """
    later = aliased(AnnotationRow)
    is_withdrawn = exists().where(
        later.withdrawn,
        later.track_id == annotation.track_id,
        later.annotator_id == annotation.annotator_id,
        later.taxonomy.is_not_distinct_from(annotation.taxonomy),
        later.id > annotation.id,
    )
    standing: ColumnElement[bool] = not_(annotation.withdrawn) & ~is_withdrawn
    return standing


def _as_text() -> str:
    whole = select(AnnotationRow.id).where(is_standing())  # whole, or the inner query would not see the outer table
    return str(whole.compile(dialect=postgresql.dialect())).partition("WHERE")[2]  # type: ignore[no-untyped-call]


STANDING = _as_text()
"""The same for statements that are written as text, about the table `annotations`."""
