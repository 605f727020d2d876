from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.track_response import TrackResponse


T = TypeVar("T", bound="TrackPage")


@_attrs_define
class TrackPage:
    """Tracks, and how many of the library wait for their prediction.

    Attributes:
        items (list[TrackResponse]):
        next_ (None | str):
        n_not_scored (int): Tracks of the library that the champion can read and has not answered yet: it does so by
            itself
        n_missing (int): Tracks of the library whose last file is gone: `missing=only` shows them
    """

    items: list[TrackResponse]
    next_: None | str
    n_not_scored: int
    n_missing: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_: None | str
        next_ = self.next_

        n_not_scored = self.n_not_scored

        n_missing = self.n_missing

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "next": next_,
                "n_not_scored": n_not_scored,
                "n_missing": n_missing,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.track_response import TrackResponse  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = TrackResponse.from_dict(items_item_data)

            items.append(items_item)

        def _parse_next_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_ = _parse_next_(d.pop("next"))

        n_not_scored = d.pop("n_not_scored")

        n_missing = d.pop("n_missing")

        track_page = cls(
            items=items,
            next_=next_,
            n_not_scored=n_not_scored,
            n_missing=n_missing,
        )

        track_page.additional_properties = d
        return track_page

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
