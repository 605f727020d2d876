from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.annotator_response import AnnotatorResponse


T = TypeVar("T", bound="AgreementResponse")


@_attrs_define
class AgreementResponse:
    """How far an annotator agrees with all others, in one taxonomy.

    Attributes:
        annotator (AnnotatorResponse): Who annotated.
        taxonomy (str):
        n_annotations (int): Annotations of any kind, repeated and corrected ones too
        n_tracks (int): Tracks annotated in this taxonomy
        n_shared (int): Of these, tracks that somebody else annotated too
        agreement (float | None): How often the others say the same; null without a shared track
        chance (float | None): How often they would by chance
        kappa (float | None): Cohen's: 1 at best, 0 at chance
        weight (float): What a playlist's word weighs in the consensus; 0.5 where nothing is known
    """

    annotator: AnnotatorResponse
    taxonomy: str
    n_annotations: int
    n_tracks: int
    n_shared: int
    agreement: float | None
    chance: float | None
    kappa: float | None
    weight: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        annotator = self.annotator.to_dict()

        taxonomy = self.taxonomy

        n_annotations = self.n_annotations

        n_tracks = self.n_tracks

        n_shared = self.n_shared

        agreement: float | None
        agreement = self.agreement

        chance: float | None
        chance = self.chance

        kappa: float | None
        kappa = self.kappa

        weight = self.weight

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "annotator": annotator,
                "taxonomy": taxonomy,
                "n_annotations": n_annotations,
                "n_tracks": n_tracks,
                "n_shared": n_shared,
                "agreement": agreement,
                "chance": chance,
                "kappa": kappa,
                "weight": weight,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.annotator_response import AnnotatorResponse  # noqa: PLC0415

        d = dict(src_dict)
        annotator = AnnotatorResponse.from_dict(d.pop("annotator"))

        taxonomy = d.pop("taxonomy")

        n_annotations = d.pop("n_annotations")

        n_tracks = d.pop("n_tracks")

        n_shared = d.pop("n_shared")

        def _parse_agreement(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        agreement = _parse_agreement(d.pop("agreement"))

        def _parse_chance(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        chance = _parse_chance(d.pop("chance"))

        def _parse_kappa(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        kappa = _parse_kappa(d.pop("kappa"))

        weight = d.pop("weight")

        agreement_response = cls(
            annotator=annotator,
            taxonomy=taxonomy,
            n_annotations=n_annotations,
            n_tracks=n_tracks,
            n_shared=n_shared,
            agreement=agreement,
            chance=chance,
            kappa=kappa,
            weight=weight,
        )

        agreement_response.additional_properties = d
        return agreement_response

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
