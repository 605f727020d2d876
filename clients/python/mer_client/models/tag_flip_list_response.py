from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_reference import ModelReference
    from ..models.tag_change_response import TagChangeResponse
    from ..models.tag_flip_response import TagFlipResponse


T = TypeVar("T", bound="TagFlipListResponse")


@_attrs_define
class TagFlipListResponse:
    """What a promotion would change of tags: a track flips that would get or lose one, by either model's thresholds.

    Attributes:
        model (ModelReference): The model that a prediction comes from.
        against (ModelReference): The model that a prediction comes from.
        compared (int): Tracks that both models have scored
        flips (int): Tracks whose answer would change
        held (int): Further differences that change nothing, because a person decides there
        next_ (None | str):
        gained (list[str]): Tags that only the candidate answers
        lost (list[str]): Tags that it does not answer any more
        changes (list[TagChangeResponse]): The most frequent first
        items (list[TagFlipResponse]):
        head (Literal['tags'] | Unset):  Default: 'tags'.
    """

    model: ModelReference
    against: ModelReference
    compared: int
    flips: int
    held: int
    next_: None | str
    gained: list[str]
    lost: list[str]
    changes: list[TagChangeResponse]
    items: list[TagFlipResponse]
    head: Literal["tags"] | Unset = "tags"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        model = self.model.to_dict()

        against = self.against.to_dict()

        compared = self.compared

        flips = self.flips

        held = self.held

        next_: None | str
        next_ = self.next_

        gained = self.gained

        lost = self.lost

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        head = self.head

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "model": model,
                "against": against,
                "compared": compared,
                "flips": flips,
                "held": held,
                "next": next_,
                "gained": gained,
                "lost": lost,
                "changes": changes,
                "items": items,
            }
        )
        if head is not UNSET:
            field_dict["head"] = head

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.tag_change_response import TagChangeResponse  # noqa: PLC0415
        from ..models.tag_flip_response import TagFlipResponse  # noqa: PLC0415

        d = dict(src_dict)
        model = ModelReference.from_dict(d.pop("model"))

        against = ModelReference.from_dict(d.pop("against"))

        compared = d.pop("compared")

        flips = d.pop("flips")

        held = d.pop("held")

        def _parse_next_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_ = _parse_next_(d.pop("next"))

        gained = cast(list[str], d.pop("gained"))

        lost = cast(list[str], d.pop("lost"))

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = TagChangeResponse.from_dict(changes_item_data)

            changes.append(changes_item)

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = TagFlipResponse.from_dict(items_item_data)

            items.append(items_item)

        head = cast(Literal["tags"] | Unset, d.pop("head", UNSET))
        if head != "tags" and not isinstance(head, Unset):
            raise ValueError(f"head must match const 'tags', got '{head}'")

        tag_flip_list_response = cls(
            model=model,
            against=against,
            compared=compared,
            flips=flips,
            held=held,
            next_=next_,
            gained=gained,
            lost=lost,
            changes=changes,
            items=items,
            head=head,
        )

        tag_flip_list_response.additional_properties = d
        return tag_flip_list_response

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
