"""Tags, and valence with arousal: crawled or said, trained, promoted, scored and answered over the real workers."""

import csv
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from shared.domain.track import CATALOGUE_COLUMNS
from shared.store.tables import Prediction
from tests.support.catalogue_values import value_in_range
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]
N, N_ARTISTS = 60, 60


def number(i: int) -> float:
    """What the columns of track `i` tell, in [0, 1]: in a scattered order."""
    return (37 * i % N) / (N - 1)


@pytest.fixture(scope="session")  # of a module it would be set up again when xdist takes its tests in turns
def annotated(system: System) -> dict[int, str]:
    """Tracks with catalogue columns, the ratings of a DEAM-like table, and a person's tags on all but one of them.

    Each lies on an axis of the plane, in no quadrant: other tests here train on quadrants.
    """
    path = system.music / "ratings.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "artist", "valence_mean", "arousal_mean", *CATALOGUE_COLUMNS])
        for i in range(N):
            valence, arousal = (number(i), 0.5) if i % 2 == 0 else (0.5, number(i))
            ratings = [round(1 + 8 * valence, 2), round(1 + 8 * arousal, 2)]
            writer.writerow([f"rated {i}", f"rater {i % N_ARTISTS}", *ratings, *columns_of(i)])
    assert system.ended(system.post("/crawl", {"source": "table", "path": str(path)}))["items"]["done"] == N
    found: dict[int, str] = {}
    for track in system.api.get("/tracks", params={"q": "rated", "limit": 100}).json()["items"]:
        i = int(track["title"].split()[1])
        found[i] = track["id"]
        if i:
            said = {"tags": ["Dark" if number(i) < 0.5 else "bright", *(["rare"] if i == 7 else [])]}
            assert system.api.put(f"/tracks/{track['id']}/annotations/ann", json=said).status_code < 300
    return found


def test_annotated_numbers_become_a_champion_that_places_tracks_on_the_plane(
    system: System, annotated: dict[int, str], eventually: Callable[..., None]
) -> None:
    body = {"head": "dimensions", "estimators": ["svm", "majority"], "inputs": ["catalogue"]}
    ended = system.ended(system.post("/train", body))
    assert ended["items"]["done"] == 2, system.log_tails()
    models = system.api.get("/models", params={"taxonomy": "valence_arousal"}).json()["items"]
    states = {model["estimator"]: model["state"] for model in models}
    assert states == {"svm": "champion", "majority": "candidate"}, [m["metrics"].get("promotion") for m in models]
    answer = system.api.get(f"/tracks/{annotated[0]}/valence-arousal").json()
    assert answer["predicted"]["valence"] < -0.5
    assert answer["quadrant"] in {"Q2", "Q3"}
    assert answer["annotated"] == {"valence": -1.0, "arousal": 0.0}
    assert answer["decided_by"] == "model", "an import is no person"

    def scored() -> bool:
        with system.ports.store.read_session() as session:
            query = select(func.count()).where(Prediction.model_id == answer["model"]["id"])
            return session.scalars(query).one() >= N

    eventually(scored, "the library is scored anew")
    board = system.api.get(f"/jobs/{ended['id']}/leaderboard").json()["models"]
    assert [row["estimator"] for row in board] == ["svm", "majority"]
    assert board[0]["measure"] == "mean R2"


def columns_of(i: int) -> list[float]:
    """The catalogue columns of a track that lies where `number(i)` says, on one of the axes."""
    place = (number(i), 0.5) if i % 2 == 0 else (0.5, number(i))
    levels = [place[j % 2] + (7 * i + 3 * j) % 10 / 100 for j in range(len(CATALOGUE_COLUMNS))]
    return [value_in_range(column, level) for column, level in zip(CATALOGUE_COLUMNS, levels, strict=True)]


def crawl_tags_of_others(system: System) -> None:
    """A table of other artists, whose tags somebody wrote into a column of it."""
    path = system.music / "tagged.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "artist", "tags", *CATALOGUE_COLUMNS])
        for i in range(20):
            tags = "dark; heard elsewhere" if number(i) < 0.5 else '["BRIGHT"]'
            writer.writerow([f"tagged {i}", f"tagger {i}", tags, *columns_of(i)])
    assert system.ended(system.post("/crawl", {"source": "table", "path": str(path)}))["items"]["done"] == 20


def test_tags_that_people_gave_become_a_champion_that_tags_what_others_hear(
    system: System, annotated: dict[int, str]
) -> None:
    body = {"head": "tags", "tags": ["dark", "bright", "rare"], "estimators": ["logistic"], "inputs": ["catalogue"]}
    ended = system.ended(system.post("/train", body))
    assert ended["items"]["done"] == 1, system.log_tails()
    (model,) = system.api.get("/models", params={"taxonomy": "tags"}).json()["items"]
    assert model["state"] == "champion", model["metrics"]["promotion"]
    assert model["card"]["classes"] == ["dark", "bright"]
    assert any("Does not answer rare: 1 artists have it" in limit for limit in model["card"]["limits"])
    answer = system.api.get(f"/tracks/{annotated[0]}/tags").json()
    assert (answer["tags"], answer["decided_by"], answer["annotated"]) == (["dark"], "model", [])
    by_ann = system.api.get(f"/tracks/{annotated[7]}/tags").json()
    assert (by_ann["decided_by"], "rare" in by_ann["tags"]) == ("person", True)
    for form in ("report", "report.html", "report.png"):
        assert system.api.get(f"/models/{model['id']}/{form}").status_code == 200, form
    crawl_tags_of_others(system)
    subset = {"annotator_kind": "import"}
    assert system.ended(system.post(f"/models/{model['id']}/evaluate", subset))["items"]["done"] == 1, (
        system.log_tails()
    )
    (found,) = system.api.get(f"/models/{model['id']}/evaluations").json()["items"]
    assert found["counts"]["judged"] == 20
    assert found["metrics"]["pr_auc"]["value"] > found["metrics"]["chance"]["pr_auc"]["value"] + 0.2
