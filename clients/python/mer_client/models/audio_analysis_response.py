from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.analysed_section_response import AnalysedSectionResponse
    from ..models.analysed_track_response import AnalysedTrackResponse
    from ..models.analysis_meta_response import AnalysisMetaResponse
    from ..models.audio_analysis_response_bars_item import AudioAnalysisResponseBarsItem
    from ..models.audio_analysis_response_beats_item import AudioAnalysisResponseBeatsItem
    from ..models.audio_analysis_response_segments_item import AudioAnalysisResponseSegmentsItem
    from ..models.audio_analysis_response_tatums_item import AudioAnalysisResponseTatumsItem
    from ..models.provenance_response import ProvenanceResponse


T = TypeVar("T", bound="AudioAnalysisResponse")


@_attrs_define
class AudioAnalysisResponse:
    """Spotify's audio analysis of a track.

    Attributes:
        meta (AnalysisMetaResponse): Who analysed.
        track (AnalysedTrackResponse): The whole track. Confidences are not measured.
        sections (list[AnalysedSectionResponse]): The segments of the mood curve, where they are known; empty before
            somebody asked for the curve
        mer (ProvenanceResponse): What the values are worth, and whose they are.
        bars (list[AudioAnalysisResponseBarsItem] | Unset): Empty: not computed
        beats (list[AudioAnalysisResponseBeatsItem] | Unset): Empty: not computed
        segments (list[AudioAnalysisResponseSegmentsItem] | Unset): Empty: not computed
        tatums (list[AudioAnalysisResponseTatumsItem] | Unset): Empty: not computed
    """

    meta: AnalysisMetaResponse
    track: AnalysedTrackResponse
    sections: list[AnalysedSectionResponse]
    mer: ProvenanceResponse
    bars: list[AudioAnalysisResponseBarsItem] | Unset = UNSET
    beats: list[AudioAnalysisResponseBeatsItem] | Unset = UNSET
    segments: list[AudioAnalysisResponseSegmentsItem] | Unset = UNSET
    tatums: list[AudioAnalysisResponseTatumsItem] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        meta = self.meta.to_dict()

        track = self.track.to_dict()

        sections = []
        for sections_item_data in self.sections:
            sections_item = sections_item_data.to_dict()
            sections.append(sections_item)

        mer = self.mer.to_dict()

        bars: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.bars, Unset):
            bars = []
            for bars_item_data in self.bars:
                bars_item = bars_item_data.to_dict()
                bars.append(bars_item)

        beats: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.beats, Unset):
            beats = []
            for beats_item_data in self.beats:
                beats_item = beats_item_data.to_dict()
                beats.append(beats_item)

        segments: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.segments, Unset):
            segments = []
            for segments_item_data in self.segments:
                segments_item = segments_item_data.to_dict()
                segments.append(segments_item)

        tatums: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.tatums, Unset):
            tatums = []
            for tatums_item_data in self.tatums:
                tatums_item = tatums_item_data.to_dict()
                tatums.append(tatums_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "meta": meta,
                "track": track,
                "sections": sections,
                "mer": mer,
            }
        )
        if bars is not UNSET:
            field_dict["bars"] = bars
        if beats is not UNSET:
            field_dict["beats"] = beats
        if segments is not UNSET:
            field_dict["segments"] = segments
        if tatums is not UNSET:
            field_dict["tatums"] = tatums

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.analysed_section_response import AnalysedSectionResponse  # noqa: PLC0415
        from ..models.analysed_track_response import AnalysedTrackResponse  # noqa: PLC0415
        from ..models.analysis_meta_response import AnalysisMetaResponse  # noqa: PLC0415
        from ..models.audio_analysis_response_bars_item import AudioAnalysisResponseBarsItem  # noqa: PLC0415
        from ..models.audio_analysis_response_beats_item import AudioAnalysisResponseBeatsItem  # noqa: PLC0415
        from ..models.audio_analysis_response_segments_item import AudioAnalysisResponseSegmentsItem  # noqa: PLC0415
        from ..models.audio_analysis_response_tatums_item import AudioAnalysisResponseTatumsItem  # noqa: PLC0415
        from ..models.provenance_response import ProvenanceResponse  # noqa: PLC0415

        d = dict(src_dict)
        meta = AnalysisMetaResponse.from_dict(d.pop("meta"))

        track = AnalysedTrackResponse.from_dict(d.pop("track"))

        sections = []
        _sections = d.pop("sections")
        for sections_item_data in _sections:
            sections_item = AnalysedSectionResponse.from_dict(sections_item_data)

            sections.append(sections_item)

        mer = ProvenanceResponse.from_dict(d.pop("mer"))

        _bars = d.pop("bars", UNSET)
        bars: list[AudioAnalysisResponseBarsItem] | Unset = UNSET
        if _bars is not UNSET:
            bars = []
            for bars_item_data in _bars:
                bars_item = AudioAnalysisResponseBarsItem.from_dict(bars_item_data)

                bars.append(bars_item)

        _beats = d.pop("beats", UNSET)
        beats: list[AudioAnalysisResponseBeatsItem] | Unset = UNSET
        if _beats is not UNSET:
            beats = []
            for beats_item_data in _beats:
                beats_item = AudioAnalysisResponseBeatsItem.from_dict(beats_item_data)

                beats.append(beats_item)

        _segments = d.pop("segments", UNSET)
        segments: list[AudioAnalysisResponseSegmentsItem] | Unset = UNSET
        if _segments is not UNSET:
            segments = []
            for segments_item_data in _segments:
                segments_item = AudioAnalysisResponseSegmentsItem.from_dict(segments_item_data)

                segments.append(segments_item)

        _tatums = d.pop("tatums", UNSET)
        tatums: list[AudioAnalysisResponseTatumsItem] | Unset = UNSET
        if _tatums is not UNSET:
            tatums = []
            for tatums_item_data in _tatums:
                tatums_item = AudioAnalysisResponseTatumsItem.from_dict(tatums_item_data)

                tatums.append(tatums_item)

        audio_analysis_response = cls(
            meta=meta,
            track=track,
            sections=sections,
            mer=mer,
            bars=bars,
            beats=beats,
            segments=segments,
            tatums=tatums,
        )

        audio_analysis_response.additional_properties = d
        return audio_analysis_response

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
