from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.upload_valence_arousal_response_basis import (
    UploadValenceArousalResponseBasis,
    check_upload_valence_arousal_response_basis,
)
from ..models.upload_valence_arousal_response_quadrant_type_0 import (
    UploadValenceArousalResponseQuadrantType0,
    check_upload_valence_arousal_response_quadrant_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_reference import ModelReference
    from ..models.upload_valence_arousal_response_probabilities_type_0 import (
        UploadValenceArousalResponseProbabilitiesType0,
    )


T = TypeVar("T", bound="UploadValenceArousalResponse")


@_attrs_define
class UploadValenceArousalResponse:
    """Where a song that was sent in lies on Russell's plane.

    Attributes:
        name (str):
        taxonomy (str): valence_arousal
        valence (float):
        arousal (float):
        quadrant (None | UploadValenceArousalResponseQuadrantType0):
        basis (UploadValenceArousalResponseBasis): What the model's prediction rests on: `held_out` (the track is not in
            its training set), `out_of_fold` (it is; predicted by a model fitted without it), `in_sample` (predicted by the
            model that learned from it); null where no model answers
        model (ModelReference): The model that a prediction comes from.
        duration_s (float | None):
        track_id (None | UUID):
        job_href (str):
        probabilities (None | Unset | UploadValenceArousalResponseProbabilitiesType0): Of the starter, which learned
            from positive and negative songs: the probability that the song is pleasant (`valence`) and excited (`arousal`).
            Valence and arousal are twice that less 1, so they say how sure it is, not how pleasant. Null for an own model
    """

    name: str
    taxonomy: str
    valence: float
    arousal: float
    quadrant: None | UploadValenceArousalResponseQuadrantType0
    basis: UploadValenceArousalResponseBasis
    model: ModelReference
    duration_s: float | None
    track_id: None | UUID
    job_href: str
    probabilities: None | Unset | UploadValenceArousalResponseProbabilitiesType0 = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.upload_valence_arousal_response_probabilities_type_0 import (
            UploadValenceArousalResponseProbabilitiesType0,  # noqa: PLC0415
        )

        name = self.name

        taxonomy = self.taxonomy

        valence = self.valence

        arousal = self.arousal

        quadrant: None | str
        if isinstance(self.quadrant, str):
            quadrant = self.quadrant
        else:
            quadrant = self.quadrant

        basis: str = self.basis

        model = self.model.to_dict()

        duration_s: float | None
        duration_s = self.duration_s

        track_id: None | str
        if isinstance(self.track_id, UUID):
            track_id = str(self.track_id)
        else:
            track_id = self.track_id

        job_href = self.job_href

        probabilities: dict[str, Any] | None | Unset
        if isinstance(self.probabilities, Unset):
            probabilities = UNSET
        elif isinstance(self.probabilities, UploadValenceArousalResponseProbabilitiesType0):
            probabilities = self.probabilities.to_dict()
        else:
            probabilities = self.probabilities

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "taxonomy": taxonomy,
                "valence": valence,
                "arousal": arousal,
                "quadrant": quadrant,
                "basis": basis,
                "model": model,
                "duration_s": duration_s,
                "track_id": track_id,
                "job_href": job_href,
            }
        )
        if probabilities is not UNSET:
            field_dict["probabilities"] = probabilities

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.upload_valence_arousal_response_probabilities_type_0 import (
            UploadValenceArousalResponseProbabilitiesType0,  # noqa: PLC0415
        )

        d = dict(src_dict)
        name = d.pop("name")

        taxonomy = d.pop("taxonomy")

        valence = d.pop("valence")

        arousal = d.pop("arousal")

        def _parse_quadrant(data: object) -> None | UploadValenceArousalResponseQuadrantType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                quadrant_type_0 = check_upload_valence_arousal_response_quadrant_type_0(data)

                return quadrant_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UploadValenceArousalResponseQuadrantType0, data)

        quadrant = _parse_quadrant(d.pop("quadrant"))

        basis = check_upload_valence_arousal_response_basis(d.pop("basis"))

        model = ModelReference.from_dict(d.pop("model"))

        def _parse_duration_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        duration_s = _parse_duration_s(d.pop("duration_s"))

        def _parse_track_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                track_id_type_0 = UUID(data)

                return track_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        track_id = _parse_track_id(d.pop("track_id"))

        job_href = d.pop("job_href")

        def _parse_probabilities(data: object) -> None | Unset | UploadValenceArousalResponseProbabilitiesType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                probabilities_type_0 = UploadValenceArousalResponseProbabilitiesType0.from_dict(data)

                return probabilities_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UploadValenceArousalResponseProbabilitiesType0, data)

        probabilities = _parse_probabilities(d.pop("probabilities", UNSET))

        upload_valence_arousal_response = cls(
            name=name,
            taxonomy=taxonomy,
            valence=valence,
            arousal=arousal,
            quadrant=quadrant,
            basis=basis,
            model=model,
            duration_s=duration_s,
            track_id=track_id,
            job_href=job_href,
            probabilities=probabilities,
        )

        upload_valence_arousal_response.additional_properties = d
        return upload_valence_arousal_response

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
