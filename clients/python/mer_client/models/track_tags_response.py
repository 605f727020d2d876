from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.track_tags_response_basis_type_0 import (
    TrackTagsResponseBasisType0,
    check_track_tags_response_basis_type_0,
)
from ..models.track_tags_response_decided_by import TrackTagsResponseDecidedBy, check_track_tags_response_decided_by

if TYPE_CHECKING:
    from ..models.model_reference import ModelReference
    from ..models.track_tags_response_probabilities import TrackTagsResponseProbabilities
    from ..models.track_tags_response_thresholds import TrackTagsResponseThresholds


T = TypeVar("T", bound="TrackTagsResponse")


@_attrs_define
class TrackTagsResponse:
    """The tags of a track.

    Attributes:
        track_id (UUID):
        tags (list[str]): A person's where one gave any, else what the model chose, else, where no model answers, those
            of the other annotators
        decided_by (TrackTagsResponseDecidedBy): `person`, `model`, `playlist` or `import`; null where nobody did
        predicted (list[str] | None): At or above their thresholds, the likeliest first; may be empty; null where no
            model answers
        probabilities (TrackTagsResponseProbabilities): Of each tag by itself: they do not sum to 1
        thresholds (TrackTagsResponseThresholds): From which probability on each tag is given
        basis (None | TrackTagsResponseBasisType0): What the model's prediction rests on: `held_out` (the track is not
            in its training set), `out_of_fold` (it is; predicted by a model fitted without it), `in_sample` (predicted by
            the model that learned from it); null where no model answers
        annotated (list[str]): What the strongest annotators say, in small letters
        model (ModelReference | None): Null where no model answers: annotators decided
        synthetic (bool):
    """

    track_id: UUID
    tags: list[str]
    decided_by: TrackTagsResponseDecidedBy
    predicted: list[str] | None
    probabilities: TrackTagsResponseProbabilities
    thresholds: TrackTagsResponseThresholds
    basis: None | TrackTagsResponseBasisType0
    annotated: list[str]
    model: ModelReference | None
    synthetic: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.model_reference import ModelReference  # noqa: PLC0415

        track_id = str(self.track_id)

        tags = self.tags

        decided_by: str = self.decided_by

        predicted: list[str] | None
        if isinstance(self.predicted, list):
            predicted = self.predicted

        else:
            predicted = self.predicted

        probabilities = self.probabilities.to_dict()

        thresholds = self.thresholds.to_dict()

        basis: None | str
        if isinstance(self.basis, str):
            basis = self.basis
        else:
            basis = self.basis

        annotated = self.annotated

        model: dict[str, Any] | None
        if isinstance(self.model, ModelReference):
            model = self.model.to_dict()
        else:
            model = self.model

        synthetic = self.synthetic

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "tags": tags,
                "decided_by": decided_by,
                "predicted": predicted,
                "probabilities": probabilities,
                "thresholds": thresholds,
                "basis": basis,
                "annotated": annotated,
                "model": model,
                "synthetic": synthetic,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.track_tags_response_probabilities import TrackTagsResponseProbabilities  # noqa: PLC0415
        from ..models.track_tags_response_thresholds import TrackTagsResponseThresholds  # noqa: PLC0415

        d = dict(src_dict)
        track_id = UUID(d.pop("track_id"))

        tags = cast(list[str], d.pop("tags"))

        decided_by = check_track_tags_response_decided_by(d.pop("decided_by"))

        def _parse_predicted(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                predicted_type_0 = cast(list[str], data)

                return predicted_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        predicted = _parse_predicted(d.pop("predicted"))

        probabilities = TrackTagsResponseProbabilities.from_dict(d.pop("probabilities"))

        thresholds = TrackTagsResponseThresholds.from_dict(d.pop("thresholds"))

        def _parse_basis(data: object) -> None | TrackTagsResponseBasisType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                basis_type_0 = check_track_tags_response_basis_type_0(data)

                return basis_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrackTagsResponseBasisType0, data)

        basis = _parse_basis(d.pop("basis"))

        annotated = cast(list[str], d.pop("annotated"))

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

        track_tags_response = cls(
            track_id=track_id,
            tags=tags,
            decided_by=decided_by,
            predicted=predicted,
            probabilities=probabilities,
            thresholds=thresholds,
            basis=basis,
            annotated=annotated,
            model=model,
            synthetic=synthetic,
        )

        track_tags_response.additional_properties = d
        return track_tags_response

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
