"""What the short way answers, the route answers in the same bytes; and what it cannot answer it leaves to the route."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.api.deps import ApiPorts
from services.api.tracks.stored_emotion.answers import StoredEmotionAnswers
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.content_kind import ContentKind
from shared.domain.prediction import PredictionBasis
from shared.domain.taggers import YAMNET
from shared.domain.track import CollectedTrack, SourceRef
from shared.registry.champions import AnsweringRule, ChampionCache
from shared.starter.installation import install_starters
from shared.store import Store
from shared.store.models.repository import ModelRepository
from shared.store.tables import Model, TaggerOutputRow
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.store.tracks.repository import TrackRepository
from tests.api.conftest import asking

ADA = Annotator(AnnotatorKind.PERSON, "Ada Löve/lace")
BOB = Annotator(AnnotatorKind.PERSON, "bob")
RAINY, SUNNY = (Annotator(AnnotatorKind.PLAYLIST, name) for name in ("rainy days", "sunny days"))
TABLE = Annotator(AnnotatorKind.IMPORT, "table.csv")
CLEAR, UNCLEAR = [0.1, 0.7, 0.15, 0.05], [0.25, 0.25, 0.26, 0.24]
"""Probabilities of the starter's quadrants; below .397 it says that it is none of them."""


class LibraryWriter:
    """Writes tracks that the starter of quadrants has predicted."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._starter: UUID = session.execute(
            text("select id from models where state = 'starter' and taxonomy = 'quadrant4'")
        ).scalar_one()

    def add_track(
        self,
        *,
        numbers: list[float] | None = CLEAR,
        basis: PredictionBasis = PredictionBasis.HELD_OUT,
        point: tuple[float, float] | None = (0.25, -0.5),
        model_id: UUID | None = None,
        **collected: Any,
    ) -> UUID:
        ref = SourceRef("table", str(uuid4()))
        track = CollectedTrack(refs=(ref,), title="Ode", artist="Vox", **collected)
        track_id = TrackRepository(self._session).register_track(track).track_id
        if numbers is not None:
            ModelRepository(self._session).save_prediction(
                track_id,
                model_id or self._starter,
                emotion="Q2",
                probabilities=numbers,
                valence_arousal=point,
                basis=basis,
            )
        return track_id

    def annotate(self, track_id: UUID, annotator: Annotator, **said: Any) -> UUID:
        AnnotationRepository(self._session).append_annotation(track_id, annotator, **said)
        return track_id

    def hear(self, track_id: UUID, kind: ContentKind | None) -> UUID:
        row = TaggerOutputRow(
            track_id=track_id, tagger=YAMNET.name, fingerprint=YAMNET.fingerprint, values=b"", content_kind=kind
        )
        self._session.add(row)
        return track_id

    def merge(self, one: UUID, other: UUID) -> UUID:
        pair = MergePair(one=one, other=other, reason=MergeReason.PERSON, who="tests")
        MergeRepository(self._session).unite_pairs([pair], keep=one)
        ModelRepository(self._session).save_prediction(
            one, self._starter, emotion="Q1", probabilities=[0.6, 0.2, 0.1, 0.1], valence_arousal=None
        )
        return one

    def withdraw(self, track_id: UUID) -> UUID:
        self._session.execute(
            text(
                "insert into annotations (track_id, annotator_id, taxonomy, withdrawn) select track_id, annotator_id, "
                "taxonomy, true from annotations where track_id = :track"
            ),
            {"track": track_id},
        )
        return track_id

    def add_synthetic(self) -> UUID:
        """A track of the demo library, with a champion of its own that is a copy of the starter."""
        model = self._session.get_one(Model, self._starter)
        names = ("estimator", "inputs", "taxonomy", "spec", "snapshot_id", "metrics", "artefact_key", "artefact_sha256")
        copied = {name: getattr(model, name) for name in names}
        card = {name: value for name, value in model.card.items() if name != "starter"}
        champion = Model(**copied, card=card, synthetic=True, version=1, state="champion", is_default=True)
        self._session.add(champion)
        self._session.flush()
        return self.add_track(synthetic=True, model_id=champion.id)


Q1, MOOD = {"taxonomy": "quadrant4", "emotion": "Q1"}, {"taxonomy": "mood4", "emotion": "calm"}
STORED: dict[str, Callable[[LibraryWriter], UUID]] = {
    "unlabelled": lambda library: library.add_track(),
    "without a point": lambda library: library.add_track(point=None),
    "none of these": lambda library: library.add_track(numbers=UNCLEAR),
    "out of fold": lambda library: library.add_track(basis=PredictionBasis.OUT_OF_FOLD),
    "in-sample": lambda library: library.add_track(basis=PredictionBasis.IN_SAMPLE),
    "labelled by a person": lambda library: library.annotate(library.add_track(), ADA, **Q1),
    "labelled twice": lambda library: library.annotate(
        library.annotate(library.add_track(), ADA, **Q1), BOB, taxonomy="quadrant4", emotion="Q3"
    ),
    "labelled in another taxonomy": lambda library: library.annotate(library.add_track(), ADA, **MOOD),
    "labelled by a point": lambda library: library.annotate(library.add_track(), ADA, valence=0.1, arousal=-0.2),
    "labelled by a playlist": lambda library: library.annotate(library.add_track(), RAINY, **Q1),
    "labelled by a table": lambda library: library.annotate(library.add_track(), TABLE, **Q1),
    "tagged": lambda library: library.annotate(library.add_track(), ADA, tags=["slow", "ünïcode"]),
    "withdrawn": lambda library: library.withdraw(library.annotate(library.add_track(), ADA, **Q1)),
    "no music": lambda library: library.hear(library.add_track(), ContentKind.SPEECH),
    "no music with a mood": lambda library: library.annotate(
        library.hear(library.add_track(), ContentKind.NOISE), ADA, **MOOD
    ),
    "merged, and annotated before": lambda library: library.merge(
        library.add_track(), library.annotate(library.add_track(), RAINY, **Q1)
    ),
    "merged, and the other is no music": lambda library: library.merge(
        library.add_track(), library.hear(library.add_track(), ContentKind.APPLAUSE)
    ),
    "merged, and is music itself": lambda library: library.merge(
        library.hear(library.add_track(), None), library.hear(library.add_track(), ContentKind.APPLAUSE)
    ),
    "of the demo library": lambda library: library.add_synthetic(),
}
LEFT: dict[str, Callable[[LibraryWriter], UUID]] = {
    "unknown": lambda _: uuid4(),
    "not predicted": lambda library: library.add_track(numbers=None),
    "labelled and not predicted": lambda library: library.annotate(library.add_track(numbers=None), ADA, **Q1),
    "playlists that differ": lambda library: library.annotate(
        library.annotate(library.add_track(), RAINY, **Q1), SUNNY, taxonomy="quadrant4", emotion="Q3"
    ),
}


@dataclass(frozen=True)
class TwoWays:
    """The API with and without the short way, and the track of each kind."""

    short: TestClient
    route: TestClient
    track_ids: dict[str, UUID]
    moved: UUID
    n_answered: Callable[[], int]

    def compare(self, path: str, **options: Any) -> tuple[httpx.Response, bool]:
        """The answer, equal by both ways, and whether the short way gave it."""
        before = self.n_answered()
        clients = (self.short, self.route)
        by_short, by_route = (client.get(path, follow_redirects=False, **options) for client in clients)
        assert by_short.content == by_route.content
        assert (by_short.status_code, by_short.headers) == (by_route.status_code, by_route.headers)
        return by_short, self.n_answered() > before


@pytest.fixture(scope="module")
def ways(shared_ports: ApiPorts) -> Iterator[TwoWays]:
    rule = AnsweringRule(starter=True)
    champions = ChampionCache(shared_ports.store, shared_ports.blobs, cache_s=0.0, rule=rule)
    ports = replace(shared_ports, champions=champions)
    install_starters(ports.store, ports.blobs, enabled=True)

    def write(session: Session) -> tuple[dict[str, UUID], UUID]:
        library = LibraryWriter(session)
        track_ids = {kind: add(library) for kind, add in (STORED | LEFT).items()}
        moved = library.add_track()
        library.merge(library.add_track(), moved)
        return track_ids, moved

    track_ids, moved = ports.store.transact_session("test.fill", write)
    n_answered = 0
    answer = StoredEmotionAnswers.answer

    async def count(self: StoredEmotionAnswers, track_id: UUID, taxonomy: str | None) -> bytes | None:
        nonlocal n_answered
        body = await answer(self, track_id, taxonomy)
        n_answered += body is not None
        return body

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StoredEmotionAnswers, "answer", count)
        # a store that opens no connections of its own has no short way
        with asking(ports) as short, asking(replace(ports, store=Store(ports.store.engine))) as route:
            two_ways = TwoWays(short, route, track_ids, moved, lambda: n_answered)
            path = f"/tracks/{track_ids['unlabelled']}/emotion"
            deadline = time.monotonic() + 10
            while not two_ways.compare(path)[1]:  # its connection is opened beside the first request
                assert time.monotonic() < deadline
            yield two_ways


@pytest.mark.parametrize("kind", STORED)
def test_what_is_stored_is_answered_as_the_route_answers(ways: TwoWays, kind: str) -> None:
    path = f"/tracks/{ways.track_ids[kind]}/emotion"
    for query in ("", "?taxonomy=quadrant4"):
        answer, is_short = ways.compare(path + query)
        assert (answer.status_code, is_short) == (200, True)


@pytest.mark.parametrize("kind", LEFT)
def test_what_is_not_stored_is_left_to_the_route(ways: TwoWays, kind: str) -> None:
    answer, is_short = ways.compare(f"/tracks/{ways.track_ids[kind]}/emotion")
    assert not is_short
    assert answer.status_code in {200, 404, 422}


def test_a_merged_track_is_left_to_the_route(ways: TwoWays) -> None:
    answer, is_short = ways.compare(f"/tracks/{ways.moved}/emotion")
    assert (answer.status_code, is_short) == (307, False)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?taxonomy=mood4", 422),
        ("?taxonomy=nothing", 422),
        ("?coverage=0.8", 200),
        ("?sets=by_class", 200),
        ("?annotator=nobody", 404),
        ("?emotion=sad", 422),
        ("?taxonomy=quadrant4&taxonomy=mood4", 422),
    ],
)
def test_other_questions_are_left_to_the_route(ways: TwoWays, query: str, status: int) -> None:
    answer, is_short = ways.compare(f"/tracks/{ways.track_ids['unlabelled']}/emotion{query}")
    assert (answer.status_code, is_short) == (status, False)


def test_what_holds_for_every_route_holds_for_the_short_way(ways: TwoWays) -> None:
    path = f"/tracks/{ways.track_ids['unlabelled']}/emotion"
    etag = ways.compare(path)[0].headers["etag"]
    again, is_short = ways.compare(path, headers={"If-None-Match": etag})
    assert (again.status_code, is_short, again.content) == (304, True, b"")
    refused, is_short = ways.compare(path, headers={"Host": "evil.example"})
    assert (refused.status_code, is_short) == (421, False)
    head, of_route = (client.head(path) for client in (ways.short, ways.route))
    assert (head.status_code, head.content, head.headers) == (200, b"", of_route.headers)
    assert ways.short.post(path).status_code == 405


def test_a_new_label_is_seen_at_once(ways: TwoWays) -> None:
    path = f"/tracks/{ways.track_ids['in-sample']}"
    for emotion in ("Q1", "Q3"):
        ways.short.put(f"{path}/annotations/eve", json={"taxonomy": "quadrant4", "emotion": emotion})
        answer, is_short = ways.compare(f"{path}/emotion")
        assert (answer.json()["emotion"], is_short) == (emotion, True)


def test_a_lost_connection_is_opened_again_and_no_answer_is_lost(
    ways: TwoWays, shared_ports: ApiPorts, eventually: Callable[..., None]
) -> None:
    path = f"/tracks/{ways.track_ids['unlabelled']}/emotion"
    shared_ports.store.transact_session(
        "test.cut",
        lambda session: session.execute(
            text("select pg_terminate_backend(pid) from pg_stat_activity where query like 'execute stored_emotions%'")
        ),
    )

    def is_answered_shortly() -> bool:
        answer, is_short = ways.compare(path)
        assert answer.status_code == 200
        return is_short

    eventually(is_answered_shortly, "the connection is opened again")


def test_a_connection_that_is_lost_between_two_steps_of_a_request_leaves_it_to_the_route(
    ways: TwoWays, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/tracks/{ways.track_ids['unlabelled']}/emotion"
    get_champions = StoredEmotionAnswers._get_champions

    async def lose_connection(self: StoredEmotionAnswers, taxonomy: str | None) -> Any:
        self._reader.close()
        return await get_champions(self, taxonomy)

    monkeypatch.setattr(StoredEmotionAnswers, "_get_champions", lose_connection)
    answer, is_short = ways.compare(path)
    assert (answer.status_code, is_short) == (200, False)


def test_a_request_without_a_key_is_refused_before_the_short_way(ways: TwoWays, shared_ports: ApiPorts) -> None:
    path = f"/tracks/{ways.track_ids['unlabelled']}/emotion"
    settings = shared_ports.settings.model_copy(update={"require_key": True})
    with asking(replace(shared_ports, settings=settings), is_fresh=True) as client:
        before = ways.n_answered()
        assert client.get(path).status_code == 401
        assert ways.n_answered() == before


def test_requests_that_wait_together_share_a_statement_and_keep_their_own_answers(ways: TwoWays) -> None:
    asked = [ways.track_ids[kind] for kind in (*STORED, *LEFT)] * 3
    expected = {track_id: ways.route.get(f"/tracks/{track_id}/emotion").content for track_id in asked}
    with ThreadPoolExecutor(12) as clients:
        answers = list(clients.map(lambda track_id: ways.short.get(f"/tracks/{track_id}/emotion").content, asked))
    assert answers == [expected[track_id] for track_id in asked]
