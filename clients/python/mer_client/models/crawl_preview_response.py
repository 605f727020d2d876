from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.call_count_response import CallCountResponse


T = TypeVar("T", bound="CrawlPreviewResponse")


@_attrs_define
class CrawlPreviewResponse:
    """What a crawl would fetch, with what calls, on what terms. Nothing was asked to find this out.

    Attributes:
        source (str):
        fetches (list[str]):
        calls (list[CallCountResponse]):
        n_calls_at_least (int):
        least_s (float | None): Seconds that the calls of `n_calls_at_least` wait for the source's pace
        terms (str):
        limits (list[str]):
        may_start (bool): Whether POST /crawl would accept it
        refusal (None | str | Unset): Why not, and what to set
    """

    source: str
    fetches: list[str]
    calls: list[CallCountResponse]
    n_calls_at_least: int
    least_s: float | None
    terms: str
    limits: list[str]
    may_start: bool
    refusal: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        source = self.source

        fetches = self.fetches

        calls = []
        for calls_item_data in self.calls:
            calls_item = calls_item_data.to_dict()
            calls.append(calls_item)

        n_calls_at_least = self.n_calls_at_least

        least_s: float | None
        least_s = self.least_s

        terms = self.terms

        limits = self.limits

        may_start = self.may_start

        refusal: None | str | Unset
        if isinstance(self.refusal, Unset):
            refusal = UNSET
        else:
            refusal = self.refusal

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "source": source,
                "fetches": fetches,
                "calls": calls,
                "n_calls_at_least": n_calls_at_least,
                "least_s": least_s,
                "terms": terms,
                "limits": limits,
                "may_start": may_start,
            }
        )
        if refusal is not UNSET:
            field_dict["refusal"] = refusal

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.call_count_response import CallCountResponse  # noqa: PLC0415

        d = dict(src_dict)
        source = d.pop("source")

        fetches = cast(list[str], d.pop("fetches"))

        calls = []
        _calls = d.pop("calls")
        for calls_item_data in _calls:
            calls_item = CallCountResponse.from_dict(calls_item_data)

            calls.append(calls_item)

        n_calls_at_least = d.pop("n_calls_at_least")

        def _parse_least_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        least_s = _parse_least_s(d.pop("least_s"))

        terms = d.pop("terms")

        limits = cast(list[str], d.pop("limits"))

        may_start = d.pop("may_start")

        def _parse_refusal(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        refusal = _parse_refusal(d.pop("refusal", UNSET))

        crawl_preview_response = cls(
            source=source,
            fetches=fetches,
            calls=calls,
            n_calls_at_least=n_calls_at_least,
            least_s=least_s,
            terms=terms,
            limits=limits,
            may_start=may_start,
            refusal=refusal,
        )

        crawl_preview_response.additional_properties = d
        return crawl_preview_response

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
