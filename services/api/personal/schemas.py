"""What the API shows of whose answer it gives."""

from datetime import datetime

from pydantic import BaseModel, Field

from shared.store.tracks.personal_view import PersonalView


class PersonalResponse(BaseModel):
    """Whose answer it is, and what their labels changed of it."""

    annotator: str
    n_labels: int = Field(description="Labels of this person in the taxonomy, whatever they are used for")
    n_fitted: int = Field(
        description="Labels that the prediction was fitted to: those of tracks with a prediction that is not in-sample"
    )
    strength: float | None = Field(
        description="Of the penalty on what differs from the shared model; null is infinite: the shared model predicts"
    )
    shared: bool = Field(description="Whether the prediction is that of the shared model, unchanged")
    current: bool = Field(description="Whether the labels of now are taken into account: they are within seconds")
    fitted_at: datetime | None = Field(description="Null where nothing was fitted yet")

    @classmethod
    def from_view(cls, view: PersonalView) -> "PersonalResponse":
        """The response for a person's view."""
        return cls(
            annotator=view.name,
            n_labels=view.n_labels,
            n_fitted=view.row.n_labels if view.row else 0,
            strength=view.row.strength if view.row else None,
            shared=view.head is None,
            current=view.is_current,
            fitted_at=view.fitted_at,
        )


PERSONAL = Field(default=None, description="Whose answer it is; null where no `annotator` is named")
