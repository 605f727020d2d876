"""The errors that cross a room's door.

Who acts on an error is its type: a `RetryableError` is tried again by us, a `PermanentError` is written on the item
that caused it, with a `Reason` that a person can act on.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why an item or a job did not end well. Stored, shown, and stable: never rename one."""

    # the audio
    NO_AUDIO = "no_audio"
    UNDECODABLE = "undecodable"
    TOO_SHORT = "too_short"
    SILENT = "silent"
    UNSUPPORTED = "unsupported"
    AUDIO_GONE = "audio_gone"
    NO_FEATURES = "no_features"
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


class MerError(Exception):
    """Base of everything that we raise on purpose."""


class RetryableError(MerError):
    """Something outside was not there for a moment: the same call may work later."""


class LaterError(RetryableError):
    """The same call may work after `wait_s` seconds, which is too long to wait for: park the work, do not sleep.

    `reason` is `rate_limited` (the source said when, so it is no fault) or `source_unavailable` (it broke, and may be
    tried only so often).
    """

    def __init__(self, reason: Reason, detail: str, *, wait_s: float) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason
        self.detail = detail
        self.wait_s = wait_s

    @property
    def is_fault(self) -> bool:
        """Whether this counts as an attempt."""
        return self.reason is not Reason.RATE_LIMITED


class PermanentError(MerError):
    """The same call will fail again until a person changes something.

    `reason` is for programs, `detail` for the person.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason
        self.detail = detail
