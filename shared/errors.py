"""The errors that mer raises on purpose.

The type of an error says who has to act on it. Work that raised a `RetryableError` is retried automatically. A
`PermanentError` is written on the item that caused it, with a `Reason` that tells a person what to do.
"""

import errno
from enum import StrEnum
from pathlib import Path
from typing import Any, Self


class Reason(StrEnum):
    """Why an item or a job did not end well. Stored, shown, and stable: never rename one."""

    # the audio
    NO_AUDIO = "no_audio"
    UNDECODABLE = "undecodable"
    TOO_SHORT = "too_short"
    SILENT = "silent"
    UNSUPPORTED = "unsupported"
    AUDIO_GONE = "audio_gone"
    AUDIO_CHANGED = "audio_changed"
    NO_FEATURES = "no_features"
    OUT_OF_DOMAIN = "out_of_domain"
    # the answer
    NONE_OF_THESE = "none_of_these"
    # the file or row
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    OUTSIDE_LIBRARY = "outside_library"
    TOO_LARGE = "too_large"
    UNREADABLE_ROW = "unreadable_row"
    STRAY_HEADER = "stray_header"
    UNKNOWN_LABEL = "unknown_label"
    CONTRADICTORY_LABELS = "contradictory_labels"
    UNREADABLE_TABLE = "unreadable_table"
    UNREADABLE_PLAYLIST = "unreadable_playlist"
    LIBRARY_AWAY = "library_away"
    IO_ERROR = "io_error"
    # the source
    RATE_LIMITED = "rate_limited"
    SOURCE_UNAVAILABLE = "source_unavailable"
    SOURCE_REFUSED = "source_refused"
    TERMS_NOT_ACKNOWLEDGED = "terms_not_acknowledged"
    NO_CREDENTIALS = "no_credentials"
    # the work
    UNCHANGED = "unchanged"
    EXCLUDED = "excluded"
    DELETED = "deleted"
    CANCELLED = "cancelled"
    WORKER_LOST = "worker_lost"
    INTERNAL = "internal"
    # the training
    NOT_ENOUGH_LABELS = "not_enough_labels"
    LEAK = "leak"
    EXPORT_MISMATCH = "export_mismatch"
    CORRUPT_ARTEFACT = "corrupt_artefact"
    NOTHING_TO_JUDGE = "nothing_to_judge"
    # a tagger of the owner's
    UNREADABLE_TAGGER = "unreadable_tagger"
    TAGGER_NAME_TAKEN = "tagger_name_taken"
    TAGGER_MISMATCH = "tagger_mismatch"
    TAGGER_NOT_FINITE = "tagger_not_finite"


OF_THE_MOMENT = frozenset(
    {
        Reason.NOT_FOUND,
        Reason.FORBIDDEN,
        Reason.AUDIO_GONE,
        Reason.SOURCE_UNAVAILABLE,
        Reason.IO_ERROR,
        Reason.LIBRARY_AWAY,
    }
)
"""Why a file could not be read just now. It says nothing of its sound: it is read again when it is seen again."""


def describe_error(error: Exception) -> str:
    """The type and message of an error that nobody expected, for the row that people read: at most 500 characters, and
    without the statement and the values that SQLAlchemy adds. They are in the log.
    """
    message = str(error).partition("\n[SQL:")[0]
    return f"{type(error).__name__}: {message}"[:500]


class MerError(Exception):
    """Base of everything that we raise on purpose."""


class RetryableError(MerError):
    """Something outside was not there for a moment: the same call may work later."""


class StoreUnavailableError(MerError):
    """The database refused or broke off a query, and nobody tried again. The text is what the database said."""


class LaterError(RetryableError):
    """The same call may work after `wait_s` seconds, which is too long to wait for: park the work, do not sleep.

    `reason` is `rate_limited` (the source said when) or `library_away` (the disk or the share with the files is not
    there), which are no faults; or `source_unavailable` or `io_error` (it broke, and may be tried only so often).
    """

    def __init__(self, reason: Reason, detail: str, *, wait_s: float) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason
        self.detail = detail
        self.wait_s = wait_s

    @property
    def is_fault(self) -> bool:
        """Whether this counts as an attempt."""
        return self.reason not in {Reason.RATE_LIMITED, Reason.LIBRARY_AWAY}


class PermanentError(MerError):
    """The same call will fail again until a person changes something.

    `reason` is for programs, `detail` for the person.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[Any, ...]:
        """So that a process pool hands the error over: an exception is rebuilt from its message otherwise."""
        return _rebuild_error, (type(self), str(self), self.__dict__)

    def said_of(self, subject: str) -> "PermanentError":
        """The same error, its sentence begun by what it is about."""
        return PermanentError(self.reason, f"{subject}: {self.detail}")


def _rebuild_error(kind: type[PermanentError], message: str, attributes: dict[str, Any]) -> PermanentError:
    """The pickled error, whatever its constructor takes."""
    error = kind.__new__(kind, message)
    error.__dict__.update(attributes)
    return error


class UnreadableFileError(PermanentError):
    """A file or folder of the library that cannot be read at this moment. It says nothing about what the file holds.

    `shared.library_health` tells whether the file is gone, or the disk that it is on.
    """

    def __init__(self, reason: Reason, detail: str, *, path: Path, error_number: int | None = None) -> None:
        super().__init__(reason, detail)
        self.path = path
        self.error_number = error_number
        """`errno` of the system's refusal, where there was one."""

    @classmethod
    def from_os_error(cls, error: OSError, path: Path, *, named: str) -> Self:
        """What the system's refusal to read `path` means; `named` begins the sentence."""
        if isinstance(error, PermissionError):
            reason, detail = Reason.FORBIDDEN, f"{named} may not be read: check its permissions"
        elif error.errno in IO_ERRORS:
            reason, detail = Reason.IO_ERROR, f"{named}: {error.strerror}"
        else:
            reason, detail = Reason.NOT_FOUND, f"{named}: {error.strerror or error}"
        return cls(reason, detail, path=path, error_number=error.errno)

    def said_of(self, subject: str) -> Self:
        """The same error, its sentence begun by what it is about."""
        return type(self)(self.reason, f"{subject}: {self.detail}", path=self.path, error_number=self.error_number)


def _error_numbers(*names: str) -> frozenset[int]:
    return frozenset(getattr(errno, name) for name in names if hasattr(errno, name))


FILE_GONE = _error_numbers("ENOENT", "ENOTDIR")
"""The system's word for a file that is not there."""
IO_ERRORS = _error_numbers(
    "EIO",
    "ESTALE",
    "ENOTCONN",
    "ETIMEDOUT",
    "EHOSTDOWN",
    "EHOSTUNREACH",
    "ENETDOWN",
    "ENETUNREACH",
    "ECONNRESET",
    "ECONNABORTED",
    "ENODEV",
    "ENXIO",
    "EREMOTEIO",
    "ENOMEDIUM",
    "ESHUTDOWN",
)
"""What a failing disk, or a share that went away, answers: it may work again in a moment."""
