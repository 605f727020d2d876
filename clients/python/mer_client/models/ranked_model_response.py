from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.ranked_model_response_state import RankedModelResponseState, check_ranked_model_response_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ranked_model_response_macro_f1_type_0 import RankedModelResponseMacroF1Type0
    from ..models.ranked_model_response_score import RankedModelResponseScore
    from ..models.ranked_model_response_weighted_f1_type_0 import RankedModelResponseWeightedF1Type0


T = TypeVar("T", bound="RankedModelResponse")


@_attrs_define
class RankedModelResponse:
    """One candidate and how it did, with 95 % intervals.

    Attributes:
        rank (int):
        model_id (UUID):
        estimator (str):
        inputs (str):
        state (RankedModelResponseState):
        measure (str): What decides: macro F1, PR-AUC of tags, mean R2 of dimensions
        score (RankedModelResponseScore):
        macro_f1 (None | RankedModelResponseMacroF1Type0): Of classes only
        weighted_f1 (None | RankedModelResponseWeightedF1Type0): Of classes only
        protocol (str):
        promotion (None | str): What the gate said
        href (str):
        without_taggers (float | None | Unset): Of a model that reads audio taggers: the measure of the same estimator
            on the same folds without them, on descriptors
    """

    rank: int
    model_id: UUID
    estimator: str
    inputs: str
    state: RankedModelResponseState
    measure: str
    score: RankedModelResponseScore
    macro_f1: None | RankedModelResponseMacroF1Type0
    weighted_f1: None | RankedModelResponseWeightedF1Type0
    protocol: str
    promotion: None | str
    href: str
    without_taggers: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.ranked_model_response_macro_f1_type_0 import RankedModelResponseMacroF1Type0  # noqa: PLC0415
        from ..models.ranked_model_response_weighted_f1_type_0 import RankedModelResponseWeightedF1Type0  # noqa: PLC0415

        rank = self.rank

        model_id = str(self.model_id)

        estimator = self.estimator

        inputs = self.inputs

        state: str = self.state

        measure = self.measure

        score = self.score.to_dict()

        macro_f1: dict[str, Any] | None
        if isinstance(self.macro_f1, RankedModelResponseMacroF1Type0):
            macro_f1 = self.macro_f1.to_dict()
        else:
            macro_f1 = self.macro_f1

        weighted_f1: dict[str, Any] | None
        if isinstance(self.weighted_f1, RankedModelResponseWeightedF1Type0):
            weighted_f1 = self.weighted_f1.to_dict()
        else:
            weighted_f1 = self.weighted_f1

        protocol = self.protocol

        promotion: None | str
        promotion = self.promotion

        href = self.href

        without_taggers: float | None | Unset
        if isinstance(self.without_taggers, Unset):
            without_taggers = UNSET
        else:
            without_taggers = self.without_taggers

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rank": rank,
                "model_id": model_id,
                "estimator": estimator,
                "inputs": inputs,
                "state": state,
                "measure": measure,
                "score": score,
                "macro_f1": macro_f1,
                "weighted_f1": weighted_f1,
                "protocol": protocol,
                "promotion": promotion,
                "href": href,
            }
        )
        if without_taggers is not UNSET:
            field_dict["without_taggers"] = without_taggers

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ranked_model_response_macro_f1_type_0 import RankedModelResponseMacroF1Type0  # noqa: PLC0415
        from ..models.ranked_model_response_score import RankedModelResponseScore  # noqa: PLC0415
        from ..models.ranked_model_response_weighted_f1_type_0 import RankedModelResponseWeightedF1Type0  # noqa: PLC0415

        d = dict(src_dict)
        rank = d.pop("rank")

        model_id = UUID(d.pop("model_id"))

        estimator = d.pop("estimator")

        inputs = d.pop("inputs")

        state = check_ranked_model_response_state(d.pop("state"))

        measure = d.pop("measure")

        score = RankedModelResponseScore.from_dict(d.pop("score"))

        def _parse_macro_f1(data: object) -> None | RankedModelResponseMacroF1Type0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                macro_f1_type_0 = RankedModelResponseMacroF1Type0.from_dict(data)

                return macro_f1_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RankedModelResponseMacroF1Type0, data)

        macro_f1 = _parse_macro_f1(d.pop("macro_f1"))

        def _parse_weighted_f1(data: object) -> None | RankedModelResponseWeightedF1Type0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                weighted_f1_type_0 = RankedModelResponseWeightedF1Type0.from_dict(data)

                return weighted_f1_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RankedModelResponseWeightedF1Type0, data)

        weighted_f1 = _parse_weighted_f1(d.pop("weighted_f1"))

        protocol = d.pop("protocol")

        def _parse_promotion(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        promotion = _parse_promotion(d.pop("promotion"))

        href = d.pop("href")

        def _parse_without_taggers(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        without_taggers = _parse_without_taggers(d.pop("without_taggers", UNSET))

        ranked_model_response = cls(
            rank=rank,
            model_id=model_id,
            estimator=estimator,
            inputs=inputs,
            state=state,
            measure=measure,
            score=score,
            macro_f1=macro_f1,
            weighted_f1=weighted_f1,
            protocol=protocol,
            promotion=promotion,
            href=href,
            without_taggers=without_taggers,
        )

        ranked_model_response.additional_properties = d
        return ranked_model_response

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
