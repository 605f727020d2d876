from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.curve_head_response_valence_arousal_from_type_0 import (
    CurveHeadResponseValenceArousalFromType0,
    check_curve_head_response_valence_arousal_from_type_0,
)

if TYPE_CHECKING:
    from ..models.curve_head_response_figures import CurveHeadResponseFigures
    from ..models.model_reference import ModelReference


T = TypeVar("T", bound="CurveHeadResponse")


@_attrs_define
class CurveHeadResponse:
    """What the curve comes from: a small head, which is another one than the model of the answer.

    Attributes:
        model (ModelReference): The model that a prediction comes from.
        note (str):
        figures (CurveHeadResponseFigures): Held out, of the training tracks: what a curve may be trusted for
        valence_arousal_from (CurveHeadResponseValenceArousalFromType0 | None): `quadrants` (2p - 1 of being positive,
            or active), `model` (a head of the champion of valence and arousal), or null where there are none
    """

    model: ModelReference
    note: str
    figures: CurveHeadResponseFigures
    valence_arousal_from: CurveHeadResponseValenceArousalFromType0 | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        model = self.model.to_dict()

        note = self.note

        figures = self.figures.to_dict()

        valence_arousal_from: None | str
        if isinstance(self.valence_arousal_from, str):
            valence_arousal_from = self.valence_arousal_from
        else:
            valence_arousal_from = self.valence_arousal_from

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "model": model,
                "note": note,
                "figures": figures,
                "valence_arousal_from": valence_arousal_from,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.curve_head_response_figures import CurveHeadResponseFigures  # noqa: PLC0415
        from ..models.model_reference import ModelReference  # noqa: PLC0415

        d = dict(src_dict)
        model = ModelReference.from_dict(d.pop("model"))

        note = d.pop("note")

        figures = CurveHeadResponseFigures.from_dict(d.pop("figures"))

        def _parse_valence_arousal_from(data: object) -> CurveHeadResponseValenceArousalFromType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valence_arousal_from_type_0 = check_curve_head_response_valence_arousal_from_type_0(data)

                return valence_arousal_from_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CurveHeadResponseValenceArousalFromType0 | None, data)

        valence_arousal_from = _parse_valence_arousal_from(d.pop("valence_arousal_from"))

        curve_head_response = cls(
            model=model,
            note=note,
            figures=figures,
            valence_arousal_from=valence_arousal_from,
        )

        curve_head_response.additional_properties = d
        return curve_head_response

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
