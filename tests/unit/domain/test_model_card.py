"""The model card as JSON."""

from dataclasses import fields

from shared.domain.model_card import ModelCard, ModelCardDocument


def test_the_shape_of_a_document_has_the_fields_of_a_card() -> None:
    assert set(ModelCardDocument.__annotations__) == {field.name for field in fields(ModelCard)}
