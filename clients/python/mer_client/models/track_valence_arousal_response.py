from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.track_valence_arousal_response_basis_type_0 import (
    TrackValenceArousalResponseBasisType0,
    check_track_valence_arousal_response_basis_type_0,
)
from ..models.track_valence_arousal_response_decided_by import (
    TrackValenceArousalResponseDecidedBy,
    check_track_valence_arousal_response_decided_by,
)
from ..models.track_valence_arousal_response_quadrant_type_0 import (
    TrackValenceArousalResponseQuadrantType0,
    check_track_valence_arousal_response_quadrant_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_reference import ModelReference
    from ..models.track_valence_arousal_response_annotated_type_0 import TrackValenceArousalResponseAnnotatedType0
    from ..models.track_valence_arousal_response_predicted_type_0 import TrackValenceArousalResponsePredictedType0
    from ..models.track_valence_arousal_response_probabilities_type_0 import (
        TrackValenceArousalResponseProbabilitiesType0,
    )


T = TypeVar("T", bound="TrackValenceArousalResponse")


@_attrs_define
class TrackValenceArousalResponse:
    """Where a track lies on Russell's plane.

    Attributes:
        track_id (UUID):
        valence (float): -1 unpleasant to 1 pleasant: a person's where one said it, else predicted, else, where no model
            answers, that of the other annotators
        arousal (float): -1 quiet to 1 excited
        quadrant (None | TrackValenceArousalResponseQuadrantType0): By the signs; null on an axis
        decided_by (TrackValenceArousalResponseDecidedBy): `person`, `model`, `playlist` or `import`; null where nobody
            did
        predicted (None | TrackValenceArousalResponsePredictedType0): Null where no model answers
        basis (None | TrackValenceArousalResponseBasisType0): What the model's prediction rests on: `held_out` (the
            track is not in its training set), `out_of_fold` (it is; predicted by a model fitted without it), `in_sample`
            (predicted by the model that learned from it); null where no model answers
        annotated (None | TrackValenceArousalResponseAnnotatedType0): What the strongest annotators say
        model (ModelReference | None): Null where no model answers: annotators decided
        synthetic (bool):
        probabilities (None | TrackValenceArousalResponseProbabilitiesType0 | Unset): Of the starter, which learned from
            positive and negative songs: the probability that the song is pleasant (`valence`) and excited (`arousal`).
            Valence and arousal are twice that less 1, so they say how sure it is, not how pleasant. Null for an own model
    """

    track_id: UUID
    valence: float
    arousal: float
    quadrant: None | TrackValenceArousalResponseQuadrantType0
    decided_by: TrackValenceArousalResponseDecidedBy
    predicted: None | TrackValenceArousalResponsePredictedType0
    basis: None | TrackValenceArousalResponseBasisType0
    annotated: None | TrackValenceArousalResponseAnnotatedType0
    model: ModelReference | None
    synthetic: bool
    probabilities: None | TrackValenceArousalResponseProbabilitiesType0 | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.track_valence_arousal_response_annotated_type_0 import TrackValenceArousalResponseAnnotatedType0  # noqa: PLC0415
        from ..models.track_valence_arousal_response_predicted_type_0 import TrackValenceArousalResponsePredictedType0  # noqa: PLC0415
        from ..models.track_valence_arousal_response_probabilities_type_0 import (
            TrackValenceArousalResponseProbabilitiesType0,  # noqa: PLC0415
        )

        track_id = str(self.track_id)

        valence = self.valence

        arousal = self.arousal

        quadrant: None | str
        if isinstance(self.quadrant, str):
            quadrant = self.quadrant
        else:
            quadrant = self.quadrant

        decided_by: str = self.decided_by

        predicted: dict[str, Any] | None
        if isinstance(self.predicted, TrackValenceArousalResponsePredictedType0):
            predicted = self.predicted.to_dict()
        else:
            predicted = self.predicted

        basis: None | str
        if isinstance(self.basis, str):
            basis = self.basis
        else:
            basis = self.basis

        annotated: dict[str, Any] | None
        if isinstance(self.annotated, TrackValenceArousalResponseAnnotatedType0):
            annotated = self.annotated.to_dict()
        else:
            annotated = self.annotated

        model: dict[str, Any] | None
        if isinstance(self.model, ModelReference):
            model = self.model.to_dict()
        else:
            model = self.model

        synthetic = self.synthetic

        probabilities: dict[str, Any] | None | Unset
        if isinstance(self.probabilities, Unset):
            probabilities = UNSET
        elif isinstance(self.probabilities, TrackValenceArousalResponseProbabilitiesType0):
            probabilities = self.probabilities.to_dict()
        else:
            probabilities = self.probabilities

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "valence": valence,
                "arousal": arousal,
                "quadrant": quadrant,
                "decided_by": decided_by,
                "predicted": predicted,
                "basis": basis,
                "annotated": annotated,
                "model": model,
                "synthetic": synthetic,
            }
        )
        if probabilities is not UNSET:
            field_dict["probabilities"] = probabilities

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.track_valence_arousal_response_annotated_type_0 import TrackValenceArousalResponseAnnotatedType0  # noqa: PLC0415
        from ..models.track_valence_arousal_response_predicted_type_0 import TrackValenceArousalResponsePredictedType0  # noqa: PLC0415
        from ..models.track_valence_arousal_response_probabilities_type_0 import (
            TrackValenceArousalResponseProbabilitiesType0,  # noqa: PLC0415
        )

        d = dict(src_dict)
        track_id = UUID(d.pop("track_id"))

        valence = d.pop("valence")

        arousal = d.pop("arousal")

        def _parse_quadrant(data: object) -> None | TrackValenceArousalResponseQuadrantType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                quadrant_type_0 = check_track_valence_arousal_response_quadrant_type_0(data)

                return quadrant_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrackValenceArousalResponseQuadrantType0, data)

        quadrant = _parse_quadrant(d.pop("quadrant"))

        decided_by = check_track_valence_arousal_response_decided_by(d.pop("decided_by"))

        def _parse_predicted(data: object) -> None | TrackValenceArousalResponsePredictedType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                predicted_type_0 = TrackValenceArousalResponsePredictedType0.from_dict(data)

                return predicted_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrackValenceArousalResponsePredictedType0, data)

        predicted = _parse_predicted(d.pop("predicted"))

        def _parse_basis(data: object) -> None | TrackValenceArousalResponseBasisType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                basis_type_0 = check_track_valence_arousal_response_basis_type_0(data)

                return basis_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrackValenceArousalResponseBasisType0, data)

        basis = _parse_basis(d.pop("basis"))

        def _parse_annotated(data: object) -> None | TrackValenceArousalResponseAnnotatedType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                annotated_type_0 = TrackValenceArousalResponseAnnotatedType0.from_dict(data)

                return annotated_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrackValenceArousalResponseAnnotatedType0, data)

        annotated = _parse_annotated(d.pop("annotated"))

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

        synthetic = d.pop("synthetic")

        def _parse_probabilities(data: object) -> None | TrackValenceArousalResponseProbabilitiesType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                probabilities_type_0 = TrackValenceArousalResponseProbabilitiesType0.from_dict(data)

                return probabilities_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrackValenceArousalResponseProbabilitiesType0 | Unset, data)

        probabilities = _parse_probabilities(d.pop("probabilities", UNSET))

        track_valence_arousal_response = cls(
            track_id=track_id,
            valence=valence,
            arousal=arousal,
            quadrant=quadrant,
            decided_by=decided_by,
            predicted=predicted,
            basis=basis,
            annotated=annotated,
            model=model,
            synthetic=synthetic,
            probabilities=probabilities,
        )

        track_valence_arousal_response.additional_properties = d
        return track_valence_arousal_response

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
