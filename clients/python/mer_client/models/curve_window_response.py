from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.curve_window_response_probabilities import CurveWindowResponseProbabilities


T = TypeVar("T", bound="CurveWindowResponse")


@_attrs_define
class CurveWindowResponse:
    """Three seconds, as the head reads them together with their neighbours.

    Attributes:
        start_s (float): Seconds from the start of the file
        end_s (float):
        probabilities (CurveWindowResponseProbabilities): Smoothed over 9 s, not across a change
        valence (float | None): -1 unpleasant to 1 pleasant; null where nothing gives it
        arousal (float | None): -1 quiet to 1 excited; null where nothing gives it
    """

    start_s: float
    end_s: float
    probabilities: CurveWindowResponseProbabilities
    valence: float | None
    arousal: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        start_s = self.start_s

        end_s = self.end_s

        probabilities = self.probabilities.to_dict()

        valence: float | None
        valence = self.valence

        arousal: float | None
        arousal = self.arousal

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "start_s": start_s,
                "end_s": end_s,
                "probabilities": probabilities,
                "valence": valence,
                "arousal": arousal,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.curve_window_response_probabilities import CurveWindowResponseProbabilities  # noqa: PLC0415

        d = dict(src_dict)
        start_s = d.pop("start_s")

        end_s = d.pop("end_s")

        probabilities = CurveWindowResponseProbabilities.from_dict(d.pop("probabilities"))

        def _parse_valence(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        valence = _parse_valence(d.pop("valence"))

        def _parse_arousal(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        arousal = _parse_arousal(d.pop("arousal"))

        curve_window_response = cls(
            start_s=start_s,
            end_s=end_s,
            probabilities=probabilities,
            valence=valence,
            arousal=arousal,
        )

        curve_window_response.additional_properties = d
        return curve_window_response

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
