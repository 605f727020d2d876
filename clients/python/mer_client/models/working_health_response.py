from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.starter_health_response import StarterHealthResponse
    from ..models.track_counts_response import TrackCountsResponse
    from ..models.working_health_response_queues import WorkingHealthResponseQueues
    from ..models.working_health_response_workers import WorkingHealthResponseWorkers


T = TypeVar("T", bound="WorkingHealthResponse")


@_attrs_define
class WorkingHealthResponse:
    """All parts of the API work.

    Attributes:
        status (str): `ok`
        workers (WorkingHealthResponseWorkers): By queue
        tracks (TrackCountsResponse): Tracks by library.
        queues (WorkingHealthResponseQueues): Messages that wait, by queue
        roots (list[str]): The folders of the library
        default_taxonomy (str):
        starter (StarterHealthResponse): What the starter answers, and what it lacks where it does not.
    """

    status: str
    workers: WorkingHealthResponseWorkers
    tracks: TrackCountsResponse
    queues: WorkingHealthResponseQueues
    roots: list[str]
    default_taxonomy: str
    starter: StarterHealthResponse
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        workers = self.workers.to_dict()

        tracks = self.tracks.to_dict()

        queues = self.queues.to_dict()

        roots = self.roots

        default_taxonomy = self.default_taxonomy

        starter = self.starter.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "workers": workers,
                "tracks": tracks,
                "queues": queues,
                "roots": roots,
                "default_taxonomy": default_taxonomy,
                "starter": starter,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.starter_health_response import StarterHealthResponse  # noqa: PLC0415
        from ..models.track_counts_response import TrackCountsResponse  # noqa: PLC0415
        from ..models.working_health_response_queues import WorkingHealthResponseQueues  # noqa: PLC0415
        from ..models.working_health_response_workers import WorkingHealthResponseWorkers  # noqa: PLC0415

        d = dict(src_dict)
        status = d.pop("status")

        workers = WorkingHealthResponseWorkers.from_dict(d.pop("workers"))

        tracks = TrackCountsResponse.from_dict(d.pop("tracks"))

        queues = WorkingHealthResponseQueues.from_dict(d.pop("queues"))

        roots = cast(list[str], d.pop("roots"))

        default_taxonomy = d.pop("default_taxonomy")

        starter = StarterHealthResponse.from_dict(d.pop("starter"))

        working_health_response = cls(
            status=status,
            workers=workers,
            tracks=tracks,
            queues=queues,
            roots=roots,
            default_taxonomy=default_taxonomy,
            starter=starter,
        )

        working_health_response.additional_properties = d
        return working_health_response

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
