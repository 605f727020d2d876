from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="AnnotateRequest")


@_attrs_define
class AnnotateRequest:
    """A person's annotation: an emotion, tags, valence and arousal, or several of them.

    Example:
        {'emotion': 'sad', 'taxonomy': 'mood4'}

    Attributes:
        emotion (None | str | Unset): One of the taxonomy, or its word: `Q1` or `happy`
        taxonomy (str | Unset): The words that `emotion` is of Default: 'mood4'.
        tags (list[str] | Unset): Free words
        valence (float | None | Unset): From unpleasant to pleasant
        arousal (float | None | Unset): From quiet to excited
    """

    emotion: None | str | Unset = UNSET
    taxonomy: str | Unset = "mood4"
    tags: list[str] | Unset = UNSET
    valence: float | None | Unset = UNSET
    arousal: float | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        emotion: None | str | Unset
        if isinstance(self.emotion, Unset):
            emotion = UNSET
        else:
            emotion = self.emotion

        taxonomy = self.taxonomy

        tags: list[str] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags

        valence: float | None | Unset
        if isinstance(self.valence, Unset):
            valence = UNSET
        else:
            valence = self.valence

        arousal: float | None | Unset
        if isinstance(self.arousal, Unset):
            arousal = UNSET
        else:
            arousal = self.arousal

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if emotion is not UNSET:
            field_dict["emotion"] = emotion
        if taxonomy is not UNSET:
            field_dict["taxonomy"] = taxonomy
        if tags is not UNSET:
            field_dict["tags"] = tags
        if valence is not UNSET:
            field_dict["valence"] = valence
        if arousal is not UNSET:
            field_dict["arousal"] = arousal

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_emotion(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        emotion = _parse_emotion(d.pop("emotion", UNSET))

        taxonomy = d.pop("taxonomy", UNSET)

        tags = cast(list[str], d.pop("tags", UNSET))

        def _parse_valence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        valence = _parse_valence(d.pop("valence", UNSET))

        def _parse_arousal(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        arousal = _parse_arousal(d.pop("arousal", UNSET))

        annotate_request = cls(
            emotion=emotion,
            taxonomy=taxonomy,
            tags=tags,
            valence=valence,
            arousal=arousal,
        )

        return annotate_request
