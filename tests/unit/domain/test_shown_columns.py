from shared.domain.catalogue import COMPUTED
from shared.domain.learned_columns import LEARNED_NULL_REASONS, ShownColumns

PROXIES = ShownColumns(
    values={"valence": 0.3, "speechiness": None, "tempo": None},
    statuses={"valence": "proxy", "speechiness": "null", "tempo": "null"},
    reasons={"speechiness": "no formula", "tempo": "no pulse"},
)


def test_learned_columns_bring_their_own_reasons() -> None:
    shown = PROXIES.replace_proxies({"valence": None, "speechiness": 0.1}, origin=COMPUTED)
    assert shown.values == {"valence": None, "speechiness": 0.1, "tempo": None}
    assert shown.statuses == {"valence": "null", "speechiness": "learned", "tempo": "null"}
    assert shown.reasons == {"valence": LEARNED_NULL_REASONS["valence"], "tempo": "no pulse"}


def test_without_learned_columns_and_of_delivered_ones_everything_stays() -> None:
    assert PROXIES.replace_proxies(None, origin=COMPUTED) == PROXIES
    assert PROXIES.replace_proxies({"valence": 0.9}, origin="table") == PROXIES
