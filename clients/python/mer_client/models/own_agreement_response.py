from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.interval_response import IntervalResponse


T = TypeVar("T", bound="OwnAgreementResponse")


@_attrs_define
class OwnAgreementResponse:
    """How often the person gives the same label again after a week: the ceiling of every figure on their labels.

    Attributes:
        n_asked (int): Tracks that were asked about again
        n_labelled (int):
        n_agreed (int):
        share (IntervalResponse | None): Of those labelled again, with Wilson's interval; null of none
    """

    n_asked: int
    n_labelled: int
    n_agreed: int
    share: IntervalResponse | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.interval_response import IntervalResponse  # noqa: PLC0415

        n_asked = self.n_asked

        n_labelled = self.n_labelled

        n_agreed = self.n_agreed

        share: dict[str, Any] | None
        if isinstance(self.share, IntervalResponse):
            share = self.share.to_dict()
        else:
            share = self.share

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "n_asked": n_asked,
                "n_labelled": n_labelled,
                "n_agreed": n_agreed,
                "share": share,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.interval_response import IntervalResponse  # noqa: PLC0415

        d = dict(src_dict)
        n_asked = d.pop("n_asked")

        n_labelled = d.pop("n_labelled")

        n_agreed = d.pop("n_agreed")

        def _parse_share(data: object) -> IntervalResponse | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                share_type_0 = IntervalResponse.from_dict(data)

                return share_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(IntervalResponse | None, data)

        share = _parse_share(d.pop("share"))

        own_agreement_response = cls(
            n_asked=n_asked,
            n_labelled=n_labelled,
            n_agreed=n_agreed,
            share=share,
        )

        own_agreement_response.additional_properties = d
        return own_agreement_response

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
