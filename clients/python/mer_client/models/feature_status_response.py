from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.feature_status_response_not_music import FeatureStatusResponseNotMusic
    from ..models.feature_status_response_stages import FeatureStatusResponseStages
    from ..models.pack_response import PackResponse
    from ..models.stored_arrays_response import StoredArraysResponse
    from ..models.tagger_problem_response import TaggerProblemResponse
    from ..models.variant_counts_response import VariantCountsResponse


T = TypeVar("T", bound="FeatureStatusResponse")


@_attrs_define
class FeatureStatusResponse:
    """How the features of all tracks stand under the spec of today.

    Attributes:
        spec (str):
        n_tracks (int):
        n_ready (int):
        n_failed (int):
        n_missing (int): With a file, and not computed under this spec
        n_without_audio (int):
        stages (FeatureStatusResponseStages): By stage: models go on where theirs is not outdated
        n_without_waveform (int | None): Of the ready ones with audio, whose samples are not stored; null where they are
            not to be
        stored (list[StoredArraysResponse]):
        variants (list[VariantCountsResponse]):
        packs (list[PackResponse]):
        not_music (FeatureStatusResponseNotMusic | Unset): What is heard in them → tracks that are no music, by YAMNet;
            whoever gave them a mood
        tagger_problems (list[TaggerProblemResponse] | Unset): Spec files of audio taggers that cannot be used; `mer
            doctor` reads their graphs too
    """

    spec: str
    n_tracks: int
    n_ready: int
    n_failed: int
    n_missing: int
    n_without_audio: int
    stages: FeatureStatusResponseStages
    n_without_waveform: int | None
    stored: list[StoredArraysResponse]
    variants: list[VariantCountsResponse]
    packs: list[PackResponse]
    not_music: FeatureStatusResponseNotMusic | Unset = UNSET
    tagger_problems: list[TaggerProblemResponse] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        spec = self.spec

        n_tracks = self.n_tracks

        n_ready = self.n_ready

        n_failed = self.n_failed

        n_missing = self.n_missing

        n_without_audio = self.n_without_audio

        stages = self.stages.to_dict()

        n_without_waveform: int | None
        n_without_waveform = self.n_without_waveform

        stored = []
        for stored_item_data in self.stored:
            stored_item = stored_item_data.to_dict()
            stored.append(stored_item)

        variants = []
        for variants_item_data in self.variants:
            variants_item = variants_item_data.to_dict()
            variants.append(variants_item)

        packs = []
        for packs_item_data in self.packs:
            packs_item = packs_item_data.to_dict()
            packs.append(packs_item)

        not_music: dict[str, Any] | Unset = UNSET
        if not isinstance(self.not_music, Unset):
            not_music = self.not_music.to_dict()

        tagger_problems: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.tagger_problems, Unset):
            tagger_problems = []
            for tagger_problems_item_data in self.tagger_problems:
                tagger_problems_item = tagger_problems_item_data.to_dict()
                tagger_problems.append(tagger_problems_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "spec": spec,
                "n_tracks": n_tracks,
                "n_ready": n_ready,
                "n_failed": n_failed,
                "n_missing": n_missing,
                "n_without_audio": n_without_audio,
                "stages": stages,
                "n_without_waveform": n_without_waveform,
                "stored": stored,
                "variants": variants,
                "packs": packs,
            }
        )
        if not_music is not UNSET:
            field_dict["not_music"] = not_music
        if tagger_problems is not UNSET:
            field_dict["tagger_problems"] = tagger_problems

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.feature_status_response_not_music import FeatureStatusResponseNotMusic  # noqa: PLC0415
        from ..models.feature_status_response_stages import FeatureStatusResponseStages  # noqa: PLC0415
        from ..models.pack_response import PackResponse  # noqa: PLC0415
        from ..models.stored_arrays_response import StoredArraysResponse  # noqa: PLC0415
        from ..models.tagger_problem_response import TaggerProblemResponse  # noqa: PLC0415
        from ..models.variant_counts_response import VariantCountsResponse  # noqa: PLC0415

        d = dict(src_dict)
        spec = d.pop("spec")

        n_tracks = d.pop("n_tracks")

        n_ready = d.pop("n_ready")

        n_failed = d.pop("n_failed")

        n_missing = d.pop("n_missing")

        n_without_audio = d.pop("n_without_audio")

        stages = FeatureStatusResponseStages.from_dict(d.pop("stages"))

        def _parse_n_without_waveform(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        n_without_waveform = _parse_n_without_waveform(d.pop("n_without_waveform"))

        stored = []
        _stored = d.pop("stored")
        for stored_item_data in _stored:
            stored_item = StoredArraysResponse.from_dict(stored_item_data)

            stored.append(stored_item)

        variants = []
        _variants = d.pop("variants")
        for variants_item_data in _variants:
            variants_item = VariantCountsResponse.from_dict(variants_item_data)

            variants.append(variants_item)

        packs = []
        _packs = d.pop("packs")
        for packs_item_data in _packs:
            packs_item = PackResponse.from_dict(packs_item_data)

            packs.append(packs_item)

        _not_music = d.pop("not_music", UNSET)
        not_music: FeatureStatusResponseNotMusic | Unset
        if isinstance(_not_music, Unset):
            not_music = UNSET
        else:
            not_music = FeatureStatusResponseNotMusic.from_dict(_not_music)

        _tagger_problems = d.pop("tagger_problems", UNSET)
        tagger_problems: list[TaggerProblemResponse] | Unset = UNSET
        if _tagger_problems is not UNSET:
            tagger_problems = []
            for tagger_problems_item_data in _tagger_problems:
                tagger_problems_item = TaggerProblemResponse.from_dict(tagger_problems_item_data)

                tagger_problems.append(tagger_problems_item)

        feature_status_response = cls(
            spec=spec,
            n_tracks=n_tracks,
            n_ready=n_ready,
            n_failed=n_failed,
            n_missing=n_missing,
            n_without_audio=n_without_audio,
            stages=stages,
            n_without_waveform=n_without_waveform,
            stored=stored,
            variants=variants,
            packs=packs,
            not_music=not_music,
            tagger_problems=tagger_problems,
        )

        feature_status_response.additional_properties = d
        return feature_status_response

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
