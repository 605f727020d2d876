from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.annotator_count import AnnotatorCount
    from ..models.dataset_report_response_conflicts_by_pair import DatasetReportResponseConflictsByPair
    from ..models.dataset_report_response_decisions import DatasetReportResponseDecisions
    from ..models.dataset_report_response_features import DatasetReportResponseFeatures
    from ..models.dataset_report_response_moods import DatasetReportResponseMoods
    from ..models.dataset_report_response_out_of_domain import DatasetReportResponseOutOfDomain
    from ..models.dataset_report_response_sources import DatasetReportResponseSources
    from ..models.duplicate_counts_response import DuplicateCountsResponse
    from ..models.label_conflict_response import LabelConflictResponse


T = TypeVar("T", bound="DatasetReportResponse")


@_attrs_define
class DatasetReportResponse:
    """What there is in the library.

    Attributes:
        taxonomy (str):
        library (str):
        n_left_out (int): Tracks of the other library, which are not counted here
        left_out (None | str): The same in words, and how to count them; null where there are none
        n_tracks (int):
        n_labelled (int):
        n_with_audio (int):
        n_with_features (int):
        n_with_catalogue (int): With every catalogue column that a model reads of their origin
        n_not_scored (int): Tracks that the champion can read and has not answered yet
        decisions (DatasetReportResponseDecisions): The emotion that stands → who decided → tracks; `undecided` where
            nothing is known
        moods (DatasetReportResponseMoods): Mood → tracks, with audio, with features, with catalogue columns
        sources (DatasetReportResponseSources): Source → mood → tracks
        annotators (list[AnnotatorCount]): The one with the most words first
        features (DatasetReportResponseFeatures):
        duplicates (DuplicateCountsResponse): Tracks too many, by what they share. None of these alone makes two tracks
            one.
        n_conflicts (int):
        conflicts_by_pair (DatasetReportResponseConflictsByPair):
        conflicts (list[LabelConflictResponse]): The first 50
        out_of_domain (DatasetReportResponseOutOfDomain | Unset): What is heard in them → tracks that are no music; they
            are not among the decisions
    """

    taxonomy: str
    library: str
    n_left_out: int
    left_out: None | str
    n_tracks: int
    n_labelled: int
    n_with_audio: int
    n_with_features: int
    n_with_catalogue: int
    n_not_scored: int
    decisions: DatasetReportResponseDecisions
    moods: DatasetReportResponseMoods
    sources: DatasetReportResponseSources
    annotators: list[AnnotatorCount]
    features: DatasetReportResponseFeatures
    duplicates: DuplicateCountsResponse
    n_conflicts: int
    conflicts_by_pair: DatasetReportResponseConflictsByPair
    conflicts: list[LabelConflictResponse]
    out_of_domain: DatasetReportResponseOutOfDomain | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        taxonomy = self.taxonomy

        library = self.library

        n_left_out = self.n_left_out

        left_out: None | str
        left_out = self.left_out

        n_tracks = self.n_tracks

        n_labelled = self.n_labelled

        n_with_audio = self.n_with_audio

        n_with_features = self.n_with_features

        n_with_catalogue = self.n_with_catalogue

        n_not_scored = self.n_not_scored

        decisions = self.decisions.to_dict()

        moods = self.moods.to_dict()

        sources = self.sources.to_dict()

        annotators = []
        for annotators_item_data in self.annotators:
            annotators_item = annotators_item_data.to_dict()
            annotators.append(annotators_item)

        features = self.features.to_dict()

        duplicates = self.duplicates.to_dict()

        n_conflicts = self.n_conflicts

        conflicts_by_pair = self.conflicts_by_pair.to_dict()

        conflicts = []
        for conflicts_item_data in self.conflicts:
            conflicts_item = conflicts_item_data.to_dict()
            conflicts.append(conflicts_item)

        out_of_domain: dict[str, Any] | Unset = UNSET
        if not isinstance(self.out_of_domain, Unset):
            out_of_domain = self.out_of_domain.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "taxonomy": taxonomy,
                "library": library,
                "n_left_out": n_left_out,
                "left_out": left_out,
                "n_tracks": n_tracks,
                "n_labelled": n_labelled,
                "n_with_audio": n_with_audio,
                "n_with_features": n_with_features,
                "n_with_catalogue": n_with_catalogue,
                "n_not_scored": n_not_scored,
                "decisions": decisions,
                "moods": moods,
                "sources": sources,
                "annotators": annotators,
                "features": features,
                "duplicates": duplicates,
                "n_conflicts": n_conflicts,
                "conflicts_by_pair": conflicts_by_pair,
                "conflicts": conflicts,
            }
        )
        if out_of_domain is not UNSET:
            field_dict["out_of_domain"] = out_of_domain

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.annotator_count import AnnotatorCount  # noqa: PLC0415
        from ..models.dataset_report_response_conflicts_by_pair import DatasetReportResponseConflictsByPair  # noqa: PLC0415
        from ..models.dataset_report_response_decisions import DatasetReportResponseDecisions  # noqa: PLC0415
        from ..models.dataset_report_response_features import DatasetReportResponseFeatures  # noqa: PLC0415
        from ..models.dataset_report_response_moods import DatasetReportResponseMoods  # noqa: PLC0415
        from ..models.dataset_report_response_out_of_domain import DatasetReportResponseOutOfDomain  # noqa: PLC0415
        from ..models.dataset_report_response_sources import DatasetReportResponseSources  # noqa: PLC0415
        from ..models.duplicate_counts_response import DuplicateCountsResponse  # noqa: PLC0415
        from ..models.label_conflict_response import LabelConflictResponse  # noqa: PLC0415

        d = dict(src_dict)
        taxonomy = d.pop("taxonomy")

        library = d.pop("library")

        n_left_out = d.pop("n_left_out")

        def _parse_left_out(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        left_out = _parse_left_out(d.pop("left_out"))

        n_tracks = d.pop("n_tracks")

        n_labelled = d.pop("n_labelled")

        n_with_audio = d.pop("n_with_audio")

        n_with_features = d.pop("n_with_features")

        n_with_catalogue = d.pop("n_with_catalogue")

        n_not_scored = d.pop("n_not_scored")

        decisions = DatasetReportResponseDecisions.from_dict(d.pop("decisions"))

        moods = DatasetReportResponseMoods.from_dict(d.pop("moods"))

        sources = DatasetReportResponseSources.from_dict(d.pop("sources"))

        annotators = []
        _annotators = d.pop("annotators")
        for annotators_item_data in _annotators:
            annotators_item = AnnotatorCount.from_dict(annotators_item_data)

            annotators.append(annotators_item)

        features = DatasetReportResponseFeatures.from_dict(d.pop("features"))

        duplicates = DuplicateCountsResponse.from_dict(d.pop("duplicates"))

        n_conflicts = d.pop("n_conflicts")

        conflicts_by_pair = DatasetReportResponseConflictsByPair.from_dict(d.pop("conflicts_by_pair"))

        conflicts = []
        _conflicts = d.pop("conflicts")
        for conflicts_item_data in _conflicts:
            conflicts_item = LabelConflictResponse.from_dict(conflicts_item_data)

            conflicts.append(conflicts_item)

        _out_of_domain = d.pop("out_of_domain", UNSET)
        out_of_domain: DatasetReportResponseOutOfDomain | Unset
        if isinstance(_out_of_domain, Unset):
            out_of_domain = UNSET
        else:
            out_of_domain = DatasetReportResponseOutOfDomain.from_dict(_out_of_domain)

        dataset_report_response = cls(
            taxonomy=taxonomy,
            library=library,
            n_left_out=n_left_out,
            left_out=left_out,
            n_tracks=n_tracks,
            n_labelled=n_labelled,
            n_with_audio=n_with_audio,
            n_with_features=n_with_features,
            n_with_catalogue=n_with_catalogue,
            n_not_scored=n_not_scored,
            decisions=decisions,
            moods=moods,
            sources=sources,
            annotators=annotators,
            features=features,
            duplicates=duplicates,
            n_conflicts=n_conflicts,
            conflicts_by_pair=conflicts_by_pair,
            conflicts=conflicts,
            out_of_domain=out_of_domain,
        )

        dataset_report_response.additional_properties = d
        return dataset_report_response

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
