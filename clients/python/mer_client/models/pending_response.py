from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.pending_response_stage import PendingResponseStage, check_pending_response_stage
from ..models.pending_response_state import PendingResponseState, check_pending_response_state

T = TypeVar("T", bound="PendingResponse")


@_attrs_define
class PendingResponse:
    """202: the track is on its way.

    Attributes:
        track_id (UUID):
        stage (PendingResponseStage):
        state (PendingResponseState):
        detail (str):
    """

    track_id: UUID
    stage: PendingResponseStage
    state: PendingResponseState
    detail: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id = str(self.track_id)

        stage: str = self.stage

        state: str = self.state

        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "stage": stage,
                "state": state,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        track_id = UUID(d.pop("track_id"))

        stage = check_pending_response_stage(d.pop("stage"))

        state = check_pending_response_state(d.pop("state"))

        detail = d.pop("detail")

        pending_response = cls(
            track_id=track_id,
            stage=stage,
            state=state,
            detail=detail,
        )

        pending_response.additional_properties = d
        return pending_response

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
