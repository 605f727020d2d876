"""Which specs may be read together: those that give the stages that are read the same fingerprint.

Every row says under which spec it was written. A reader names its own spec and the stages that it reads; it gets the
specs that agree in these stages, a few of them, and of each track the row that stands among them.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from shared.domain.features import FeatureSpec
from shared.domain.stages import STAGES_OF_INPUT, stage_fingerprints
from shared.errors import Reason
from shared.store.base_repository import BaseRepository
from shared.store.tables import FeatureSet, SpecStage

UNREACHED = (Reason.AUDIO_GONE, Reason.NO_AUDIO, Reason.NOT_FOUND, Reason.FORBIDDEN)
"""Failures that say nothing about a sound: what was computed of it before still stands."""

_CACHE = "spec_stages"
_REPRESENTATIVE = (
    "{table}.spec = (select g.spec from feature_sets g where g.track_id = {table}.track_id and g.spec = any(%s) "
    "order by (g.state = 'ready' or g.reason <> all(%s)) desc nulls last, g.made_at desc, g.spec desc limit 1)"
)


class SpecStages(BaseRepository):
    """All SQL on the stages of specs."""

    def declare_stages(self, spec: str, parameters: FeatureSpec | Mapping[str, Any]) -> None:
        """Write down the fingerprints of the stages of a spec, once."""
        rows = [
            {"spec": spec, "stage": stage, "fingerprint": digits}
            for stage, digits in stage_fingerprints(parameters).items()
        ]
        if rows:
            self._session.execute(insert(SpecStage).values(rows).on_conflict_do_nothing())
        self._session.info.pop(_CACHE, None)

    def get_fingerprints(self, spec: str) -> Mapping[str, str]:
        """The fingerprint of each stage of a spec; empty where nothing is known of it."""
        return self.list_all().get(spec, {})

    def list_all(self) -> Mapping[str, Mapping[str, str]]:
        """The fingerprints of the stages of each spec that is known. A few rows, read once a session."""
        known: dict[str, dict[str, str]] | None = self._session.info.get(_CACHE)
        if known is None:
            known = {}
            for row in self._session.scalars(select(SpecStage)):
                known.setdefault(row.spec, {})[row.stage] = row.fingerprint
            known.setdefault(*_current_spec())
            self._session.info[_CACHE] = known
        return known

    def list_specs_sharing(self, spec: str, stages: Iterable[str]) -> tuple[str, ...]:
        """The specs that agree with `spec` in all of the stages, `spec` first; alone where its stages are not known.

        Of no stages these are all specs that are known: what reads none of them minds none of their versions.
        """
        every, wanted = self.list_all(), set(stages)
        own_hashes = every.get(spec, {})
        if not wanted <= own_hashes.keys():
            return (spec,)
        alike = (
            one
            for one, stage_hashes in every.items()
            if all(stage_hashes.get(stage) == own_hashes[stage] for stage in wanted)
        )
        return (spec, *sorted(one for one in alike if one != spec))


def is_representative(table: Any, specs: Sequence[str]) -> ColumnElement[bool]:
    """Whether a row of `table`, which has a track and a spec, is of the spec that stands for its track among `specs`.

    That is the one whose features are the newest, ready or failed; one that never reached the audio stands only where
    there is no other.
    """
    if len(specs) == 1:
        return table.spec == specs[0]  # type: ignore[no-any-return]
    one = aliased(FeatureSet)
    reached = or_(one.state == "ready", one.reason.not_in(UNREACHED))
    newest = (
        select(one.spec)
        .where(one.track_id == table.track_id, one.spec.in_(specs))
        .order_by(reached.desc().nulls_last(), one.made_at.desc(), one.spec.desc())
        .limit(1)
        .correlate(table)
        .scalar_subquery()
    )
    return table.spec == newest  # type: ignore[no-any-return]


def representative_sql(table: str, specs: Sequence[str]) -> tuple[str, tuple[object, ...]]:
    """`is_representative` as SQL for psycopg2, with its parameters, for statements that SQLAlchemy does not write.

    `table` is an alias of ours, never given.
    """
    if len(specs) == 1:
        return f"{table}.spec = %s", (specs[0],)
    return _REPRESENTATIVE.format(table=table), (list(specs), [reason.value for reason in UNREACHED])


@cache
def _current_spec() -> tuple[str, dict[str, str]]:
    """The spec of this code, which readers may name before anything was written under it."""
    spec = FeatureSpec()
    return spec.fingerprint, stage_fingerprints(spec)


class StageReader(BaseRepository):
    """A repository that reads what was stored of stages, from all specs that agree with its own.

    `kind` names an input: then all that is read is of specs that agree in every stage of that input. Without it each
    method minds the stage that it reads.
    """

    def __init__(self, session: Session, *, spec: str, kind: str | None = None) -> None:
        super().__init__(session)
        self._spec = spec
        self._kind = kind

    def _specs_to_read(self, stage: str) -> tuple[str, ...]:
        """The specs to read from: those of the input's stages, else those of `stage`."""
        return self._specs_sharing(STAGES_OF_INPUT[self._kind] if self._kind else (stage,))

    def _specs_sharing(self, stages: Iterable[str]) -> tuple[str, ...]:
        return SpecStages(self._session).list_specs_sharing(self._spec, stages)
