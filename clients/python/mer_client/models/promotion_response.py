from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.promotion_response_state import PromotionResponseState, check_promotion_response_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.promotion_response_card import PromotionResponseCard
    from ..models.promotion_response_curve_type_0 import PromotionResponseCurveType0
    from ..models.promotion_response_metrics import PromotionResponseMetrics


T = TypeVar("T", bound="PromotionResponse")


@_attrs_define
class PromotionResponse:
    """The model that answers now, why, and the job that scores the library with it.

    Attributes:
        id (UUID):
        version (int):
        estimator (str):
        inputs (str):
        taxonomy (str):
        href (str):
        state (PromotionResponseState):
        is_default (bool): Of the champions and the starter of its taxonomy this one answers for tracks
        synthetic (bool):
        metrics (PromotionResponseMetrics):
        card (PromotionResponseCard):
        artefact_sha256 (str):
        created_at (datetime.datetime):
        why (str):
        job_href (None | str): Null where nothing changed: it was the champion already
        starter (bool | Unset): Whether it ships with mer, and was not trained on your labels Default: False.
        derived (bool | Unset): Whether its answers are derived from tags, and their accuracy was not measured Default:
            False.
        curve (None | PromotionResponseCurveType0 | Unset): Of `GET /models/<id>`: held-out figures of the head that
            makes curves; null where there is none
    """

    id: UUID
    version: int
    estimator: str
    inputs: str
    taxonomy: str
    href: str
    state: PromotionResponseState
    is_default: bool
    synthetic: bool
    metrics: PromotionResponseMetrics
    card: PromotionResponseCard
    artefact_sha256: str
    created_at: datetime.datetime
    why: str
    job_href: None | str
    starter: bool | Unset = False
    derived: bool | Unset = False
    curve: None | PromotionResponseCurveType0 | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.promotion_response_curve_type_0 import PromotionResponseCurveType0  # noqa: PLC0415

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

        why = self.why

        job_href: None | str
        job_href = self.job_href

        starter = self.starter

        derived = self.derived

        curve: dict[str, Any] | None | Unset
        if isinstance(self.curve, Unset):
            curve = UNSET
        elif isinstance(self.curve, PromotionResponseCurveType0):
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
                "why": why,
                "job_href": job_href,
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
        from ..models.promotion_response_card import PromotionResponseCard  # noqa: PLC0415
        from ..models.promotion_response_curve_type_0 import PromotionResponseCurveType0  # noqa: PLC0415
        from ..models.promotion_response_metrics import PromotionResponseMetrics  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        version = d.pop("version")

        estimator = d.pop("estimator")

        inputs = d.pop("inputs")

        taxonomy = d.pop("taxonomy")

        href = d.pop("href")

        state = check_promotion_response_state(d.pop("state"))

        is_default = d.pop("is_default")

        synthetic = d.pop("synthetic")

        metrics = PromotionResponseMetrics.from_dict(d.pop("metrics"))

        card = PromotionResponseCard.from_dict(d.pop("card"))

        artefact_sha256 = d.pop("artefact_sha256")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        why = d.pop("why")

        def _parse_job_href(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job_href = _parse_job_href(d.pop("job_href"))

        starter = d.pop("starter", UNSET)

        derived = d.pop("derived", UNSET)

        def _parse_curve(data: object) -> None | PromotionResponseCurveType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                curve_type_0 = PromotionResponseCurveType0.from_dict(data)

                return curve_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PromotionResponseCurveType0 | Unset, data)

        curve = _parse_curve(d.pop("curve", UNSET))

        promotion_response = cls(
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
            why=why,
            job_href=job_href,
            starter=starter,
            derived=derived,
            curve=curve,
        )

        promotion_response.additional_properties = d
        return promotion_response

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
