from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.valence_arousal_response_quadrant_type_0 import (
    ValenceArousalResponseQuadrantType0,
    check_valence_arousal_response_quadrant_type_0,
)

T = TypeVar("T", bound="ValenceArousalResponse")


@_attrs_define
class ValenceArousalResponse:
    """A point on Russell's plane, as a model predicts it.

    Attributes:
        valence (float): -1 unpleasant to 1 pleasant
        arousal (float): -1 quiet to 1 excited
        quadrant (None | ValenceArousalResponseQuadrantType0): By the signs; null on an axis
    """

    valence: float
    arousal: float
    quadrant: None | ValenceArousalResponseQuadrantType0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        valence = self.valence

        arousal = self.arousal

        quadrant: None | str
        if isinstance(self.quadrant, str):
            quadrant = self.quadrant
        else:
            quadrant = self.quadrant

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "valence": valence,
                "arousal": arousal,
                "quadrant": quadrant,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        valence = d.pop("valence")

        arousal = d.pop("arousal")

        def _parse_quadrant(data: object) -> None | ValenceArousalResponseQuadrantType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                quadrant_type_0 = check_valence_arousal_response_quadrant_type_0(data)

                return quadrant_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ValenceArousalResponseQuadrantType0, data)

        quadrant = _parse_quadrant(d.pop("quadrant"))

        valence_arousal_response = cls(
            valence=valence,
            arousal=arousal,
            quadrant=quadrant,
        )

        valence_arousal_response.additional_properties = d
        return valence_arousal_response

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
