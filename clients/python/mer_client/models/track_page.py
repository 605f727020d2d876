from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

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
        count (int | None | Unset): Tracks of the whole list; null unless `count` or `pages` asks
        duration_s (float | None | Unset): Of the whole list, of tracks whose length is known
        pages (list[str] | None | Unset): With `pages`: the cursors of the pages that begin with track 101, 201, … of
            the list
    """

    items: list[TrackResponse]
    next_: None | str
    n_not_scored: int
    n_missing: int
    count: int | None | Unset = UNSET
    duration_s: float | None | Unset = UNSET
    pages: list[str] | None | Unset = UNSET
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

        count: int | None | Unset
        if isinstance(self.count, Unset):
            count = UNSET
        else:
            count = self.count

        duration_s: float | None | Unset
        if isinstance(self.duration_s, Unset):
            duration_s = UNSET
        else:
            duration_s = self.duration_s

        pages: list[str] | None | Unset
        if isinstance(self.pages, Unset):
            pages = UNSET
        elif isinstance(self.pages, list):
            pages = self.pages

        else:
            pages = self.pages

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
        if count is not UNSET:
            field_dict["count"] = count
        if duration_s is not UNSET:
            field_dict["duration_s"] = duration_s
        if pages is not UNSET:
            field_dict["pages"] = pages

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

        def _parse_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        count = _parse_count(d.pop("count", UNSET))

        def _parse_duration_s(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        duration_s = _parse_duration_s(d.pop("duration_s", UNSET))

        def _parse_pages(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                pages_type_0 = cast(list[str], data)

                return pages_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        pages = _parse_pages(d.pop("pages", UNSET))

        track_page = cls(
            items=items,
            next_=next_,
            n_not_scored=n_not_scored,
            n_missing=n_missing,
            count=count,
            duration_s=duration_s,
            pages=pages,
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
