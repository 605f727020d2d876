from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.failing_health_response_queues_type_0 import FailingHealthResponseQueuesType0
    from ..models.failing_health_response_workers_type_0 import FailingHealthResponseWorkersType0
    from ..models.track_counts_response import TrackCountsResponse


T = TypeVar("T", bound="FailingHealthResponse")


@_attrs_define
class FailingHealthResponse:
    """A part of the API is away, or does not answer; what is not known, or needs a key, is absent.

    Attributes:
        status (str): What is away, or does not answer
        detail (None | str | Unset):
        workers (FailingHealthResponseWorkersType0 | None | Unset): By queue
        tracks (None | TrackCountsResponse | Unset):
        queues (FailingHealthResponseQueuesType0 | None | Unset): Messages that wait, by queue
    """

    status: str
    detail: None | str | Unset = UNSET
    workers: FailingHealthResponseWorkersType0 | None | Unset = UNSET
    tracks: None | TrackCountsResponse | Unset = UNSET
    queues: FailingHealthResponseQueuesType0 | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.failing_health_response_queues_type_0 import FailingHealthResponseQueuesType0  # noqa: PLC0415
        from ..models.failing_health_response_workers_type_0 import FailingHealthResponseWorkersType0  # noqa: PLC0415
        from ..models.track_counts_response import TrackCountsResponse  # noqa: PLC0415

        status = self.status

        detail: None | str | Unset
        if isinstance(self.detail, Unset):
            detail = UNSET
        else:
            detail = self.detail

        workers: dict[str, Any] | None | Unset
        if isinstance(self.workers, Unset):
            workers = UNSET
        elif isinstance(self.workers, FailingHealthResponseWorkersType0):
            workers = self.workers.to_dict()
        else:
            workers = self.workers

        tracks: dict[str, Any] | None | Unset
        if isinstance(self.tracks, Unset):
            tracks = UNSET
        elif isinstance(self.tracks, TrackCountsResponse):
            tracks = self.tracks.to_dict()
        else:
            tracks = self.tracks

        queues: dict[str, Any] | None | Unset
        if isinstance(self.queues, Unset):
            queues = UNSET
        elif isinstance(self.queues, FailingHealthResponseQueuesType0):
            queues = self.queues.to_dict()
        else:
            queues = self.queues

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
            }
        )
        if detail is not UNSET:
            field_dict["detail"] = detail
        if workers is not UNSET:
            field_dict["workers"] = workers
        if tracks is not UNSET:
            field_dict["tracks"] = tracks
        if queues is not UNSET:
            field_dict["queues"] = queues

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.failing_health_response_queues_type_0 import FailingHealthResponseQueuesType0  # noqa: PLC0415
        from ..models.failing_health_response_workers_type_0 import FailingHealthResponseWorkersType0  # noqa: PLC0415
        from ..models.track_counts_response import TrackCountsResponse  # noqa: PLC0415

        d = dict(src_dict)
        status = d.pop("status")

        def _parse_detail(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        detail = _parse_detail(d.pop("detail", UNSET))

        def _parse_workers(data: object) -> FailingHealthResponseWorkersType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                workers_type_0 = FailingHealthResponseWorkersType0.from_dict(data)

                return workers_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FailingHealthResponseWorkersType0 | None | Unset, data)

        workers = _parse_workers(d.pop("workers", UNSET))

        def _parse_tracks(data: object) -> None | TrackCountsResponse | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                tracks_type_0 = TrackCountsResponse.from_dict(data)

                return tracks_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrackCountsResponse | Unset, data)

        tracks = _parse_tracks(d.pop("tracks", UNSET))

        def _parse_queues(data: object) -> FailingHealthResponseQueuesType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                queues_type_0 = FailingHealthResponseQueuesType0.from_dict(data)

                return queues_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FailingHealthResponseQueuesType0 | None | Unset, data)

        queues = _parse_queues(d.pop("queues", UNSET))

        failing_health_response = cls(
            status=status,
            detail=detail,
            workers=workers,
            tracks=tracks,
            queues=queues,
        )

        failing_health_response.additional_properties = d
        return failing_health_response

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
