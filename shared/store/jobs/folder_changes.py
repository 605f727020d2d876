"""Folders in which something changed, until a crawl is made of them; and how the roots are watched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from os.path import commonpath

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from shared.domain.crawl import CrawlRequest
from shared.domain.job import JobKind
from shared.json_objects import JsonObject
from shared.store.base_repository import BaseRepository
from shared.store.jobs.repository import OPEN_JOBS
from shared.store.tables import FolderChange, Job, WatchedRoot


@dataclass(frozen=True, kw_only=True)
class Watched:
    """How a root is watched, and what was in it at the last look."""

    root: str
    mode: str
    detail: str
    signature: str | None
    n_folders: int
    n_files: int
    looked_at: datetime | None = None


class FolderChanges(BaseRepository):
    """All SQL on folders in which something changed."""

    def record_change(self, root: str, folder: str, *, noticed_by: str) -> str:
        """Something changed in `folder` (below the root named `root`; empty: the root) just now.

        Joins what is noted of this root already: one crawl for all of it. The folder that will be crawled.
        """
        fresh = insert(FolderChange).values(root=root, folder=folder, noticed_by=noticed_by)
        made = self._session.scalar(fresh.on_conflict_do_nothing(index_elements=["root"]).returning(FolderChange.root))
        if made is not None:
            return folder
        row = self._session.scalars(select(FolderChange).where(FolderChange.root == root).with_for_update()).first()
        if row is None:  # the sweep took it between the two statements
            return self.record_change(root, folder, noticed_by=noticed_by)
        row.folder = commonpath([row.folder, folder]) if row.folder and folder else ""
        row.last_at = func.now()
        row.noticed_by = noticed_by
        self._session.flush()
        return row.folder

    def list_due(self, *, quiet_s: float, longest_s: float) -> Sequence[FolderChange]:
        """Those in which nothing changed for `quiet_s`, or that changed first `longest_s` ago; locked."""
        rested = FolderChange.last_at <= func.now() - timedelta(seconds=quiet_s)
        waited = FolderChange.first_at <= func.now() - timedelta(seconds=longest_s)
        query = select(FolderChange).where(or_(rested, waited)).order_by(FolderChange.root)
        return self._session.scalars(query.with_for_update(skip_locked=True)).all()

    def forget_change(self, change: FolderChange) -> None:
        """A crawl was made of it."""
        self._session.delete(change)
        self._session.flush()

    def list_waiting(self) -> Sequence[FolderChange]:
        """All that is noted and not crawled yet."""
        return self._session.scalars(select(FolderChange).order_by(FolderChange.root)).all()

    def has_open_crawl(self, root_path: str) -> bool:
        """Whether a crawl that was made of changes below this root is still at work."""
        path = Job.params["path"].astext
        query = select(Job.id).where(
            Job.kind == JobKind.CRAWL,
            Job.state.in_(OPEN_JOBS),
            Job.params["noticed_by"].astext.is_not(None),
            or_(path == root_path, path.startswith(root_path.rstrip("/") + "/", autoescape=True)),
        )
        return self._session.scalar(query.limit(1)) is not None

    def get_latest_rules(self, paths: Sequence[str]) -> JsonObject:
        """`min_s`, `max_s` and `exclude` of the latest crawl that a person asked for of one of these folders."""
        params = self._session.scalar(
            select(Job.params)
            .where(
                Job.kind == JobKind.CRAWL,
                Job.params["source"].astext == "folder",
                Job.params["path"].astext.in_(paths),
                Job.params["noticed_by"].astext.is_(None),
            )
            .order_by(Job.id.desc())
            .limit(1)
        )
        if params is None:
            return {}
        request = CrawlRequest.from_params(params)
        return {"min_s": request.min_s, "max_s": request.max_s, "exclude": request.exclude}


class WatchedRoots(BaseRepository):
    """All SQL on how the roots are watched."""

    def list_by_name(self) -> dict[str, Watched]:
        """By the root's name."""
        rows = self._session.scalars(select(WatchedRoot).order_by(WatchedRoot.root))
        return {
            row.root: Watched(
                root=row.root,
                mode=row.mode,
                detail=row.detail,
                signature=row.signature,
                n_folders=row.n_folders,
                n_files=row.n_files,
                looked_at=row.looked_at,
            )
            for row in rows
        }

    def save(self, watched: Watched) -> None:
        """Remember how a root is watched, and what is in it."""
        row = {
            "mode": watched.mode,
            "detail": watched.detail,
            "signature": watched.signature,
            "n_folders": watched.n_folders,
            "n_files": watched.n_files,
            "looked_at": func.now(),
        }
        self._session.execute(
            insert(WatchedRoot)
            .values(root=watched.root, **row)
            .on_conflict_do_update(index_elements=["root"], set_=row)
        )
