"""The messages between services. They are small, versioned, and validated by sender and receiver.

A message only says that there is work. It contains ids; the work itself is in the rows with these ids.
"""

from dataclasses import asdict, dataclass
from typing import ClassVar, Self
from uuid import UUID

from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject

VERSION = 1
MAX_BATCH = 500


class TaskMessage:
    """Base of all messages."""

    version: ClassVar[int] = VERSION

    def encode(self) -> JsonObject:
        """JSON-able form, with the version in it."""
        body = asdict(self)  # type: ignore[call-overload]
        return {"version": self.version, **{k: list(v) if isinstance(v, tuple) else v for k, v in body.items()}}

    @classmethod
    def decode(cls, body: object) -> Self:
        """The message that `encode` wrote. Raises PermanentError for anything else."""
        if not isinstance(body, dict) or body.get("version") != cls.version:
            raise PermanentError(
                Reason.INTERNAL, f"{cls.__name__}: not a message of version {cls.version}: {body!r:.200}"
            )
        fields = {k: tuple(v) if isinstance(v, list) else v for k, v in body.items() if k != "version"}
        try:
            return cls(**fields)
        except (TypeError, ValueError) as error:
            raise PermanentError(Reason.INTERNAL, f"{cls.__name__}: {error}") from None


@dataclass(frozen=True)
class JobMessage(TaskMessage):
    """Work on a job as a whole: list its source, or train its candidates."""

    job_id: str

    def __post_init__(self) -> None:
        _require_text(self.job_id)
        UUID(self.job_id)


@dataclass(frozen=True)
class ItemsMessage(TaskMessage):
    """Work on a batch of items."""

    item_ids: tuple[int, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.item_ids, tuple):
            raise TypeError("item ids are a list")
        if not 0 < len(self.item_ids) <= MAX_BATCH:
            raise ValueError(f"a batch has 1 to {MAX_BATCH} items, not {len(self.item_ids)}")
        if not all(type(item_id) is int and item_id > 0 for item_id in self.item_ids):
            raise ValueError("item ids are positive whole numbers")


@dataclass(frozen=True)
class PersonMessage(TaskMessage):
    """The labels of a person changed."""

    annotator: str

    def __post_init__(self) -> None:
        _require_text(self.annotator)


@dataclass(frozen=True)
class TickMessage(TaskMessage):
    """Time has passed: look for lost work, or show that this queue is being worked on."""

    queue: str

    def __post_init__(self) -> None:
        _require_text(self.queue)


def _require_text(value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"a text is wanted, not {value!r:.200}")
