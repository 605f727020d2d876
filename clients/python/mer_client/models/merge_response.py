from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.merge_response_reason import MergeResponseReason, check_merge_response_reason

T = TypeVar("T", bound="MergeResponse")


@_attrs_define
class MergeResponse:
    """One track was taken for another, and perhaps no more.

    Attributes:
        id (int):
        from_id (UUID): The track that another one stands for
        to_id (UUID): The track that stood for both; it may have been merged itself since
        reason (MergeResponseReason): same_source, same_isrc, same_audio, or person
        score (float): 1 where it was certain
        who (str):
        at (datetime.datetime):
        href (str):
        why (str):
        undone_at (datetime.datetime | None):
        undone_by (None | str):
    """

    id: int
    from_id: UUID
    to_id: UUID
    reason: MergeResponseReason
    score: float
    who: str
    at: datetime.datetime
    href: str
    why: str
    undone_at: datetime.datetime | None
    undone_by: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        from_id = str(self.from_id)

        to_id = str(self.to_id)

        reason: str = self.reason

        score = self.score

        who = self.who

        at = self.at.isoformat()

        href = self.href

        why = self.why

        undone_at: None | str
        if isinstance(self.undone_at, datetime.datetime):
            undone_at = self.undone_at.isoformat()
        else:
            undone_at = self.undone_at

        undone_by: None | str
        undone_by = self.undone_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "from_id": from_id,
                "to_id": to_id,
                "reason": reason,
                "score": score,
                "who": who,
                "at": at,
                "href": href,
                "why": why,
                "undone_at": undone_at,
                "undone_by": undone_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        from_id = UUID(d.pop("from_id"))

        to_id = UUID(d.pop("to_id"))

        reason = check_merge_response_reason(d.pop("reason"))

        score = d.pop("score")

        who = d.pop("who")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        href = d.pop("href")

        why = d.pop("why")

        def _parse_undone_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                undone_at_type_0 = datetime.datetime.fromisoformat(data)

                return undone_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        undone_at = _parse_undone_at(d.pop("undone_at"))

        def _parse_undone_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        undone_by = _parse_undone_by(d.pop("undone_by"))

        merge_response = cls(
            id=id,
            from_id=from_id,
            to_id=to_id,
            reason=reason,
            score=score,
            who=who,
            at=at,
            href=href,
            why=why,
            undone_at=undone_at,
            undone_by=undone_by,
        )

        merge_response.additional_properties = d
        return merge_response

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
