from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.review_item_response import ReviewItemResponse


T = TypeVar("T", bound="ReviewResponse")


@_attrs_define
class ReviewResponse:
    """Tracks to label next, one an artist.

    Attributes:
        annotator (str): The person who is asked; labels are given under this name
        taxonomy (str): Label them with its words
        emotions (list[str]): The emotions of the taxonomy
        n_tracks (int): The tracks with a file that were analysed and that the person has not labelled
        n_labelled (int): The tracks that the person has labelled in the taxonomy
        items (list[ReviewItemResponse]):
    """

    annotator: str
    taxonomy: str
    emotions: list[str]
    n_tracks: int
    n_labelled: int
    items: list[ReviewItemResponse]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        annotator = self.annotator

        taxonomy = self.taxonomy

        emotions = self.emotions

        n_tracks = self.n_tracks

        n_labelled = self.n_labelled

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "annotator": annotator,
                "taxonomy": taxonomy,
                "emotions": emotions,
                "n_tracks": n_tracks,
                "n_labelled": n_labelled,
                "items": items,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.review_item_response import ReviewItemResponse  # noqa: PLC0415

        d = dict(src_dict)
        annotator = d.pop("annotator")

        taxonomy = d.pop("taxonomy")

        emotions = cast(list[str], d.pop("emotions"))

        n_tracks = d.pop("n_tracks")

        n_labelled = d.pop("n_labelled")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = ReviewItemResponse.from_dict(items_item_data)

            items.append(items_item)

        review_response = cls(
            annotator=annotator,
            taxonomy=taxonomy,
            emotions=emotions,
            n_tracks=n_tracks,
            n_labelled=n_labelled,
            items=items,
        )

        review_response.additional_properties = d
        return review_response

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
