from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.duplicate_response_state import DuplicateResponseState, check_duplicate_response_state

if TYPE_CHECKING:
    from ..models.track_summary_response import TrackSummaryResponse


T = TypeVar("T", bound="DuplicateResponse")


@_attrs_define
class DuplicateResponse:
    """Two tracks that are likely one recording: a person says whether they are.

    Attributes:
        id (int):
        tracks (list[TrackSummaryResponse]): Two, the older first
        score (float): In [0, 1]; an order in which to look, not a probability
        why (str):
        state (DuplicateResponseState): open, merged or dismissed
        who (None | str):
        at (datetime.datetime):
        resolved_at (datetime.datetime | None):
    """

    id: int
    tracks: list[TrackSummaryResponse]
    score: float
    why: str
    state: DuplicateResponseState
    who: None | str
    at: datetime.datetime
    resolved_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        tracks = []
        for tracks_item_data in self.tracks:
            tracks_item = tracks_item_data.to_dict()
            tracks.append(tracks_item)

        score = self.score

        why = self.why

        state: str = self.state

        who: None | str
        who = self.who

        at = self.at.isoformat()

        resolved_at: None | str
        if isinstance(self.resolved_at, datetime.datetime):
            resolved_at = self.resolved_at.isoformat()
        else:
            resolved_at = self.resolved_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "tracks": tracks,
                "score": score,
                "why": why,
                "state": state,
                "who": who,
                "at": at,
                "resolved_at": resolved_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.track_summary_response import TrackSummaryResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        tracks = []
        _tracks = d.pop("tracks")
        for tracks_item_data in _tracks:
            tracks_item = TrackSummaryResponse.from_dict(tracks_item_data)

            tracks.append(tracks_item)

        score = d.pop("score")

        why = d.pop("why")

        state = check_duplicate_response_state(d.pop("state"))

        def _parse_who(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        who = _parse_who(d.pop("who"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        def _parse_resolved_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resolved_at_type_0 = datetime.datetime.fromisoformat(data)

                return resolved_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        resolved_at = _parse_resolved_at(d.pop("resolved_at"))

        duplicate_response = cls(
            id=id,
            tracks=tracks,
            score=score,
            why=why,
            state=state,
            who=who,
            at=at,
            resolved_at=resolved_at,
        )

        duplicate_response.additional_properties = d
        return duplicate_response

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
