from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.interval_response import IntervalResponse


T = TypeVar("T", bound="AnswerFiguresResponse")


@_attrs_define
class AnswerFiguresResponse:
    """How often answers agree with the person, in the whole library: each label weighs 1 / (N · π).

    Attributes:
        accuracy (IntervalResponse): A figure with its 95 % interval.
        macro_f1 (IntervalResponse): A figure with its 95 % interval.
    """

    accuracy: IntervalResponse
    macro_f1: IntervalResponse
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        accuracy = self.accuracy.to_dict()

        macro_f1 = self.macro_f1.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "accuracy": accuracy,
                "macro_f1": macro_f1,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.interval_response import IntervalResponse  # noqa: PLC0415

        d = dict(src_dict)
        accuracy = IntervalResponse.from_dict(d.pop("accuracy"))

        macro_f1 = IntervalResponse.from_dict(d.pop("macro_f1"))

        answer_figures_response = cls(
            accuracy=accuracy,
            macro_f1=macro_f1,
        )

        answer_figures_response.additional_properties = d
        return answer_figures_response

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
