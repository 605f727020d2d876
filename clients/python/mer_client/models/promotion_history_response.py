from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PromotionHistoryResponse")


@_attrs_define
class PromotionHistoryResponse:
    """A promotion or a roll-back.

    Attributes:
        id (int):
        kind (str):
        taxonomy (str):
        inputs (str):
        synthetic (bool):
        from_model_id (None | UUID):
        to_model_id (None | UUID):
        who (str):
        why (str):
        n_tried (int | None):
        at (datetime.datetime):
    """

    id: int
    kind: str
    taxonomy: str
    inputs: str
    synthetic: bool
    from_model_id: None | UUID
    to_model_id: None | UUID
    who: str
    why: str
    n_tried: int | None
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind = self.kind

        taxonomy = self.taxonomy

        inputs = self.inputs

        synthetic = self.synthetic

        from_model_id: None | str
        if isinstance(self.from_model_id, UUID):
            from_model_id = str(self.from_model_id)
        else:
            from_model_id = self.from_model_id

        to_model_id: None | str
        if isinstance(self.to_model_id, UUID):
            to_model_id = str(self.to_model_id)
        else:
            to_model_id = self.to_model_id

        who = self.who

        why = self.why

        n_tried: int | None
        n_tried = self.n_tried

        at = self.at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "taxonomy": taxonomy,
                "inputs": inputs,
                "synthetic": synthetic,
                "from_model_id": from_model_id,
                "to_model_id": to_model_id,
                "who": who,
                "why": why,
                "n_tried": n_tried,
                "at": at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = d.pop("kind")

        taxonomy = d.pop("taxonomy")

        inputs = d.pop("inputs")

        synthetic = d.pop("synthetic")

        def _parse_from_model_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                from_model_id_type_0 = UUID(data)

                return from_model_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        from_model_id = _parse_from_model_id(d.pop("from_model_id"))

        def _parse_to_model_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                to_model_id_type_0 = UUID(data)

                return to_model_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        to_model_id = _parse_to_model_id(d.pop("to_model_id"))

        who = d.pop("who")

        why = d.pop("why")

        def _parse_n_tried(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        n_tried = _parse_n_tried(d.pop("n_tried"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        promotion_history_response = cls(
            id=id,
            kind=kind,
            taxonomy=taxonomy,
            inputs=inputs,
            synthetic=synthetic,
            from_model_id=from_model_id,
            to_model_id=to_model_id,
            who=who,
            why=why,
            n_tried=n_tried,
            at=at,
        )

        promotion_history_response.additional_properties = d
        return promotion_history_response

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
