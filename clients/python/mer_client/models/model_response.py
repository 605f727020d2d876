from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.model_response_state import ModelResponseState, check_model_response_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_response_card import ModelResponseCard
    from ..models.model_response_curve_type_0 import ModelResponseCurveType0
    from ..models.model_response_metrics import ModelResponseMetrics


T = TypeVar("T", bound="ModelResponse")


@_attrs_define
class ModelResponse:
    """A published model with its card.

    Attributes:
        id (UUID):
        version (int):
        estimator (str):
        inputs (str):
        taxonomy (str):
        href (str):
        state (ModelResponseState):
        is_default (bool): Of the champions and the starter of its taxonomy this one answers for tracks
        synthetic (bool):
        metrics (ModelResponseMetrics):
        card (ModelResponseCard):
        artefact_sha256 (str):
        created_at (datetime.datetime):
        starter (bool | Unset): Whether it ships with mer, and was not trained on your labels Default: False.
        derived (bool | Unset): Whether its answers are derived from tags, and their accuracy was not measured Default:
            False.
        curve (ModelResponseCurveType0 | None | Unset): Of `GET /models/<id>`: held-out figures of the head that makes
            curves; null where there is none
    """

    id: UUID
    version: int
    estimator: str
    inputs: str
    taxonomy: str
    href: str
    state: ModelResponseState
    is_default: bool
    synthetic: bool
    metrics: ModelResponseMetrics
    card: ModelResponseCard
    artefact_sha256: str
    created_at: datetime.datetime
    starter: bool | Unset = False
    derived: bool | Unset = False
    curve: ModelResponseCurveType0 | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.model_response_curve_type_0 import ModelResponseCurveType0  # noqa: PLC0415

        id = str(self.id)

        version = self.version

        estimator = self.estimator

        inputs = self.inputs

        taxonomy = self.taxonomy

        href = self.href

        state: str = self.state

        is_default = self.is_default

        synthetic = self.synthetic

        metrics = self.metrics.to_dict()

        card = self.card.to_dict()

        artefact_sha256 = self.artefact_sha256

        created_at = self.created_at.isoformat()

        starter = self.starter

        derived = self.derived

        curve: dict[str, Any] | None | Unset
        if isinstance(self.curve, Unset):
            curve = UNSET
        elif isinstance(self.curve, ModelResponseCurveType0):
            curve = self.curve.to_dict()
        else:
            curve = self.curve

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "version": version,
                "estimator": estimator,
                "inputs": inputs,
                "taxonomy": taxonomy,
                "href": href,
                "state": state,
                "is_default": is_default,
                "synthetic": synthetic,
                "metrics": metrics,
                "card": card,
                "artefact_sha256": artefact_sha256,
                "created_at": created_at,
            }
        )
        if starter is not UNSET:
            field_dict["starter"] = starter
        if derived is not UNSET:
            field_dict["derived"] = derived
        if curve is not UNSET:
            field_dict["curve"] = curve

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_response_card import ModelResponseCard  # noqa: PLC0415
        from ..models.model_response_curve_type_0 import ModelResponseCurveType0  # noqa: PLC0415
        from ..models.model_response_metrics import ModelResponseMetrics  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        version = d.pop("version")

        estimator = d.pop("estimator")

        inputs = d.pop("inputs")

        taxonomy = d.pop("taxonomy")

        href = d.pop("href")

        state = check_model_response_state(d.pop("state"))

        is_default = d.pop("is_default")

        synthetic = d.pop("synthetic")

        metrics = ModelResponseMetrics.from_dict(d.pop("metrics"))

        card = ModelResponseCard.from_dict(d.pop("card"))

        artefact_sha256 = d.pop("artefact_sha256")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        starter = d.pop("starter", UNSET)

        derived = d.pop("derived", UNSET)

        def _parse_curve(data: object) -> ModelResponseCurveType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                curve_type_0 = ModelResponseCurveType0.from_dict(data)

                return curve_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ModelResponseCurveType0 | None | Unset, data)

        curve = _parse_curve(d.pop("curve", UNSET))

        model_response = cls(
            id=id,
            version=version,
            estimator=estimator,
            inputs=inputs,
            taxonomy=taxonomy,
            href=href,
            state=state,
            is_default=is_default,
            synthetic=synthetic,
            metrics=metrics,
            card=card,
            artefact_sha256=artefact_sha256,
            created_at=created_at,
            starter=starter,
            derived=derived,
            curve=curve,
        )

        model_response.additional_properties = d
        return model_response

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
