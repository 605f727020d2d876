from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.session_response_access import SessionResponseAccess, check_session_response_access
from ..models.session_response_role import SessionResponseRole, check_session_response_role

T = TypeVar("T", bound="SessionResponse")


@_attrs_define
class SessionResponse:
    """Who sends a request.

    Attributes:
        access (SessionResponseAccess): `open`: no key is needed here; `keyed`: by a key
        name (None | str): The name of the key, under which its holder labels; null where none is needed
        role (SessionResponseRole): `read`, `label` or `operate`; each may do all that those before it may
    """

    access: SessionResponseAccess
    name: None | str
    role: SessionResponseRole
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        access: str = self.access

        name: None | str
        name = self.name

        role: str = self.role

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "access": access,
                "name": name,
                "role": role,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        access = check_session_response_access(d.pop("access"))

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        role = check_session_response_role(d.pop("role"))

        session_response = cls(
            access=access,
            name=name,
            role=role,
        )

        session_response.additional_properties = d
        return session_response

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
