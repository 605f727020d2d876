from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.provenance_response_reasons import ProvenanceResponseReasons
    from ..models.provenance_response_status import ProvenanceResponseStatus


T = TypeVar("T", bound="ProvenanceResponse")


@_attrs_define
class ProvenanceResponse:
    """What the values are worth, and whose they are.

    Attributes:
        track_id (UUID):
        origin (str): computed: from the audio of the track; otherwise who delivered them
        spec (None | str): The feature spec of computed values
        status (ProvenanceResponseStatus): By field: measured, learned (from labelled clips), proxy (our own formula),
            delivered (by a table or a web source: how it was measured is not known) or null
        reasons (ProvenanceResponseReasons): Why computed fields are null, by field
        loudness_dbfs (float | None): Root mean square; `loudness` is in LUFS
        valence_spotify_scale (float | None | Unset): Learned valence on a scale that is distributed as Spotify's column
            is: matched in distribution, not in value; null without learned columns
    """

    track_id: UUID
    origin: str
    spec: None | str
    status: ProvenanceResponseStatus
    reasons: ProvenanceResponseReasons
    loudness_dbfs: float | None
    valence_spotify_scale: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id = str(self.track_id)

        origin = self.origin

        spec: None | str
        spec = self.spec

        status = self.status.to_dict()

        reasons = self.reasons.to_dict()

        loudness_dbfs: float | None
        loudness_dbfs = self.loudness_dbfs

        valence_spotify_scale: float | None | Unset
        if isinstance(self.valence_spotify_scale, Unset):
            valence_spotify_scale = UNSET
        else:
            valence_spotify_scale = self.valence_spotify_scale

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "origin": origin,
                "spec": spec,
                "status": status,
                "reasons": reasons,
                "loudness_dbfs": loudness_dbfs,
            }
        )
        if valence_spotify_scale is not UNSET:
            field_dict["valence_spotify_scale"] = valence_spotify_scale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.provenance_response_reasons import ProvenanceResponseReasons  # noqa: PLC0415
        from ..models.provenance_response_status import ProvenanceResponseStatus  # noqa: PLC0415

        d = dict(src_dict)
        track_id = UUID(d.pop("track_id"))

        origin = d.pop("origin")

        def _parse_spec(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        spec = _parse_spec(d.pop("spec"))

        status = ProvenanceResponseStatus.from_dict(d.pop("status"))

        reasons = ProvenanceResponseReasons.from_dict(d.pop("reasons"))

        def _parse_loudness_dbfs(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        loudness_dbfs = _parse_loudness_dbfs(d.pop("loudness_dbfs"))

        def _parse_valence_spotify_scale(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        valence_spotify_scale = _parse_valence_spotify_scale(d.pop("valence_spotify_scale", UNSET))

        provenance_response = cls(
            track_id=track_id,
            origin=origin,
            spec=spec,
            status=status,
            reasons=reasons,
            loudness_dbfs=loudness_dbfs,
            valence_spotify_scale=valence_spotify_scale,
        )

        provenance_response.additional_properties = d
        return provenance_response

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
