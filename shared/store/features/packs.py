"""Packs and augmented variants: what was written, and what there is to pack."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from shared.domain.augmentation import AugmentRequest
from shared.domain.job import ItemState, Stage
from shared.domain.stages import STAGE_OF_ARRAY
from shared.store.base_repository import BaseRepository
from shared.store.features.spec_stages import SpecStages, is_representative
from shared.store.jobs.repository import OPEN_ITEMS
from shared.store.tables import ArrayRow, JobItem, Pack, VariantRow


class PackRepository(BaseRepository):
    """All SQL on packs and variants: written under one spec, read from all that agree with it in their stage."""

    def __init__(self, session: Session, *, spec: str) -> None:
        super().__init__(session)
        self._spec = spec

    def list_arrays(self, excerpt: str) -> Sequence[ArrayRow]:
        """Every stored array of a kind, by track."""
        query = select(ArrayRow).where(
            ArrayRow.excerpt == excerpt, is_representative(ArrayRow, self.list_specs_sharing(excerpt))
        )
        return self._session.scalars(query.order_by(ArrayRow.track_id)).all()

    def list_variants(self, request: AugmentRequest) -> Sequence[VariantRow]:
        """The variants that a request asked for, by track; of one draw the newest."""
        draw = (VariantRow.track_id, VariantRow.transform, VariantRow.seed, VariantRow.copy)
        query = (
            select(VariantRow)
            .where(
                VariantRow.spec.in_(self.list_specs_sharing("variants")),
                VariantRow.transform.in_(request.variants),
                VariantRow.seed == request.seed,
                VariantRow.copy < request.copies,
            )
            .ext(distinct_on(*draw))
            .order_by(*draw, VariantRow.made_at.desc(), VariantRow.spec)
        )
        return self._session.scalars(query).all()

    def save_variants(self, rows: Sequence[dict[str, Any]]) -> None:
        """Keep variants, in place of those of the same draw."""
        if not rows:
            return
        query = insert(VariantRow).values([{**row, "spec": self._spec} for row in rows])
        key = ["track_id", "spec", "transform", "seed", "copy"]
        kept = {name: query.excluded[name] for name in rows[0] if name not in key}
        self._session.execute(query.on_conflict_do_update(index_elements=key, set_=kept))

    def save_pack(self, row: dict[str, Any]) -> None:
        """Keep a pack; the same content is the same row."""
        self._session.execute(
            insert(Pack).values({**row, "spec": self._spec}).on_conflict_do_nothing(index_elements=["digest"])
        )

    def get_by_digest(self, digest: str) -> Pack | None:
        """The pack of this content, or None."""
        return self._session.scalar(select(Pack).where(Pack.digest == digest))

    def get_latest(self, kind: str) -> Pack | None:
        """The newest pack of a kind."""
        query = select(Pack).where(Pack.spec.in_(self.list_specs_sharing(kind)), Pack.kind == kind)
        return self._session.scalar(query.order_by(Pack.id.desc()).limit(1))

    def list_specs_sharing(self, kind: str) -> tuple[str, ...]:
        """The specs whose packs of a kind hold the same values, this one first."""
        return SpecStages(self._session).list_specs_sharing(self._spec, (STAGE_OF_ARRAY[kind],))


class PackItems(BaseRepository):
    """The item that packs a job's variants, once all its other items have ended."""

    def is_due(self, job_id: UUID) -> bool:
        """Nothing of the job is left to augment."""
        still = exists().where(JobItem.job_id == job_id, JobItem.stage == Stage.AUGMENT, JobItem.state.in_(OPEN_ITEMS))
        return not self._session.scalar(select(still))

    def reopen_packing(self, job_ids: Iterable[UUID]) -> None:
        """There are new variants since the jobs' packs were written: pack again."""
        self._session.execute(
            update(JobItem)
            .where(JobItem.job_id.in_(set(job_ids)), JobItem.stage == Stage.PACK, JobItem.state.not_in(OPEN_ITEMS))
            .values(state=ItemState.QUEUED, reason=None, detail=None, finished_at=None, attempts=0)
        )

    def list_waiting(self, job_ids: Iterable[UUID]) -> list[int]:
        """Ids of the jobs' items that may pack now."""
        query = select(JobItem.id, JobItem.job_id).where(
            JobItem.job_id.in_(set(job_ids)), JobItem.stage == Stage.PACK, JobItem.state == ItemState.QUEUED
        )
        return [item_id for item_id, job_id in self._session.execute(query) if self.is_due(job_id)]
