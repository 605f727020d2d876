from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.start_augmentation_request_variants_item import (
    StartAugmentationRequestVariantsItem,
    check_start_augmentation_request_variants_item,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="StartAugmentationRequest")


@_attrs_define
class StartAugmentationRequest:
    """Which variants to make of every track that has features and a file.

    Example:
        {'copies': 2, 'variants': ['time_stretch', 'pitch_shift']}

    Attributes:
        variants (list[StartAugmentationRequestVariantsItem] | Unset): Some of time_stretch, pitch_shift, compression,
            background_noise
        seed (int | Unset):  Default: 0.
        copies (int | Unset): Of every track, by each of the transforms Default: 1.
    """

    variants: list[StartAugmentationRequestVariantsItem] | Unset = UNSET
    seed: int | Unset = 0
    copies: int | Unset = 1

    def to_dict(self) -> dict[str, Any]:
        variants: list[str] | Unset = UNSET
        if not isinstance(self.variants, Unset):
            variants = []
            for variants_item_data in self.variants:
                variants_item: str = variants_item_data
                variants.append(variants_item)

        seed = self.seed

        copies = self.copies

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if variants is not UNSET:
            field_dict["variants"] = variants
        if seed is not UNSET:
            field_dict["seed"] = seed
        if copies is not UNSET:
            field_dict["copies"] = copies

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _variants = d.pop("variants", UNSET)
        variants: list[StartAugmentationRequestVariantsItem] | Unset = UNSET
        if _variants is not UNSET:
            variants = []
            for variants_item_data in _variants:
                variants_item = check_start_augmentation_request_variants_item(variants_item_data)

                variants.append(variants_item)

        seed = d.pop("seed", UNSET)

        copies = d.pop("copies", UNSET)

        start_augmentation_request = cls(
            variants=variants,
            seed=seed,
            copies=copies,
        )

        return start_augmentation_request
