from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="PromoteRequest")


@_attrs_define
class PromoteRequest:
    """Who wants it, and why: it is written into the history.

    Example:
        {'who': 'ada', 'why': 'its errors are easier to live with'}

    Attributes:
        who (str | Unset):  Default: 'a person'.
        why (str | Unset):  Default: 'asked for'.
        force (bool | Unset): Also if it is not better than the champion, or badly calibrated Default: False.
    """

    who: str | Unset = "a person"
    why: str | Unset = "asked for"
    force: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        who = self.who

        why = self.why

        force = self.force

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if who is not UNSET:
            field_dict["who"] = who
        if why is not UNSET:
            field_dict["why"] = why
        if force is not UNSET:
            field_dict["force"] = force

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        who = d.pop("who", UNSET)

        why = d.pop("why", UNSET)

        force = d.pop("force", UNSET)

        promote_request = cls(
            who=who,
            why=why,
            force=force,
        )

        return promote_request
