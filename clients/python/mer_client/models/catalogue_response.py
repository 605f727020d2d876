from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.catalogue_response_reasons import CatalogueResponseReasons
    from ..models.catalogue_response_statuses import CatalogueResponseStatuses
    from ..models.catalogue_response_values import CatalogueResponseValues


T = TypeVar("T", bound="CatalogueResponse")


@_attrs_define
class CatalogueResponse:
    """The catalogue columns as one origin gives them.

    Attributes:
        origin (str):
        spec (None | str): Of computed ones, the feature spec
        values (CatalogueResponseValues):
        statuses (CatalogueResponseStatuses): measured, learned, proxy, delivered or null
        reasons (CatalogueResponseReasons): Why computed columns are null, by column
    """

    origin: str
    spec: None | str
    values: CatalogueResponseValues
    statuses: CatalogueResponseStatuses
    reasons: CatalogueResponseReasons
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        origin = self.origin

        spec: None | str
        spec = self.spec

        values = self.values.to_dict()

        statuses = self.statuses.to_dict()

        reasons = self.reasons.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "origin": origin,
                "spec": spec,
                "values": values,
                "statuses": statuses,
                "reasons": reasons,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.catalogue_response_reasons import CatalogueResponseReasons  # noqa: PLC0415
        from ..models.catalogue_response_statuses import CatalogueResponseStatuses  # noqa: PLC0415
        from ..models.catalogue_response_values import CatalogueResponseValues  # noqa: PLC0415

        d = dict(src_dict)
        origin = d.pop("origin")

        def _parse_spec(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        spec = _parse_spec(d.pop("spec"))

        values = CatalogueResponseValues.from_dict(d.pop("values"))

        statuses = CatalogueResponseStatuses.from_dict(d.pop("statuses"))

        reasons = CatalogueResponseReasons.from_dict(d.pop("reasons"))

        catalogue_response = cls(
            origin=origin,
            spec=spec,
            values=values,
            statuses=statuses,
            reasons=reasons,
        )

        catalogue_response.additional_properties = d
        return catalogue_response

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
