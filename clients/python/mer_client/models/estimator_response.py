from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.estimator_response_grid import EstimatorResponseGrid
    from ..models.estimator_response_hyperparameters import EstimatorResponseHyperparameters


T = TypeVar("T", bound="EstimatorResponse")


@_attrs_define
class EstimatorResponse:
    """An estimator, and what it reads, costs and accepts.

    Attributes:
        name (str):
        what (str):
        cost (str):
        inputs (list[str]):
        heads (list[str]):
        hyperparameters (EstimatorResponseHyperparameters):
        grid (EstimatorResponseGrid): What a search tries where the request does not say
    """

    name: str
    what: str
    cost: str
    inputs: list[str]
    heads: list[str]
    hyperparameters: EstimatorResponseHyperparameters
    grid: EstimatorResponseGrid
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        what = self.what

        cost = self.cost

        inputs = self.inputs

        heads = self.heads

        hyperparameters = self.hyperparameters.to_dict()

        grid = self.grid.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "what": what,
                "cost": cost,
                "inputs": inputs,
                "heads": heads,
                "hyperparameters": hyperparameters,
                "grid": grid,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.estimator_response_grid import EstimatorResponseGrid  # noqa: PLC0415
        from ..models.estimator_response_hyperparameters import EstimatorResponseHyperparameters  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        what = d.pop("what")

        cost = d.pop("cost")

        inputs = cast(list[str], d.pop("inputs"))

        heads = cast(list[str], d.pop("heads"))

        hyperparameters = EstimatorResponseHyperparameters.from_dict(d.pop("hyperparameters"))

        grid = EstimatorResponseGrid.from_dict(d.pop("grid"))

        estimator_response = cls(
            name=name,
            what=what,
            cost=cost,
            inputs=inputs,
            heads=heads,
            hyperparameters=hyperparameters,
            grid=grid,
        )

        estimator_response.additional_properties = d
        return estimator_response

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
