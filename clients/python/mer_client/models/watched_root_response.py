from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.watched_root_response_mode import WatchedRootResponseMode, check_watched_root_response_mode

T = TypeVar("T", bound="WatchedRootResponse")


@_attrs_define
class WatchedRootResponse:
    """How a library root is watched.

    Attributes:
        root (str):
        mode (WatchedRootResponseMode): `events`; `rescan`: looked through every few minutes; `away`: it cannot be read
        detail (str):
        n_folders (int):
        n_files (int):
        looked_at (datetime.datetime | None):
    """

    root: str
    mode: WatchedRootResponseMode
    detail: str
    n_folders: int
    n_files: int
    looked_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        root = self.root

        mode: str = self.mode

        detail = self.detail

        n_folders = self.n_folders

        n_files = self.n_files

        looked_at: None | str
        if isinstance(self.looked_at, datetime.datetime):
            looked_at = self.looked_at.isoformat()
        else:
            looked_at = self.looked_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "root": root,
                "mode": mode,
                "detail": detail,
                "n_folders": n_folders,
                "n_files": n_files,
                "looked_at": looked_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        root = d.pop("root")

        mode = check_watched_root_response_mode(d.pop("mode"))

        detail = d.pop("detail")

        n_folders = d.pop("n_folders")

        n_files = d.pop("n_files")

        def _parse_looked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                looked_at_type_0 = datetime.datetime.fromisoformat(data)

                return looked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        looked_at = _parse_looked_at(d.pop("looked_at"))

        watched_root_response = cls(
            root=root,
            mode=mode,
            detail=detail,
            n_folders=n_folders,
            n_files=n_files,
            looked_at=looked_at,
        )

        watched_root_response.additional_properties = d
        return watched_root_response

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
