from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ItemCountsResponse")


@_attrs_define
class ItemCountsResponse:
    """Items: requested = done + failed + skipped at the end.

    Attributes:
        requested (int):
        queued (int):
        running (int):
        done (int):
        failed (int):
        skipped (int):
    """

    requested: int
    queued: int
    running: int
    done: int
    failed: int
    skipped: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        requested = self.requested

        queued = self.queued

        running = self.running

        done = self.done

        failed = self.failed

        skipped = self.skipped

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "requested": requested,
                "queued": queued,
                "running": running,
                "done": done,
                "failed": failed,
                "skipped": skipped,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        requested = d.pop("requested")

        queued = d.pop("queued")

        running = d.pop("running")

        done = d.pop("done")

        failed = d.pop("failed")

        skipped = d.pop("skipped")

        item_counts_response = cls(
            requested=requested,
            queued=queued,
            running=running,
            done=done,
            failed=failed,
            skipped=skipped,
        )

        item_counts_response.additional_properties = d
        return item_counts_response

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
