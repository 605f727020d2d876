"""Models as rows: numbered, one champion in each slot, one default in each taxonomy, and a history of both."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from shared.domain.track import CollectedTrack, SourceRef
from shared.store import Store
from shared.store.models.repository import ModelRepository
from shared.store.tables import Model, OofPrediction, SnapshotRow
from shared.store.tracks.repository import TrackRepository

Publish = Callable[..., Model]


@pytest.fixture
def publish(store: Store) -> Publish:
    """`publish(taxonomy, inputs, synthetic)`: a candidate."""

    def write(session: Session, taxonomy: str, inputs: str, synthetic: bool) -> Model:
        snapshot = SnapshotRow(
            taxonomy=taxonomy,
            inputs=[inputs],
            spec="s",
            synthetic=synthetic,
            n_folds=5,
            seed=0,
            counts={},
            leak_check={},
        )
        session.add(snapshot)
        session.flush()
        models = ModelRepository(session)
        row = {
            "estimator": "svm",
            "inputs": inputs,
            "taxonomy": taxonomy,
            "synthetic": synthetic,
            "spec": "s",
            "version": models.lock_next_version(taxonomy=taxonomy, synthetic=synthetic),
            "snapshot_id": snapshot.id,
            "metrics": {},
            "card": {},
            "artefact_key": "",
            "artefact_sha256": "",
        }
        made = Model(**row)
        session.add(made)
        session.flush()
        return made

    return lambda taxonomy="mood4", inputs="descriptors", synthetic=False: store.transact_session(
        "test.publish", lambda session: write(session, taxonomy, inputs, synthetic)
    )


def promote(store: Store, model: Model, *, leads: bool = False) -> bool:
    return store.transact_session(
        "test.promote", lambda s: ModelRepository(s).promote_model(model, who="ada", why="better", leads=leads)
    )


def bring_back(store: Store, model: Model) -> bool:
    return store.transact_session(
        "test.back", lambda session: ModelRepository(session).bring_back(model, who="ada", why="worse")
    )


def states(store: Store, *models: Model) -> list[tuple[str, bool]]:
    with store.read_session() as session:
        rows = [session.get_one(Model, model.id) for model in models]
        return [(row.state, row.is_default) for row in rows]


def test_versions_are_counted_in_each_taxonomy_of_real_and_of_synthetic_tracks(publish: Publish) -> None:
    made = [publish(), publish(), publish(taxonomy="quadrant4"), publish(synthetic=True), publish(inputs="catalogue")]
    assert [model.version for model in made] == [1, 2, 1, 1, 3]


def test_a_slot_has_one_champion_and_the_one_before_is_retired(store: Store, publish: Publish) -> None:
    first, second = publish(), publish()
    assert promote(store, first)
    assert promote(store, second)
    assert states(store, first, second) == [("retired", False), ("champion", True)]
    assert not promote(store, second), "it is that already"
    with store.read_session() as session:
        assert len(ModelRepository(session).list_history()) == 2


@pytest.mark.parametrize("other", [{"inputs": "catalogue"}, {"taxonomy": "quadrant4"}, {"synthetic": True}])
def test_champions_of_other_slots_stay(store: Store, publish: Publish, other: dict[str, Any]) -> None:
    mine, theirs = publish(), publish(**other)
    promote(store, theirs)
    promote(store, mine)
    assert [state for state, _ in states(store, mine, theirs)] == ["champion", "champion"]
    with store.read_session() as session:
        models = ModelRepository(session)
        found = models.get_champion(taxonomy="mood4", inputs="descriptors", synthetic=False)
        assert found is not None
        assert found.id == mine.id


def test_the_default_of_a_taxonomy_moves_only_to_what_leads_or_takes_its_place(store: Store, publish: Publish) -> None:
    first, beside, leading, successor = (
        publish(),
        publish(inputs="catalogue"),
        publish(inputs="mel"),
        publish(inputs="mel"),
    )
    promote(store, first)
    promote(store, beside)
    assert states(store, first, beside) == [("champion", True), ("champion", False)]
    promote(store, leading, leads=True)
    assert states(store, first, leading) == [("champion", False), ("champion", True)]
    promote(store, successor)
    assert states(store, leading, successor) == [("retired", False), ("champion", True)]


def test_a_roll_back_goes_behind_the_promotion_and_not_behind_another_roll_back(store: Store, publish: Publish) -> None:
    first, second, third = publish(), publish(), publish()
    for model in (first, second, third):
        promote(store, model)
    bring_back(store, second)
    with store.read_session() as session:
        models = ModelRepository(session)
        before = models.get_previous_champion(session.get_one(Model, second.id))
        assert before is not None
        assert before.id == first.id
        assert [row.kind for row in models.list_history()] == ["rollback", "promotion", "promotion", "promotion"]


def test_pages_of_models_and_of_history_begin_behind_the_last_one(store: Store, publish: Publish) -> None:
    made = [publish() for _ in range(3)]
    for model in made:
        promote(store, model)
    with store.read_session() as session:
        models = ModelRepository(session)
        newest_first = [model.id for model in reversed(made)]
        assert [model.id for model in models.list_page()] == newest_first
        assert [model.id for model in models.list_page(before=made[2].id)] == newest_first[1:]
        latest, *earlier = models.list_history()
        assert [row.id for row in models.list_history(before=latest.id)] == [row.id for row in earlier]


def test_out_of_fold_probabilities_are_read_for_their_model_alone(store: Store, publish: Publish) -> None:
    piece = CollectedTrack(refs=(SourceRef("table", "a"),))
    track = store.transact_session(
        "test.track", lambda session: TrackRepository(session).register_track(piece).track_id
    )
    one, other = publish(), publish()
    rows = [
        {"model_id": model.id, "track_id": track, "probabilities": probabilities}
        for model, probabilities in ((one, [0.25, 0.75]), (other, [0.5, 0.5]))
    ]
    store.transact_session("test.oof", lambda session: session.execute(insert(OofPrediction), rows))
    with store.read_session() as session:
        assert ModelRepository(session).list_out_of_fold(one.id) == {track: [0.25, 0.75]}
