"""What annotators are called: folders by their locators, also those that were named by a path once."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select, text, update

from shared.domain.annotation import AnnotatorKind
from shared.store.base_repository import BaseRepository
from shared.store.tables import AnnotationRow, AnnotatorRow


class AnnotatorNames(BaseRepository):
    """All SQL that changes who an annotator is."""

    def list_spelled(self) -> Sequence[str]:
        """The names of folders that hold a path as somebody wrote it."""
        return self._session.scalars(select(AnnotatorRow.name).where(AnnotatorRow.spelled)).all()

    def rename(self, names: Mapping[str, str]) -> int:
        """Give spelled folders the names of `names`; how many became one with another, with all that they said.

        First all old names are taken away: the path of one may be the locator of another.
        """
        self._session.execute(text("select pg_advisory_xact_lock(hashtext('mer/annotators'))"))
        query = select(AnnotatorRow).where(AnnotatorRow.spelled, AnnotatorRow.name.in_(names)).order_by(AnnotatorRow.id)
        rows = [(row, names[row.name]) for row in self._session.scalars(query)]
        for row, _ in rows:
            row.name = f"folder\n{row.id}"  # no path that is sent holds a line break
        self._session.flush()
        return sum(self._give(row, name) for row, name in rows)

    def _give(self, row: AnnotatorRow, name: str) -> bool:
        """True if the name was taken: what the row said is the other's word then."""
        its_name = AnnotatorRow.kind == AnnotatorKind.IMPORT, AnnotatorRow.name == name
        other_id = self._session.scalar(select(AnnotatorRow.id).where(*its_name))
        if other_id is None:
            row.name, row.spelled = name, False
            self._session.flush()
            return False
        moved = update(AnnotationRow).where(AnnotationRow.annotator_id == row.id).values(annotator_id=other_id)
        self._session.execute(moved.execution_options(synchronize_session=False))
        self._session.execute(delete(AnnotatorRow).where(AnnotatorRow.id == row.id))
        return True
