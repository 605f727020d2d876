"""Which labelled tracks a model shall be judged on."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

from shared.json_objects import JsonObject


@dataclass(frozen=True, kw_only=True)
class TrackSubset:
    """Labels of these annotators in this time, on tracks from this source; what is None does not matter."""

    source: str | None = None
    annotator: str | None = None
    """The name of a person, a playlist or an import."""
    annotator_kind: str | None = None
    since: datetime | None = None
    """The annotation is from then or later."""
    until: datetime | None = None
    """The annotation is from before."""

    def to_params(self) -> JsonObject:
        """JSON values, as a job keeps it: what is None is left out."""
        values: JsonObject = {name: value for name, value in asdict(self).items() if value is not None}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}

    @classmethod
    def from_params(cls, params: JsonObject) -> Self:
        """The subset that `to_params` wrote."""
        values = dict(params)
        for name in ("since", "until"):
            if name in values:
                values[name] = datetime.fromisoformat(values[name])
        return cls(**values)
