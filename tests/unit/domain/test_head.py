from typing import Any

import pytest

from shared.domain.head import CLASSES, ModelHead


def test_a_head_names_what_it_answers_in_order() -> None:
    assert ModelHead(kind=CLASSES, name="mood4", outputs=("calm", "sad")).outputs == ("calm", "sad")


@pytest.mark.parametrize(("kind", "outputs"), [("guesses", ("calm",)), (CLASSES, ()), (CLASSES, ("sad", "sad"))])
def test_a_head_that_is_none_is_refused(kind: Any, outputs: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="a head"):
        ModelHead(kind=kind, name="mood4", outputs=outputs)
