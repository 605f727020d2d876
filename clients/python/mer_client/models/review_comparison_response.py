from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.answer_figures_response import AnswerFiguresResponse


T = TypeVar("T", bound="ReviewComparisonResponse")


@_attrs_define
class ReviewComparisonResponse:
    """The answers that were kept when tracks were drawn, and the out-of-fold answers of the present model.

    Attributes:
        n_tracks (int):
        n_artists (int):
        before (AnswerFiguresResponse): How often answers agree with the person, in the whole library: each label weighs
            1 / (N · π).
        after (AnswerFiguresResponse): How often answers agree with the person, in the whole library: each label weighs
            1 / (N · π).
        difference (AnswerFiguresResponse): How often answers agree with the person, in the whole library: each label
            weighs 1 / (N · π).
    """

    n_tracks: int
    n_artists: int
    before: AnswerFiguresResponse
    after: AnswerFiguresResponse
    difference: AnswerFiguresResponse
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        n_tracks = self.n_tracks

        n_artists = self.n_artists

        before = self.before.to_dict()

        after = self.after.to_dict()

        difference = self.difference.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "n_tracks": n_tracks,
                "n_artists": n_artists,
                "before": before,
                "after": after,
                "difference": difference,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.answer_figures_response import AnswerFiguresResponse  # noqa: PLC0415

        d = dict(src_dict)
        n_tracks = d.pop("n_tracks")

        n_artists = d.pop("n_artists")

        before = AnswerFiguresResponse.from_dict(d.pop("before"))

        after = AnswerFiguresResponse.from_dict(d.pop("after"))

        difference = AnswerFiguresResponse.from_dict(d.pop("difference"))

        review_comparison_response = cls(
            n_tracks=n_tracks,
            n_artists=n_artists,
            before=before,
            after=after,
            difference=difference,
        )

        review_comparison_response.additional_properties = d
        return review_comparison_response

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
