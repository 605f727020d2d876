from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.model_accuracy_response_measured_on import (
    ModelAccuracyResponseMeasuredOn,
    check_model_accuracy_response_measured_on,
)

if TYPE_CHECKING:
    from ..models.answer_accuracy_response import AnswerAccuracyResponse


T = TypeVar("T", bound="ModelAccuracyResponse")


@_attrs_define
class ModelAccuracyResponse:
    """How often the answering model was right, on what it had not learned from.

    Attributes:
        measured_on (ModelAccuracyResponseMeasuredOn): `training_clips`: the starter on the clips that it was made from,
            held out; `library`: the starter on your labelled tracks; `held_out`: an own model on artists that were not in
            its training
        right (int):
        answered (int):
        accuracy (float): As the model's card states it; else `right` of `answered`
        low (float | None): The lower end of its 95 % interval; null where none was computed
        high (float | None): The upper end
        chance (float | None): The accuracy of guessing by the frequency of each emotion
        by_emotion (list[AnswerAccuracyResponse]):
    """

    measured_on: ModelAccuracyResponseMeasuredOn
    right: int
    answered: int
    accuracy: float
    low: float | None
    high: float | None
    chance: float | None
    by_emotion: list[AnswerAccuracyResponse]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        measured_on: str = self.measured_on

        right = self.right

        answered = self.answered

        accuracy = self.accuracy

        low: float | None
        low = self.low

        high: float | None
        high = self.high

        chance: float | None
        chance = self.chance

        by_emotion = []
        for by_emotion_item_data in self.by_emotion:
            by_emotion_item = by_emotion_item_data.to_dict()
            by_emotion.append(by_emotion_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "measured_on": measured_on,
                "right": right,
                "answered": answered,
                "accuracy": accuracy,
                "low": low,
                "high": high,
                "chance": chance,
                "by_emotion": by_emotion,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.answer_accuracy_response import AnswerAccuracyResponse  # noqa: PLC0415

        d = dict(src_dict)
        measured_on = check_model_accuracy_response_measured_on(d.pop("measured_on"))

        right = d.pop("right")

        answered = d.pop("answered")

        accuracy = d.pop("accuracy")

        def _parse_low(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        low = _parse_low(d.pop("low"))

        def _parse_high(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        high = _parse_high(d.pop("high"))

        def _parse_chance(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        chance = _parse_chance(d.pop("chance"))

        by_emotion = []
        _by_emotion = d.pop("by_emotion")
        for by_emotion_item_data in _by_emotion:
            by_emotion_item = AnswerAccuracyResponse.from_dict(by_emotion_item_data)

            by_emotion.append(by_emotion_item)

        model_accuracy_response = cls(
            measured_on=measured_on,
            right=right,
            answered=answered,
            accuracy=accuracy,
            low=low,
            high=high,
            chance=chance,
            by_emotion=by_emotion,
        )

        model_accuracy_response.additional_properties = d
        return model_accuracy_response

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
