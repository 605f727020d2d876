from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.feature_state_response_state import FeatureStateResponseState, check_feature_state_response_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.stale_features_response import StaleFeaturesResponse


T = TypeVar("T", bound="FeatureStateResponse")


@_attrs_define
class FeatureStateResponse:
    """The state of the features of a track.

    Attributes:
        state (FeatureStateResponseState): ready, failed, or absent: the descriptors of today's version
        spec (str):
        reason (None | str | Unset):
        detail (None | str | Unset):
        outdated (list[str] | Unset): Stages that the track has in other versions only
        stale (None | StaleFeaturesResponse | Unset): The file changed and cannot be decoded: the features are of what
            it held before
    """

    state: FeatureStateResponseState
    spec: str
    reason: None | str | Unset = UNSET
    detail: None | str | Unset = UNSET
    outdated: list[str] | Unset = UNSET
    stale: None | StaleFeaturesResponse | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.stale_features_response import StaleFeaturesResponse  # noqa: PLC0415

        state: str = self.state

        spec = self.spec

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        detail: None | str | Unset
        if isinstance(self.detail, Unset):
            detail = UNSET
        else:
            detail = self.detail

        outdated: list[str] | Unset = UNSET
        if not isinstance(self.outdated, Unset):
            outdated = self.outdated

        stale: dict[str, Any] | None | Unset
        if isinstance(self.stale, Unset):
            stale = UNSET
        elif isinstance(self.stale, StaleFeaturesResponse):
            stale = self.stale.to_dict()
        else:
            stale = self.stale

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "spec": spec,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if detail is not UNSET:
            field_dict["detail"] = detail
        if outdated is not UNSET:
            field_dict["outdated"] = outdated
        if stale is not UNSET:
            field_dict["stale"] = stale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.stale_features_response import StaleFeaturesResponse  # noqa: PLC0415

        d = dict(src_dict)
        state = check_feature_state_response_state(d.pop("state"))

        spec = d.pop("spec")

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_detail(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        detail = _parse_detail(d.pop("detail", UNSET))

        outdated = cast(list[str], d.pop("outdated", UNSET))

        def _parse_stale(data: object) -> None | StaleFeaturesResponse | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                stale_type_0 = StaleFeaturesResponse.from_dict(data)

                return stale_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | StaleFeaturesResponse | Unset, data)

        stale = _parse_stale(d.pop("stale", UNSET))

        feature_state_response = cls(
            state=state,
            spec=spec,
            reason=reason,
            detail=detail,
            outdated=outdated,
            stale=stale,
        )

        feature_state_response.additional_properties = d
        return feature_state_response

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
