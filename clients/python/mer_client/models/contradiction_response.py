from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.contradiction_response_kind import ContradictionResponseKind, check_contradiction_response_kind

if TYPE_CHECKING:
    from ..models.contradiction_response_shares import ContradictionResponseShares


T = TypeVar("T", bound="ContradictionResponse")


@_attrs_define
class ContradictionResponse:
    """Annotations that contradict each other evenly: there is no label in this taxonomy.

    Attributes:
        taxonomy (str):
        kind (ContradictionResponseKind): The kind of annotators that would decide
        shares (ContradictionResponseShares):
        n_voices (int):
    """

    taxonomy: str
    kind: ContradictionResponseKind
    shares: ContradictionResponseShares
    n_voices: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        taxonomy = self.taxonomy

        kind: str = self.kind

        shares = self.shares.to_dict()

        n_voices = self.n_voices

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "taxonomy": taxonomy,
                "kind": kind,
                "shares": shares,
                "n_voices": n_voices,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.contradiction_response_shares import ContradictionResponseShares  # noqa: PLC0415

        d = dict(src_dict)
        taxonomy = d.pop("taxonomy")

        kind = check_contradiction_response_kind(d.pop("kind"))

        shares = ContradictionResponseShares.from_dict(d.pop("shares"))

        n_voices = d.pop("n_voices")

        contradiction_response = cls(
            taxonomy=taxonomy,
            kind=kind,
            shares=shares,
            n_voices=n_voices,
        )

        contradiction_response.additional_properties = d
        return contradiction_response

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
