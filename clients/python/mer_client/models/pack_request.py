from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.pack_request_kind import PackRequestKind, check_pack_request_kind
from ..types import UNSET, Unset

T = TypeVar("T", bound="PackRequest")


@_attrs_define
class PackRequest:
    """What to pack.

    Example:
        {'kind': 'talk'}

    Attributes:
        kind (PackRequestKind | Unset): One of talk, excerpts, waveform; talk may also be called excerpt Default:
            'talk'.
    """

    kind: PackRequestKind | Unset = "talk"

    def to_dict(self) -> dict[str, Any]:
        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if kind is not UNSET:
            field_dict["kind"] = kind

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _kind = d.pop("kind", UNSET)
        kind: PackRequestKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_pack_request_kind(_kind)

        pack_request = cls(
            kind=kind,
        )

        return pack_request
