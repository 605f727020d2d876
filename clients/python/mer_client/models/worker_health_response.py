from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="WorkerHealthResponse")


@_attrs_define
class WorkerHealthResponse:
    """Whether a worker works.

    Attributes:
        alive (bool): Whether it took a message within the last minute
        last_seen_s (float | None): Seconds since it last took a message; null where it never did
    """

    alive: bool
    last_seen_s: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        alive = self.alive

        last_seen_s: float | None
        last_seen_s = self.last_seen_s

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "alive": alive,
                "last_seen_s": last_seen_s,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        alive = d.pop("alive")

        def _parse_last_seen_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        last_seen_s = _parse_last_seen_s(d.pop("last_seen_s"))

        worker_health_response = cls(
            alive=alive,
            last_seen_s=last_seen_s,
        )

        worker_health_response.additional_properties = d
        return worker_health_response

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
