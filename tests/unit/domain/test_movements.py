import pytest

from shared.domain.movements import is_movement


@pytest.mark.parametrize(
    "title",
    [
        "I. Allegro",
        "2. Andante con moto",
        "III. Menuetto: Allegretto - Trio",
        "Finale",
        "IV - Rondo (Allegro ma non troppo)",
        "Adagio sostenuto",
        "Movement 2",
        "Mvt. III",
        "Prélude",
    ],
)
def test_a_number_with_a_tempo_or_a_form_is_a_movement(title: str) -> None:
    assert is_movement(title)


@pytest.mark.parametrize(
    "title",
    [
        "Sonata No. 14: I. Adagio",
        "Allegro Barbaro Song",
        "Ode to Joy",
        "1999",
        "No. 1",
        "",
        None,
        "In the End",
        "Part of Me",
    ],
)
def test_a_title_that_names_something_else_is_none(title: str | None) -> None:
    assert not is_movement(title)
