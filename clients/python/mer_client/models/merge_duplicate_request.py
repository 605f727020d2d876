from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="MergeDuplicateRequest")


@_attrs_define
class MergeDuplicateRequest:
    """Who answers, and which of the two tracks shall stand for both.

    Example:
        {'who': 'ada'}

    Attributes:
        who (str | Unset):  Default: 'someone'.
        keep (None | Unset | UUID): One of the two; the older one if not said
    """

    who: str | Unset = "someone"
    keep: None | Unset | UUID = UNSET

    def to_dict(self) -> dict[str, Any]:
        who = self.who

        keep: None | str | Unset
        if isinstance(self.keep, Unset):
            keep = UNSET
        elif isinstance(self.keep, UUID):
            keep = str(self.keep)
        else:
            keep = self.keep

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if who is not UNSET:
            field_dict["who"] = who
        if keep is not UNSET:
            field_dict["keep"] = keep

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        who = d.pop("who", UNSET)

        def _parse_keep(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                keep_type_0 = UUID(data)

                return keep_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        keep = _parse_keep(d.pop("keep", UNSET))

        merge_duplicate_request = cls(
            who=who,
            keep=keep,
        )

        return merge_duplicate_request
