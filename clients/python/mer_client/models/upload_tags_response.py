from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.upload_tags_response_basis import UploadTagsResponseBasis, check_upload_tags_response_basis

if TYPE_CHECKING:
    from ..models.model_reference import ModelReference
    from ..models.upload_tags_response_probabilities import UploadTagsResponseProbabilities
    from ..models.upload_tags_response_thresholds import UploadTagsResponseThresholds


T = TypeVar("T", bound="UploadTagsResponse")


@_attrs_define
class UploadTagsResponse:
    """The tags of a song that was sent in.

    Attributes:
        name (str):
        taxonomy (str): tags
        tags (list[str]):
        predicted (list[str]): The same: nobody has tagged the song
        probabilities (UploadTagsResponseProbabilities):
        thresholds (UploadTagsResponseThresholds):
        basis (UploadTagsResponseBasis): What the model's prediction rests on: `held_out` (the track is not in its
            training set), `out_of_fold` (it is; predicted by a model fitted without it), `in_sample` (predicted by the
            model that learned from it); null where no model answers
        model (ModelReference): The model that a prediction comes from.
        duration_s (float | None):
        track_id (None | UUID): Where the song was to be kept: the track that it became
        job_href (str):
    """

    name: str
    taxonomy: str
    tags: list[str]
    predicted: list[str]
    probabilities: UploadTagsResponseProbabilities
    thresholds: UploadTagsResponseThresholds
    basis: UploadTagsResponseBasis
    model: ModelReference
    duration_s: float | None
    track_id: None | UUID
    job_href: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        taxonomy = self.taxonomy

        tags = self.tags

        predicted = self.predicted

        probabilities = self.probabilities.to_dict()

        thresholds = self.thresholds.to_dict()

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

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "taxonomy": taxonomy,
                "tags": tags,
                "predicted": predicted,
                "probabilities": probabilities,
                "thresholds": thresholds,
                "basis": basis,
                "model": model,
                "duration_s": duration_s,
                "track_id": track_id,
                "job_href": job_href,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.upload_tags_response_probabilities import UploadTagsResponseProbabilities  # noqa: PLC0415
        from ..models.upload_tags_response_thresholds import UploadTagsResponseThresholds  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        taxonomy = d.pop("taxonomy")

        tags = cast(list[str], d.pop("tags"))

        predicted = cast(list[str], d.pop("predicted"))

        probabilities = UploadTagsResponseProbabilities.from_dict(d.pop("probabilities"))

        thresholds = UploadTagsResponseThresholds.from_dict(d.pop("thresholds"))

        basis = check_upload_tags_response_basis(d.pop("basis"))

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

        upload_tags_response = cls(
            name=name,
            taxonomy=taxonomy,
            tags=tags,
            predicted=predicted,
            probabilities=probabilities,
            thresholds=thresholds,
            basis=basis,
            model=model,
            duration_s=duration_s,
            track_id=track_id,
            job_href=job_href,
        )

        upload_tags_response.additional_properties = d
        return upload_tags_response

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
