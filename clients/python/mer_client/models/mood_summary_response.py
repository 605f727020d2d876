from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.summary_track_response import SummaryTrackResponse


T = TypeVar("T", bound="MoodSummaryResponse")


@_attrs_define
class MoodSummaryResponse:
    """The tracks that are decided to be one emotion.

    Attributes:
        emotion (str):
        emotion_name (None | str): The word for `emotion`: of `quadrant4` happy, tense, sad or calm, of other taxonomies
            `emotion` itself; null where `emotion` is null
        n_tracks (int): As `GET /tracks?emotion=…` lists them
        n_unsure (int): Of them, tracks that a model decided and whose prediction set holds three emotions or more
        duration_s (float): Of the tracks whose duration is known
        by_probability (list[int]): Tracks that the model decided, by the probability of its answer: twenty bins of
            equal width
        examples (list[SummaryTrackResponse]): The first three of the list
    """

    emotion: str
    emotion_name: None | str
    n_tracks: int
    n_unsure: int
    duration_s: float
    by_probability: list[int]
    examples: list[SummaryTrackResponse]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        emotion = self.emotion

        emotion_name: None | str
        emotion_name = self.emotion_name

        n_tracks = self.n_tracks

        n_unsure = self.n_unsure

        duration_s = self.duration_s

        by_probability = self.by_probability

        examples = []
        for examples_item_data in self.examples:
            examples_item = examples_item_data.to_dict()
            examples.append(examples_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "emotion": emotion,
                "emotion_name": emotion_name,
                "n_tracks": n_tracks,
                "n_unsure": n_unsure,
                "duration_s": duration_s,
                "by_probability": by_probability,
                "examples": examples,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.summary_track_response import SummaryTrackResponse  # noqa: PLC0415

        d = dict(src_dict)
        emotion = d.pop("emotion")

        def _parse_emotion_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        emotion_name = _parse_emotion_name(d.pop("emotion_name"))

        n_tracks = d.pop("n_tracks")

        n_unsure = d.pop("n_unsure")

        duration_s = d.pop("duration_s")

        by_probability = cast(list[int], d.pop("by_probability"))

        examples = []
        _examples = d.pop("examples")
        for examples_item_data in _examples:
            examples_item = SummaryTrackResponse.from_dict(examples_item_data)

            examples.append(examples_item)

        mood_summary_response = cls(
            emotion=emotion,
            emotion_name=emotion_name,
            n_tracks=n_tracks,
            n_unsure=n_unsure,
            duration_s=duration_s,
            by_probability=by_probability,
            examples=examples,
        )

        mood_summary_response.additional_properties = d
        return mood_summary_response

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
