from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.answer_figures_response import AnswerFiguresResponse
    from ..models.model_reference import ModelReference
    from ..models.own_agreement_response import OwnAgreementResponse
    from ..models.review_comparison_response import ReviewComparisonResponse


T = TypeVar("T", bound="ReviewProgressResponse")


@_attrs_define
class ReviewProgressResponse:
    """What a person's labels of drawn tracks say of the model.

    Attributes:
        annotator (str): The person who is asked; labels are given under this name
        taxonomy (str):
        model (ModelReference | None): The present model; null where none answers
        n_drawn (int): Draws, without those that asked again
        n_labelled (int): Drawn tracks that the person then labelled
        n_before (int): Those of them for which a model's answer was kept and the label stands
        n_after (int): Those of them that the present model answers out of fold, and another answered
        before (AnswerFiguresResponse | None): Of the kept answers, on all `n_before` tracks
        comparison (None | ReviewComparisonResponse): Before and after, on the `n_after` tracks
        own_agreement (OwnAgreementResponse): How often the person gives the same label again after a week: the ceiling
            of every figure on their labels.
        least_labels (int | Unset): Below so many labels figures are null, and only counts are shown Default: 30.
    """

    annotator: str
    taxonomy: str
    model: ModelReference | None
    n_drawn: int
    n_labelled: int
    n_before: int
    n_after: int
    before: AnswerFiguresResponse | None
    comparison: None | ReviewComparisonResponse
    own_agreement: OwnAgreementResponse
    least_labels: int | Unset = 30
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.answer_figures_response import AnswerFiguresResponse  # noqa: PLC0415
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.review_comparison_response import ReviewComparisonResponse  # noqa: PLC0415

        annotator = self.annotator

        taxonomy = self.taxonomy

        model: dict[str, Any] | None
        if isinstance(self.model, ModelReference):
            model = self.model.to_dict()
        else:
            model = self.model

        n_drawn = self.n_drawn

        n_labelled = self.n_labelled

        n_before = self.n_before

        n_after = self.n_after

        before: dict[str, Any] | None
        if isinstance(self.before, AnswerFiguresResponse):
            before = self.before.to_dict()
        else:
            before = self.before

        comparison: dict[str, Any] | None
        if isinstance(self.comparison, ReviewComparisonResponse):
            comparison = self.comparison.to_dict()
        else:
            comparison = self.comparison

        own_agreement = self.own_agreement.to_dict()

        least_labels = self.least_labels

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "annotator": annotator,
                "taxonomy": taxonomy,
                "model": model,
                "n_drawn": n_drawn,
                "n_labelled": n_labelled,
                "n_before": n_before,
                "n_after": n_after,
                "before": before,
                "comparison": comparison,
                "own_agreement": own_agreement,
            }
        )
        if least_labels is not UNSET:
            field_dict["least_labels"] = least_labels

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.answer_figures_response import AnswerFiguresResponse  # noqa: PLC0415
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.own_agreement_response import OwnAgreementResponse  # noqa: PLC0415
        from ..models.review_comparison_response import ReviewComparisonResponse  # noqa: PLC0415

        d = dict(src_dict)
        annotator = d.pop("annotator")

        taxonomy = d.pop("taxonomy")

        def _parse_model(data: object) -> ModelReference | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                model_type_0 = ModelReference.from_dict(data)

                return model_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ModelReference | None, data)

        model = _parse_model(d.pop("model"))

        n_drawn = d.pop("n_drawn")

        n_labelled = d.pop("n_labelled")

        n_before = d.pop("n_before")

        n_after = d.pop("n_after")

        def _parse_before(data: object) -> AnswerFiguresResponse | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                before_type_0 = AnswerFiguresResponse.from_dict(data)

                return before_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AnswerFiguresResponse | None, data)

        before = _parse_before(d.pop("before"))

        def _parse_comparison(data: object) -> None | ReviewComparisonResponse:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                comparison_type_0 = ReviewComparisonResponse.from_dict(data)

                return comparison_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ReviewComparisonResponse, data)

        comparison = _parse_comparison(d.pop("comparison"))

        own_agreement = OwnAgreementResponse.from_dict(d.pop("own_agreement"))

        least_labels = d.pop("least_labels", UNSET)

        review_progress_response = cls(
            annotator=annotator,
            taxonomy=taxonomy,
            model=model,
            n_drawn=n_drawn,
            n_labelled=n_labelled,
            n_before=n_before,
            n_after=n_after,
            before=before,
            comparison=comparison,
            own_agreement=own_agreement,
            least_labels=least_labels,
        )

        review_progress_response.additional_properties = d
        return review_progress_response

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
