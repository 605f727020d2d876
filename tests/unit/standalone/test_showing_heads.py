"""What a terminal shows of models and answers that are no class."""

import io

from rich.console import Console

from services.standalone import showing
from tests.unit.trainer.heads import TAGS, placed, tagged, trained, training_set


def shown(show, *documents) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    show(console, *documents)
    return console.export_text()


def document(candidate) -> dict[str, object]:
    card = candidate.card.to_document()
    plain = {name: card[name] for name in ("estimator", "inputs", "taxonomy", "synthetic", "metrics", "version")}
    return {"id": "0" * 36, "state": "champion", "is_default": True, "card": card, **plain}


def test_a_model_of_tags_is_shown_tag_by_tag_and_one_of_numbers_by_its_dimensions() -> None:
    x, y = tagged()
    said = shown(showing.show_model, document(trained(training_set(x, y, kind="tags", outputs=TAGS), "tree")))
    assert all(word in said for word in ("PR-AUC", "party", "ROC-AUC"))
    x, y = placed()
    plane = training_set(x, y, kind="dimensions", outputs=("valence", "arousal"))
    said = shown(showing.show_model, document(trained(plane, "tree")))
    assert all(word in said for word in ("RMSE", "arousal", "synthetic targets only"))


def test_tags_and_places_are_shown_with_what_was_chosen() -> None:
    said = shown(
        showing.show_tags, {"tags": ["dark"], "predicted": ["dark"], "probabilities": {"slow": 0.1, "dark": 0.8}}
    )
    assert said.splitlines()[0] == "dark"
    assert "✓ dark" in said
    said = shown(showing.show_place, {"valence": -0.25, "arousal": 0.5, "quadrant": "Q2"})
    assert "valence -0.25, arousal +0.50" in said
    assert "Q2" in said
