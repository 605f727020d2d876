from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.evaluation_response_counts import EvaluationResponseCounts
    from ..models.evaluation_response_metrics import EvaluationResponseMetrics
    from ..models.evaluation_response_subset import EvaluationResponseSubset


T = TypeVar("T", bound="EvaluationResponse")


@_attrs_define
class EvaluationResponse:
    """How a model did on labelled tracks that were not in its training.

    Attributes:
        id (UUID):
        model_id (UUID):
        subset (EvaluationResponseSubset):
        counts (EvaluationResponseCounts):
        metrics (EvaluationResponseMetrics):
        made_at (datetime.datetime):
    """

    id: UUID
    model_id: UUID
    subset: EvaluationResponseSubset
    counts: EvaluationResponseCounts
    metrics: EvaluationResponseMetrics
    made_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        model_id = str(self.model_id)

        subset = self.subset.to_dict()

        counts = self.counts.to_dict()

        metrics = self.metrics.to_dict()

        made_at = self.made_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "model_id": model_id,
                "subset": subset,
                "counts": counts,
                "metrics": metrics,
                "made_at": made_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.evaluation_response_counts import EvaluationResponseCounts  # noqa: PLC0415
        from ..models.evaluation_response_metrics import EvaluationResponseMetrics  # noqa: PLC0415
        from ..models.evaluation_response_subset import EvaluationResponseSubset  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        model_id = UUID(d.pop("model_id"))

        subset = EvaluationResponseSubset.from_dict(d.pop("subset"))

        counts = EvaluationResponseCounts.from_dict(d.pop("counts"))

        metrics = EvaluationResponseMetrics.from_dict(d.pop("metrics"))

        made_at = datetime.datetime.fromisoformat(d.pop("made_at"))

        evaluation_response = cls(
            id=id,
            model_id=model_id,
            subset=subset,
            counts=counts,
            metrics=metrics,
            made_at=made_at,
        )

        evaluation_response.additional_properties = d
        return evaluation_response

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
