from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.pack_response_summary import PackResponseSummary


T = TypeVar("T", bound="PackResponse")


@_attrs_define
class PackResponse:
    """Arrays of many tracks in a few files.

    Attributes:
        id (UUID):
        kind (str):
        spec (str):
        n_tracks (int):
        n_arrays (int):
        n_shards (int):
        n_bytes (int):
        summary (PackResponseSummary):
        manifest_key (str):
        manifest_sha256 (str):
        created_at (datetime.datetime):
    """

    id: UUID
    kind: str
    spec: str
    n_tracks: int
    n_arrays: int
    n_shards: int
    n_bytes: int
    summary: PackResponseSummary
    manifest_key: str
    manifest_sha256: str
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        kind = self.kind

        spec = self.spec

        n_tracks = self.n_tracks

        n_arrays = self.n_arrays

        n_shards = self.n_shards

        n_bytes = self.n_bytes

        summary = self.summary.to_dict()

        manifest_key = self.manifest_key

        manifest_sha256 = self.manifest_sha256

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "spec": spec,
                "n_tracks": n_tracks,
                "n_arrays": n_arrays,
                "n_shards": n_shards,
                "n_bytes": n_bytes,
                "summary": summary,
                "manifest_key": manifest_key,
                "manifest_sha256": manifest_sha256,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.pack_response_summary import PackResponseSummary  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = d.pop("kind")

        spec = d.pop("spec")

        n_tracks = d.pop("n_tracks")

        n_arrays = d.pop("n_arrays")

        n_shards = d.pop("n_shards")

        n_bytes = d.pop("n_bytes")

        summary = PackResponseSummary.from_dict(d.pop("summary"))

        manifest_key = d.pop("manifest_key")

        manifest_sha256 = d.pop("manifest_sha256")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        pack_response = cls(
            id=id,
            kind=kind,
            spec=spec,
            n_tracks=n_tracks,
            n_arrays=n_arrays,
            n_shards=n_shards,
            n_bytes=n_bytes,
            summary=summary,
            manifest_key=manifest_key,
            manifest_sha256=manifest_sha256,
            created_at=created_at,
        )

        pack_response.additional_properties = d
        return pack_response

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
