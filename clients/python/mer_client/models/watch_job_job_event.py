from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.watch_job_job_event_event import WatchJobJobEventEvent, check_watch_job_job_event_event
from ..types import UNSET, Unset

T = TypeVar("T", bound="WatchJobJobEvent")


@_attrs_define
class WatchJobJobEvent:
    """
    Attributes:
        event (WatchJobJobEventEvent):
        id (str):
        data (str): The job as `GET /jobs/{job_id}` shows it, as JSON
        retry (int | Unset):
    """

    event: WatchJobJobEventEvent
    id: str
    data: str
    retry: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        event: str = self.event

        id = self.id

        data = self.data

        retry = self.retry

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "event": event,
                "id": id,
                "data": data,
            }
        )
        if retry is not UNSET:
            field_dict["retry"] = retry

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        event = check_watch_job_job_event_event(d.pop("event"))

        id = d.pop("id")

        data = d.pop("data")

        retry = d.pop("retry", UNSET)

        watch_job_job_event = cls(
            event=event,
            id=id,
            data=data,
            retry=retry,
        )

        watch_job_job_event.additional_properties = d
        return watch_job_job_event

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
