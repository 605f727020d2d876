from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.feature_distribution_response_moods import FeatureDistributionResponseMoods


T = TypeVar("T", bound="FeatureDistributionResponse")


@_attrs_define
class FeatureDistributionResponse:
    """One catalogue feature by mood.

    Attributes:
        edges (list[float]): Of the histogram's bins
        moods (FeatureDistributionResponseMoods):
    """

    edges: list[float]
    moods: FeatureDistributionResponseMoods
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        edges = self.edges

        moods = self.moods.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "edges": edges,
                "moods": moods,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.feature_distribution_response_moods import FeatureDistributionResponseMoods  # noqa: PLC0415

        d = dict(src_dict)
        edges = cast(list[float], d.pop("edges"))

        moods = FeatureDistributionResponseMoods.from_dict(d.pop("moods"))

        feature_distribution_response = cls(
            edges=edges,
            moods=moods,
        )

        feature_distribution_response.additional_properties = d
        return feature_distribution_response

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
