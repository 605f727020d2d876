"""Songs that were sent in to be asked about. Their audio goes as soon as nobody needs it, unless it is to be kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.orm import aliased
from uuid_utils.compat import uuid7

from shared.domain.job import JobKind, JobState, Stage
from shared.json_objects import JsonObject
from shared.store.base_repository import RowRepository
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.tables import Job, JobItem, Upload
from shared.store.tables.base import ColumnValues

_ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
_NEVER_STARTED = timedelta(minutes=10)
_ANSWERED = timedelta(days=1)
"""How long an answer can be asked for again."""


@dataclass(frozen=True, kw_only=True)
class UploadRequest:
    """What to do with an upload, and who shall answer."""

    name: str
    keep: bool
    taxonomy: str | None
    model_id: UUID | None
    window_taggers: Mapping[str, str] | None = None
    """Of which taggers, by name and fingerprint, windows for a curve are wanted."""


@dataclass(frozen=True, kw_only=True)
class UploadAnalysis:
    """What the analysis of an upload gave."""

    spec: str
    duration_s: float
    audio_sha256: str
    descriptors: Sequence[float]
    mel: bytes
    """In decibels, in numpy's own format."""
    excerpts: bytes
    """Those over the whole clip, in the same form: what networks read."""
    waveform: bytes | None = None
    """Samples, in numpy's own format, where they are stored."""
    tagger_outputs: JsonObject | None = None
    """As `encode_outputs` gives them."""


class UploadRepository(RowRepository[Upload, UUID]):
    """All SQL on uploads."""

    row_type = Upload

    def announce_upload(self, wish: UploadRequest) -> Upload:
        """A row for an upload whose audio is about to be stored under its `audio_key`: never a blob without a row."""
        its_id = uuid7()
        upload = Upload(
            id=its_id,
            name=wish.name,
            audio_key=f"uploads/{its_id}",
            keep=wish.keep,
            taxonomy=wish.taxonomy,
            model_id=wish.model_id,
            window_taggers=[list(pair) for pair in wish.window_taggers.items()] if wish.window_taggers else None,
        )
        self._session.add(upload)
        self._session.flush()
        return upload

    def start_analysis(self, upload: Upload) -> tuple[UUID, list[int]]:
        """`(job, items)`: its audio is stored, so it can be analysed."""
        jobs = JobRepository(self._session)
        job, _ = jobs.create_job(JobKind.PREDICT, {"name": upload.name, "keep": upload.keep}, listed=True)
        items = jobs.add_items(job.id, Stage.UPLOAD, [NewItem(upload.name, {"upload_id": str(upload.id)})])
        self._session.execute(update(Upload).where(Upload.id == upload.id).values(job_id=job.id))
        return job.id, items

    def get_by_job(self, job_id: UUID) -> tuple[Upload, JobItem] | None:
        """The upload of a job, and how its analysis stands; None where the job is no such job, or it is forgotten."""
        query = (
            select(Upload, JobItem)
            .join(JobItem, JobItem.job_id == Upload.job_id)
            .where(Upload.job_id == job_id)
            .execution_options(populate_existing=True)
        )
        row = self._session.execute(query).first()
        return (row[0], row[1]) if row else None

    def save_analysis(self, upload_id: UUID, analysis: UploadAnalysis, *, track_id: UUID | None) -> None:
        """Keep the analysis; `track_id` where the upload was to be kept, and became a track."""
        values: ColumnValues = {name: getattr(analysis, name) for name in UploadAnalysis.__dataclass_fields__}
        values["descriptors"] = list(analysis.descriptors)
        self._session.execute(update(Upload).where(Upload.id == upload_id).values(**values, track_id=track_id))

    def list_kept_keys(self, track_ids: Iterable[UUID]) -> dict[UUID, str]:
        """The key of the audio of each track that was an upload and is kept."""
        query = select(Upload.track_id, Upload.audio_key).where(
            Upload.track_id.in_(list(track_ids)), Upload.audio_key.is_not(None)
        )
        return {track_id: key for track_id, key in self._session.execute(query) if track_id and key}

    def list_left_over(self) -> dict[UUID, str]:
        """Keys of audio that nobody needs any more: analysed, kept already, cancelled, or never started."""
        query = select(Upload.id, Upload.audio_key).where(_is_left_over())
        return {its_id: key for its_id, key in self._session.execute(query) if key}

    def has_left_over(self) -> bool:
        """Whether there is anything to drop."""
        return bool(self._session.scalar(select(exists().where(or_(_is_left_over(), _is_old())))))

    def mark_dropped(self, upload_ids: Iterable[UUID]) -> None:
        """Their audio is gone; rows that nobody will ask for any more go too."""
        self._session.execute(update(Upload).where(Upload.id.in_(list(upload_ids))).values(audio_key=None))
        self._session.execute(delete(Upload).where(_is_old()))


def _is_left_over() -> ColumnElement[bool]:
    ended = exists().where(Job.id == Upload.job_id, Job.state.in_(_ENDED))
    never_started = and_(Upload.job_id.is_(None), Upload.created_at < func.now() - _NEVER_STARTED)
    is_useless = or_(Upload.track_id.is_(None), _is_kept_already())
    return and_(Upload.audio_key.is_not(None), is_useless, or_(ended, never_started))


def _is_kept_already() -> ColumnElement[bool]:
    """Whether an earlier upload holds the audio of the same track."""
    earlier = aliased(Upload)
    is_earlier = tuple_(earlier.created_at, earlier.id) < tuple_(Upload.created_at, Upload.id)
    return exists().where(earlier.track_id == Upload.track_id, earlier.audio_key.is_not(None), is_earlier)


def _is_old() -> ColumnElement[bool]:
    return and_(Upload.audio_key.is_(None), Upload.track_id.is_(None), Upload.created_at < func.now() - _ANSWERED)
