from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RecomputeRequest")


@_attrs_define
class RecomputeRequest:
    """What to recompute.

    Example:
        {'failed': False}

    Attributes:
        failed (bool | Unset): Also the tracks that could not be analysed under this spec Default: False.
    """

    failed: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        failed = self.failed

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if failed is not UNSET:
            field_dict["failed"] = failed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        failed = d.pop("failed", UNSET)

        recompute_request = cls(
            failed=failed,
        )

        return recompute_request
