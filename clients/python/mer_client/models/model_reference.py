from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ModelReference")


@_attrs_define
class ModelReference:
    """The model that a prediction comes from.

    Attributes:
        id (UUID):
        version (int):
        estimator (str):
        inputs (str):
        taxonomy (str):
        href (str):
        starter (bool | Unset): Whether it ships with mer, and was not trained on your labels Default: False.
        derived (bool | Unset): Whether its answers are derived from tags, and their accuracy was not measured Default:
            False.
    """

    id: UUID
    version: int
    estimator: str
    inputs: str
    taxonomy: str
    href: str
    starter: bool | Unset = False
    derived: bool | Unset = False
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        version = self.version

        estimator = self.estimator

        inputs = self.inputs

        taxonomy = self.taxonomy

        href = self.href

        starter = self.starter

        derived = self.derived

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "version": version,
                "estimator": estimator,
                "inputs": inputs,
                "taxonomy": taxonomy,
                "href": href,
            }
        )
        if starter is not UNSET:
            field_dict["starter"] = starter
        if derived is not UNSET:
            field_dict["derived"] = derived

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        version = d.pop("version")

        estimator = d.pop("estimator")

        inputs = d.pop("inputs")

        taxonomy = d.pop("taxonomy")

        href = d.pop("href")

        starter = d.pop("starter", UNSET)

        derived = d.pop("derived", UNSET)

        model_reference = cls(
            id=id,
            version=version,
            estimator=estimator,
            inputs=inputs,
            taxonomy=taxonomy,
            href=href,
            starter=starter,
            derived=derived,
        )

        model_reference.additional_properties = d
        return model_reference

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
