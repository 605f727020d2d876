from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.job_item_response_stage import JobItemResponseStage, check_job_item_response_stage
from ..models.job_item_response_state import JobItemResponseState, check_job_item_response_state
from ..types import UNSET, Unset

T = TypeVar("T", bound="JobItemResponse")


@_attrs_define
class JobItemResponse:
    """One unit of a job's work.

    Attributes:
        id (int):
        key (str):
        stage (JobItemResponseStage):
        state (JobItemResponseState):
        attempts (int):
        track_id (None | UUID):
        reason (None | str):
        detail (None | str):
        wake_at (datetime.datetime | None | Unset): Parked until then
    """

    id: int
    key: str
    stage: JobItemResponseStage
    state: JobItemResponseState
    attempts: int
    track_id: None | UUID
    reason: None | str
    detail: None | str
    wake_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        key = self.key

        stage: str = self.stage

        state: str = self.state

        attempts = self.attempts

        track_id: None | str
        if isinstance(self.track_id, UUID):
            track_id = str(self.track_id)
        else:
            track_id = self.track_id

        reason: None | str
        reason = self.reason

        detail: None | str
        detail = self.detail

        wake_at: None | str | Unset
        if isinstance(self.wake_at, Unset):
            wake_at = UNSET
        elif isinstance(self.wake_at, datetime.datetime):
            wake_at = self.wake_at.isoformat()
        else:
            wake_at = self.wake_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "key": key,
                "stage": stage,
                "state": state,
                "attempts": attempts,
                "track_id": track_id,
                "reason": reason,
                "detail": detail,
            }
        )
        if wake_at is not UNSET:
            field_dict["wake_at"] = wake_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        key = d.pop("key")

        stage = check_job_item_response_stage(d.pop("stage"))

        state = check_job_item_response_state(d.pop("state"))

        attempts = d.pop("attempts")

        def _parse_track_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                track_id_type_0 = UUID(data)

                return track_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        track_id = _parse_track_id(d.pop("track_id"))

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        def _parse_detail(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        detail = _parse_detail(d.pop("detail"))

        def _parse_wake_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                wake_at_type_0 = datetime.datetime.fromisoformat(data)

                return wake_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        wake_at = _parse_wake_at(d.pop("wake_at", UNSET))

        job_item_response = cls(
            id=id,
            key=key,
            stage=stage,
            state=state,
            attempts=attempts,
            track_id=track_id,
            reason=reason,
            detail=detail,
            wake_at=wake_at,
        )

        job_item_response.additional_properties = d
        return job_item_response

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
