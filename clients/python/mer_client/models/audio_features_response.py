from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.provenance_response import ProvenanceResponse


T = TypeVar("T", bound="AudioFeaturesResponse")


@_attrs_define
class AudioFeaturesResponse:
    """Spotify's audio features of a track. A value is null where it cannot be computed.

    Attributes:
        danceability (float | None):
        energy (float | None):
        key (int | None):
        loudness (float | None):
        mode (int | None):
        speechiness (float | None):
        acousticness (float | None):
        instrumentalness (float | None):
        liveness (float | None):
        valence (float | None):
        tempo (float | None):
        id (str): As it was asked for; a UUID with hyphens as 32 hexadecimal digits
        uri (str):
        track_href (str):
        analysis_url (str):
        duration_ms (int | None):
        time_signature (int | None):
        mer (ProvenanceResponse): What the values are worth, and whose they are.
        type_ (str | Unset):  Default: 'audio_features'.
    """

    danceability: float | None
    energy: float | None
    key: int | None
    loudness: float | None
    mode: int | None
    speechiness: float | None
    acousticness: float | None
    instrumentalness: float | None
    liveness: float | None
    valence: float | None
    tempo: float | None
    id: str
    uri: str
    track_href: str
    analysis_url: str
    duration_ms: int | None
    time_signature: int | None
    mer: ProvenanceResponse
    type_: str | Unset = "audio_features"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        danceability: float | None
        danceability = self.danceability

        energy: float | None
        energy = self.energy

        key: int | None
        key = self.key

        loudness: float | None
        loudness = self.loudness

        mode: int | None
        mode = self.mode

        speechiness: float | None
        speechiness = self.speechiness

        acousticness: float | None
        acousticness = self.acousticness

        instrumentalness: float | None
        instrumentalness = self.instrumentalness

        liveness: float | None
        liveness = self.liveness

        valence: float | None
        valence = self.valence

        tempo: float | None
        tempo = self.tempo

        id = self.id

        uri = self.uri

        track_href = self.track_href

        analysis_url = self.analysis_url

        duration_ms: int | None
        duration_ms = self.duration_ms

        time_signature: int | None
        time_signature = self.time_signature

        mer = self.mer.to_dict()

        type_ = self.type_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "danceability": danceability,
                "energy": energy,
                "key": key,
                "loudness": loudness,
                "mode": mode,
                "speechiness": speechiness,
                "acousticness": acousticness,
                "instrumentalness": instrumentalness,
                "liveness": liveness,
                "valence": valence,
                "tempo": tempo,
                "id": id,
                "uri": uri,
                "track_href": track_href,
                "analysis_url": analysis_url,
                "duration_ms": duration_ms,
                "time_signature": time_signature,
                "mer": mer,
            }
        )
        if type_ is not UNSET:
            field_dict["type"] = type_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.provenance_response import ProvenanceResponse  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_danceability(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        danceability = _parse_danceability(d.pop("danceability"))

        def _parse_energy(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        energy = _parse_energy(d.pop("energy"))

        def _parse_key(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        key = _parse_key(d.pop("key"))

        def _parse_loudness(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        loudness = _parse_loudness(d.pop("loudness"))

        def _parse_mode(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        mode = _parse_mode(d.pop("mode"))

        def _parse_speechiness(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        speechiness = _parse_speechiness(d.pop("speechiness"))

        def _parse_acousticness(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        acousticness = _parse_acousticness(d.pop("acousticness"))

        def _parse_instrumentalness(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        instrumentalness = _parse_instrumentalness(d.pop("instrumentalness"))

        def _parse_liveness(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        liveness = _parse_liveness(d.pop("liveness"))

        def _parse_valence(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        valence = _parse_valence(d.pop("valence"))

        def _parse_tempo(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        tempo = _parse_tempo(d.pop("tempo"))

        id = d.pop("id")

        uri = d.pop("uri")

        track_href = d.pop("track_href")

        analysis_url = d.pop("analysis_url")

        def _parse_duration_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        duration_ms = _parse_duration_ms(d.pop("duration_ms"))

        def _parse_time_signature(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        time_signature = _parse_time_signature(d.pop("time_signature"))

        mer = ProvenanceResponse.from_dict(d.pop("mer"))

        type_ = d.pop("type", UNSET)

        audio_features_response = cls(
            danceability=danceability,
            energy=energy,
            key=key,
            loudness=loudness,
            mode=mode,
            speechiness=speechiness,
            acousticness=acousticness,
            instrumentalness=instrumentalness,
            liveness=liveness,
            valence=valence,
            tempo=tempo,
            id=id,
            uri=uri,
            track_href=track_href,
            analysis_url=analysis_url,
            duration_ms=duration_ms,
            time_signature=time_signature,
            mer=mer,
            type_=type_,
        )

        audio_features_response.additional_properties = d
        return audio_features_response

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
