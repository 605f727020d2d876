from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.model_accuracy_response import ModelAccuracyResponse
    from ..models.model_reference import ModelReference
    from ..models.mood_summary_response import MoodSummaryResponse
    from ..models.summary_response_decided_by import SummaryResponseDecidedBy
    from ..models.summary_response_failures import SummaryResponseFailures
    from ..models.summary_response_not_music import SummaryResponseNotMusic


T = TypeVar("T", bound="SummaryResponse")


@_attrs_define
class SummaryResponse:
    """A library in counts. Missing tracks are in `n_missing` alone, and a recording counts once.

    Attributes:
        taxonomy (str): Of `moods`
        synthetic (bool): Whether this is the demo library
        counted_at (datetime.datetime): When it was counted: a large library is counted beside requests
        n_tracks (int): The sum of the next five
        n_analysed (int):
        n_pending (int): With audio, and not analysed yet
        n_stale (int): Analysed by an older version only: `POST /features/recompute` does it again
        n_failed (int):
        n_without_audio (int):
        n_missing (int): Tracks whose last file is gone
        failures (SummaryResponseFailures): Of `n_failed`, by reason
        duration_s (float): Of all tracks with a mood whose duration is known
        moods (list[MoodSummaryResponse]): In the order of the taxonomy
        decided_by (SummaryResponseDecidedBy): Of the tracks in `moods`, by `person`, `model`, `playlist`, `import`
        n_none (int): Tracks that are none of the emotions, as the model says
        n_not_music (int):
        not_music (SummaryResponseNotMusic): Of `n_not_music`, by what is heard
        n_undecided (int): Tracks without an answer: not analysed, or not scored yet
        model (ModelReference | None): Who answers; null where no model does
        accuracy (ModelAccuracyResponse | None): null where nobody answers, or it was not measured
    """

    taxonomy: str
    synthetic: bool
    counted_at: datetime.datetime
    n_tracks: int
    n_analysed: int
    n_pending: int
    n_stale: int
    n_failed: int
    n_without_audio: int
    n_missing: int
    failures: SummaryResponseFailures
    duration_s: float
    moods: list[MoodSummaryResponse]
    decided_by: SummaryResponseDecidedBy
    n_none: int
    n_not_music: int
    not_music: SummaryResponseNotMusic
    n_undecided: int
    model: ModelReference | None
    accuracy: ModelAccuracyResponse | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.model_accuracy_response import ModelAccuracyResponse  # noqa: PLC0415
        from ..models.model_reference import ModelReference  # noqa: PLC0415

        taxonomy = self.taxonomy

        synthetic = self.synthetic

        counted_at = self.counted_at.isoformat()

        n_tracks = self.n_tracks

        n_analysed = self.n_analysed

        n_pending = self.n_pending

        n_stale = self.n_stale

        n_failed = self.n_failed

        n_without_audio = self.n_without_audio

        n_missing = self.n_missing

        failures = self.failures.to_dict()

        duration_s = self.duration_s

        moods = []
        for moods_item_data in self.moods:
            moods_item = moods_item_data.to_dict()
            moods.append(moods_item)

        decided_by = self.decided_by.to_dict()

        n_none = self.n_none

        n_not_music = self.n_not_music

        not_music = self.not_music.to_dict()

        n_undecided = self.n_undecided

        model: dict[str, Any] | None
        if isinstance(self.model, ModelReference):
            model = self.model.to_dict()
        else:
            model = self.model

        accuracy: dict[str, Any] | None
        if isinstance(self.accuracy, ModelAccuracyResponse):
            accuracy = self.accuracy.to_dict()
        else:
            accuracy = self.accuracy

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "taxonomy": taxonomy,
                "synthetic": synthetic,
                "counted_at": counted_at,
                "n_tracks": n_tracks,
                "n_analysed": n_analysed,
                "n_pending": n_pending,
                "n_stale": n_stale,
                "n_failed": n_failed,
                "n_without_audio": n_without_audio,
                "n_missing": n_missing,
                "failures": failures,
                "duration_s": duration_s,
                "moods": moods,
                "decided_by": decided_by,
                "n_none": n_none,
                "n_not_music": n_not_music,
                "not_music": not_music,
                "n_undecided": n_undecided,
                "model": model,
                "accuracy": accuracy,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_accuracy_response import ModelAccuracyResponse  # noqa: PLC0415
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.mood_summary_response import MoodSummaryResponse  # noqa: PLC0415
        from ..models.summary_response_decided_by import SummaryResponseDecidedBy  # noqa: PLC0415
        from ..models.summary_response_failures import SummaryResponseFailures  # noqa: PLC0415
        from ..models.summary_response_not_music import SummaryResponseNotMusic  # noqa: PLC0415

        d = dict(src_dict)
        taxonomy = d.pop("taxonomy")

        synthetic = d.pop("synthetic")

        counted_at = datetime.datetime.fromisoformat(d.pop("counted_at"))

        n_tracks = d.pop("n_tracks")

        n_analysed = d.pop("n_analysed")

        n_pending = d.pop("n_pending")

        n_stale = d.pop("n_stale")

        n_failed = d.pop("n_failed")

        n_without_audio = d.pop("n_without_audio")

        n_missing = d.pop("n_missing")

        failures = SummaryResponseFailures.from_dict(d.pop("failures"))

        duration_s = d.pop("duration_s")

        moods = []
        _moods = d.pop("moods")
        for moods_item_data in _moods:
            moods_item = MoodSummaryResponse.from_dict(moods_item_data)

            moods.append(moods_item)

        decided_by = SummaryResponseDecidedBy.from_dict(d.pop("decided_by"))

        n_none = d.pop("n_none")

        n_not_music = d.pop("n_not_music")

        not_music = SummaryResponseNotMusic.from_dict(d.pop("not_music"))

        n_undecided = d.pop("n_undecided")

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

        def _parse_accuracy(data: object) -> ModelAccuracyResponse | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                accuracy_type_0 = ModelAccuracyResponse.from_dict(data)

                return accuracy_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ModelAccuracyResponse | None, data)

        accuracy = _parse_accuracy(d.pop("accuracy"))

        summary_response = cls(
            taxonomy=taxonomy,
            synthetic=synthetic,
            counted_at=counted_at,
            n_tracks=n_tracks,
            n_analysed=n_analysed,
            n_pending=n_pending,
            n_stale=n_stale,
            n_failed=n_failed,
            n_without_audio=n_without_audio,
            n_missing=n_missing,
            failures=failures,
            duration_s=duration_s,
            moods=moods,
            decided_by=decided_by,
            n_none=n_none,
            n_not_music=n_not_music,
            not_music=not_music,
            n_undecided=n_undecided,
            model=model,
            accuracy=accuracy,
        )

        summary_response.additional_properties = d
        return summary_response

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
