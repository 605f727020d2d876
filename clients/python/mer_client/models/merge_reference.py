from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.merge_reference_reason import MergeReferenceReason, check_merge_reference_reason

T = TypeVar("T", bound="MergeReference")


@_attrs_define
class MergeReference:
    """A merge, and why it was made.

    Attributes:
        id (int):
        from_id (UUID): The track that another one stands for
        to_id (UUID): The track that stood for both; it may have been merged itself since
        reason (MergeReferenceReason): same_source, same_isrc, same_audio, or person
        score (float): 1 where it was certain
        who (str):
        at (datetime.datetime):
        href (str):
    """

    id: int
    from_id: UUID
    to_id: UUID
    reason: MergeReferenceReason
    score: float
    who: str
    at: datetime.datetime
    href: str
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
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        from_id = UUID(d.pop("from_id"))

        to_id = UUID(d.pop("to_id"))

        reason = check_merge_reference_reason(d.pop("reason"))

        score = d.pop("score")

        who = d.pop("who")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        href = d.pop("href")

        merge_reference = cls(
            id=id,
            from_id=from_id,
            to_id=to_id,
            reason=reason,
            score=score,
            who=who,
            at=at,
            href=href,
        )

        merge_reference.additional_properties = d
        return merge_reference

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
