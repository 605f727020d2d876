from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.audio_features_response import AudioFeaturesResponse


T = TypeVar("T", bound="AudioFeaturesListResponse")


@_attrs_define
class AudioFeaturesListResponse:
    """One entry an id, in the order asked for; null where there is none.

    Attributes:
        audio_features (list[AudioFeaturesResponse | None]):
    """

    audio_features: list[AudioFeaturesResponse | None]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.audio_features_response import AudioFeaturesResponse  # noqa: PLC0415

        audio_features = []
        for audio_features_item_data in self.audio_features:
            audio_features_item: dict[str, Any] | None
            if isinstance(audio_features_item_data, AudioFeaturesResponse):
                audio_features_item = audio_features_item_data.to_dict()
            else:
                audio_features_item = audio_features_item_data
            audio_features.append(audio_features_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "audio_features": audio_features,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audio_features_response import AudioFeaturesResponse  # noqa: PLC0415

        d = dict(src_dict)
        audio_features = []
        _audio_features = d.pop("audio_features")
        for audio_features_item_data in _audio_features:

            def _parse_audio_features_item(data: object) -> AudioFeaturesResponse | None:
                if data is None:
                    return data
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    audio_features_item_type_0 = AudioFeaturesResponse.from_dict(data)

                    return audio_features_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                return cast(AudioFeaturesResponse | None, data)

            audio_features_item = _parse_audio_features_item(audio_features_item_data)

            audio_features.append(audio_features_item)

        audio_features_list_response = cls(
            audio_features=audio_features,
        )

        audio_features_list_response.additional_properties = d
        return audio_features_list_response

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
