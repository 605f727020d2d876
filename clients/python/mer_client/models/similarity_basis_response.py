from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.similarity_basis_response_kind import SimilarityBasisResponseKind, check_similarity_basis_response_kind
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_reference import ModelReference
    from ..models.similarity_basis_response_taggers_type_0 import SimilarityBasisResponseTaggersType0


T = TypeVar("T", bound="SimilarityBasisResponse")


@_attrs_define
class SimilarityBasisResponse:
    """What the distances are measured by.

    Attributes:
        kind (SimilarityBasisResponseKind): `model`: where a network places the tracks; `taggers`: what audio taggers
            gave for them, standardised; `descriptors`: their standardised ones
        model (ModelReference | None): The network; null for taggers and descriptors
        spec (str): The feature spec that both read; of taggers, which read no spec, that of today
        dimensions (int):
        taggers (None | SimilarityBasisResponseTaggersType0 | Unset): The fingerprint of each audio tagger; null for a
            network and descriptors
    """

    kind: SimilarityBasisResponseKind
    model: ModelReference | None
    spec: str
    dimensions: int
    taggers: None | SimilarityBasisResponseTaggersType0 | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.similarity_basis_response_taggers_type_0 import SimilarityBasisResponseTaggersType0  # noqa: PLC0415

        kind: str = self.kind

        model: dict[str, Any] | None
        if isinstance(self.model, ModelReference):
            model = self.model.to_dict()
        else:
            model = self.model

        spec = self.spec

        dimensions = self.dimensions

        taggers: dict[str, Any] | None | Unset
        if isinstance(self.taggers, Unset):
            taggers = UNSET
        elif isinstance(self.taggers, SimilarityBasisResponseTaggersType0):
            taggers = self.taggers.to_dict()
        else:
            taggers = self.taggers

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "model": model,
                "spec": spec,
                "dimensions": dimensions,
            }
        )
        if taggers is not UNSET:
            field_dict["taggers"] = taggers

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.similarity_basis_response_taggers_type_0 import SimilarityBasisResponseTaggersType0  # noqa: PLC0415

        d = dict(src_dict)
        kind = check_similarity_basis_response_kind(d.pop("kind"))

        def _parse_model(data: object) -> ModelReference | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                model_type_0 = ModelReference.from_dict(data)

                return model_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ModelReference | None, data)

        model = _parse_model(d.pop("model"))

        spec = d.pop("spec")

        dimensions = d.pop("dimensions")

        def _parse_taggers(data: object) -> None | SimilarityBasisResponseTaggersType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                taggers_type_0 = SimilarityBasisResponseTaggersType0.from_dict(data)

                return taggers_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SimilarityBasisResponseTaggersType0 | Unset, data)

        taggers = _parse_taggers(d.pop("taggers", UNSET))

        similarity_basis_response = cls(
            kind=kind,
            model=model,
            spec=spec,
            dimensions=dimensions,
            taggers=taggers,
        )

        similarity_basis_response.additional_properties = d
        return similarity_basis_response

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
