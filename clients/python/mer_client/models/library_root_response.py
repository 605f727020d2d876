from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="LibraryRootResponse")


@_attrs_define
class LibraryRootResponse:
    """A folder that may be crawled.

    Attributes:
        name (str): With which the locators of its files begin
        path (str): What to send to `POST /crawl`
        n_files (int): Sound files below it, by their names; containers that may hold a film are not counted
        is_complete (bool): false: there are at least so many; looking through all folders takes longer
        problem (None | str): Why it cannot be read just now
    """

    name: str
    path: str
    n_files: int
    is_complete: bool
    problem: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        path = self.path

        n_files = self.n_files

        is_complete = self.is_complete

        problem: None | str
        problem = self.problem

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "path": path,
                "n_files": n_files,
                "is_complete": is_complete,
                "problem": problem,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        path = d.pop("path")

        n_files = d.pop("n_files")

        is_complete = d.pop("is_complete")

        def _parse_problem(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        problem = _parse_problem(d.pop("problem"))

        library_root_response = cls(
            name=name,
            path=path,
            n_files=n_files,
            is_complete=is_complete,
            problem=problem,
        )

        library_root_response.additional_properties = d
        return library_root_response

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
