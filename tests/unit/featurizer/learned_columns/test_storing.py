from services.featurizer.learned_columns.storing import has_all_taggers
from shared.domain.learned_columns import LEARNED_SPEC


def test_columns_are_made_of_all_taggers_in_the_versions_that_they_were_learned_from() -> None:
    versions = LEARNED_SPEC.tagger_versions
    assert has_all_taggers({**versions, "mine": "0123456789ab"})
    assert not has_all_taggers({name: digits for name, digits in versions.items() if name != "chords"})
    assert not has_all_taggers({**versions, "chords": "0123456789ab"})
