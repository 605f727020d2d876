from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.contributing_excerpt_response import ContributingExcerptResponse
    from ..models.curve_head_response import CurveHeadResponse
    from ..models.curve_segment_response import CurveSegmentResponse
    from ..models.curve_window_response import CurveWindowResponse
    from ..models.upload_emotion_response import UploadEmotionResponse


T = TypeVar("T", bound="UploadCurveResponse")


@_attrs_define
class UploadCurveResponse:
    """The curve of a song that was sent in.

    Attributes:
        taxonomy (str):
        window_s (float):
        hop_s (float):
        is_cut_off (bool): Whether the file is longer than the five minutes that are looked at
        windows (list[CurveWindowResponse]):
        segments (list[CurveSegmentResponse]):
        excerpt (ContributingExcerptResponse | None): Null for a track so short that nothing would be left
        head (CurveHeadResponse): What the curve comes from: a small head, which is another one than the model of the
            answer.
        name (str):
        track_id (None | UUID): Where the song was to be kept: the track that it became
        answer (UploadEmotionResponse): The emotion of a song that was sent in. Example: {'basis': 'held_out',
            'coverage': 0.9, 'duration_s': 214.6, 'emotion': 'calm', 'emotion_name': 'calm', 'job_href':
            '/jobs/019aa0f3-0000-7000-8000-000000000001', 'model': {'derived': False, 'estimator': 'svm', 'href':
            '/models/019aa0f3-0000-7000-8000-000000000000', 'id': '019aa0f3-0000-7000-8000-000000000000', 'inputs':
            'descriptors', 'starter': False, 'taxonomy': 'mood4', 'version': 1}, 'name': 'my song.mp3', 'prediction_set':
            ['calm', 'sad'], 'probabilities': {'calm': 0.61, 'energetic': 0.02, 'happy': 0.05, 'sad': 0.32}, 'set_promise':
            'of 100 songs, the set holds the right word in 90', 'sets': 'marginal', 'sure': False, 'taxonomy': 'mood4',
            'track_id': '019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001'}.
    """

    taxonomy: str
    window_s: float
    hop_s: float
    is_cut_off: bool
    windows: list[CurveWindowResponse]
    segments: list[CurveSegmentResponse]
    excerpt: ContributingExcerptResponse | None
    head: CurveHeadResponse
    name: str
    track_id: None | UUID
    answer: UploadEmotionResponse
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.contributing_excerpt_response import ContributingExcerptResponse  # noqa: PLC0415

        taxonomy = self.taxonomy

        window_s = self.window_s

        hop_s = self.hop_s

        is_cut_off = self.is_cut_off

        windows = []
        for windows_item_data in self.windows:
            windows_item = windows_item_data.to_dict()
            windows.append(windows_item)

        segments = []
        for segments_item_data in self.segments:
            segments_item = segments_item_data.to_dict()
            segments.append(segments_item)

        excerpt: dict[str, Any] | None
        if isinstance(self.excerpt, ContributingExcerptResponse):
            excerpt = self.excerpt.to_dict()
        else:
            excerpt = self.excerpt

        head = self.head.to_dict()

        name = self.name

        track_id: None | str
        if isinstance(self.track_id, UUID):
            track_id = str(self.track_id)
        else:
            track_id = self.track_id

        answer = self.answer.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "taxonomy": taxonomy,
                "window_s": window_s,
                "hop_s": hop_s,
                "is_cut_off": is_cut_off,
                "windows": windows,
                "segments": segments,
                "excerpt": excerpt,
                "head": head,
                "name": name,
                "track_id": track_id,
                "answer": answer,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.contributing_excerpt_response import ContributingExcerptResponse  # noqa: PLC0415
        from ..models.curve_head_response import CurveHeadResponse  # noqa: PLC0415
        from ..models.curve_segment_response import CurveSegmentResponse  # noqa: PLC0415
        from ..models.curve_window_response import CurveWindowResponse  # noqa: PLC0415
        from ..models.upload_emotion_response import UploadEmotionResponse  # noqa: PLC0415

        d = dict(src_dict)
        taxonomy = d.pop("taxonomy")

        window_s = d.pop("window_s")

        hop_s = d.pop("hop_s")

        is_cut_off = d.pop("is_cut_off")

        windows = []
        _windows = d.pop("windows")
        for windows_item_data in _windows:
            windows_item = CurveWindowResponse.from_dict(windows_item_data)

            windows.append(windows_item)

        segments = []
        _segments = d.pop("segments")
        for segments_item_data in _segments:
            segments_item = CurveSegmentResponse.from_dict(segments_item_data)

            segments.append(segments_item)

        def _parse_excerpt(data: object) -> ContributingExcerptResponse | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                excerpt_type_0 = ContributingExcerptResponse.from_dict(data)

                return excerpt_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ContributingExcerptResponse | None, data)

        excerpt = _parse_excerpt(d.pop("excerpt"))

        head = CurveHeadResponse.from_dict(d.pop("head"))

        name = d.pop("name")

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

        answer = UploadEmotionResponse.from_dict(d.pop("answer"))

        upload_curve_response = cls(
            taxonomy=taxonomy,
            window_s=window_s,
            hop_s=hop_s,
            is_cut_off=is_cut_off,
            windows=windows,
            segments=segments,
            excerpt=excerpt,
            head=head,
            name=name,
            track_id=track_id,
            answer=answer,
        )

        upload_curve_response.additional_properties = d
        return upload_curve_response

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
