from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ClipResponse")


@_attrs_define
class ClipResponse:
    """Where the audio of a track came from that no file of the library holds.

    Attributes:
        source (str):
        match_score (float): How well title, artist and length of what was found fit the track: 1 is the track itself,
            below .8 nothing is taken
        fetched_at (datetime.datetime):
        kept (bool): Whether the audio is still there; most terms want it dropped once it is analysed
    """

    source: str
    match_score: float
    fetched_at: datetime.datetime
    kept: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        source = self.source

        match_score = self.match_score

        fetched_at = self.fetched_at.isoformat()

        kept = self.kept

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "source": source,
                "match_score": match_score,
                "fetched_at": fetched_at,
                "kept": kept,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        source = d.pop("source")

        match_score = d.pop("match_score")

        fetched_at = datetime.datetime.fromisoformat(d.pop("fetched_at"))

        kept = d.pop("kept")

        clip_response = cls(
            source=source,
            match_score=match_score,
            fetched_at=fetched_at,
            kept=kept,
        )

        clip_response.additional_properties = d
        return clip_response

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
