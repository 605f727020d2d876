from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="StageStatusResponse")


@_attrs_define
class StageStatusResponse:
    """How the tracks stand in one stage of the analysis.

    Attributes:
        fingerprint (str): Of the version of today: models that read it share it
        n_ready (int): Tracks with values of this version
        n_outdated (int): Tracks with values of other versions only
        n_lacking (int | None | Unset): Of an audio tagger: analysed tracks with their audio that it is still to be
            asked about; of the learned columns: tracks that have all that they are made from; null of the stages of the
            spec
    """

    fingerprint: str
    n_ready: int
    n_outdated: int
    n_lacking: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        fingerprint = self.fingerprint

        n_ready = self.n_ready

        n_outdated = self.n_outdated

        n_lacking: int | None | Unset
        if isinstance(self.n_lacking, Unset):
            n_lacking = UNSET
        else:
            n_lacking = self.n_lacking

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "fingerprint": fingerprint,
                "n_ready": n_ready,
                "n_outdated": n_outdated,
            }
        )
        if n_lacking is not UNSET:
            field_dict["n_lacking"] = n_lacking

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        fingerprint = d.pop("fingerprint")

        n_ready = d.pop("n_ready")

        n_outdated = d.pop("n_outdated")

        def _parse_n_lacking(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        n_lacking = _parse_n_lacking(d.pop("n_lacking", UNSET))

        stage_status_response = cls(
            fingerprint=fingerprint,
            n_ready=n_ready,
            n_outdated=n_outdated,
            n_lacking=n_lacking,
        )

        stage_status_response.additional_properties = d
        return stage_status_response

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
