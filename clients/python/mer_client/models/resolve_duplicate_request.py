from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ResolveDuplicateRequest")


@_attrs_define
class ResolveDuplicateRequest:
    """Who answers.

    Example:
        {'who': 'ada'}

    Attributes:
        who (str | Unset):  Default: 'someone'.
    """

    who: str | Unset = "someone"

    def to_dict(self) -> dict[str, Any]:
        who = self.who

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if who is not UNSET:
            field_dict["who"] = who

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        who = d.pop("who", UNSET)

        resolve_duplicate_request = cls(
            who=who,
        )

        return resolve_duplicate_request
