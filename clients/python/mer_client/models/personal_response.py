from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PersonalResponse")


@_attrs_define
class PersonalResponse:
    """Whose answer it is, and what their labels changed of it.

    Attributes:
        annotator (str):
        n_labels (int): Labels of this person in the taxonomy, whatever they are used for
        n_fitted (int): Labels that the prediction was fitted to: those of tracks with a prediction that is not in-
            sample
        strength (float | None): Of the penalty on what differs from the shared model; null is infinite: the shared
            model predicts
        shared (bool): Whether the prediction is that of the shared model, unchanged
        current (bool): Whether the labels of now are taken into account: they are within seconds
        fitted_at (datetime.datetime | None): Null where nothing was fitted yet
    """

    annotator: str
    n_labels: int
    n_fitted: int
    strength: float | None
    shared: bool
    current: bool
    fitted_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        annotator = self.annotator

        n_labels = self.n_labels

        n_fitted = self.n_fitted

        strength: float | None
        strength = self.strength

        shared = self.shared

        current = self.current

        fitted_at: None | str
        if isinstance(self.fitted_at, datetime.datetime):
            fitted_at = self.fitted_at.isoformat()
        else:
            fitted_at = self.fitted_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "annotator": annotator,
                "n_labels": n_labels,
                "n_fitted": n_fitted,
                "strength": strength,
                "shared": shared,
                "current": current,
                "fitted_at": fitted_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        annotator = d.pop("annotator")

        n_labels = d.pop("n_labels")

        n_fitted = d.pop("n_fitted")

        def _parse_strength(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        strength = _parse_strength(d.pop("strength"))

        shared = d.pop("shared")

        current = d.pop("current")

        def _parse_fitted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                fitted_at_type_0 = datetime.datetime.fromisoformat(data)

                return fitted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        fitted_at = _parse_fitted_at(d.pop("fitted_at"))

        personal_response = cls(
            annotator=annotator,
            n_labels=n_labels,
            n_fitted=n_fitted,
            strength=strength,
            shared=shared,
            current=current,
            fitted_at=fitted_at,
        )

        personal_response.additional_properties = d
        return personal_response

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
