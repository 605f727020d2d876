"""The generated Python client against real workers: crawl, train, the emotion of a track, and of an uploaded song."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from mer_client import Client
from mer_client.api.crawl import start_crawl
from mer_client.api.jobs import get_job
from mer_client.api.predict import get_upload_prediction, predict_upload
from mer_client.api.tracks import annotate_track, get_track, get_track_emotion, list_tracks
from mer_client.api.train import start_training
from mer_client.models import (
    AnnotateRequest,
    EmotionResponse,
    JobResponse,
    PredictUploadBody,
    ProblemDetails,
    StartCrawlRequest,
    StartTrainingRequest,
    UploadEmotionResponse,
)
from mer_client.types import File

from tests.integration.system.conftest import N_ARTISTS
from tests.support.running_system import System
from tests.support.served_api import serve_api

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]


@pytest.fixture(scope="module")
def address(system: System) -> Iterator[str]:
    with serve_api(system.ports) as address:
        yield address


@pytest.fixture
def client(address: str) -> Client:
    return Client(address, raise_on_unexpected_status=True, timeout=60.0)


@pytest.fixture
def ended(client: Client, eventually: Callable[..., None]) -> Callable[[JobResponse], JobResponse]:
    """The job when it has ended."""

    def wait(job: JobResponse) -> JobResponse:
        assert isinstance(job, JobResponse), job
        job_id = str(job.id)
        eventually(
            lambda: get_job.sync(job_id, client=client).state in {"done", "failed", "cancelled"},
            f"the end of job {job_id}",
            within_s=180.0,
        )
        return get_job.sync(job_id, client=client)

    return wait


def test_a_program_crawls_trains_and_asks(
    client: Client, labelled: Path, ended: Callable[[JobResponse], JobResponse]
) -> None:
    crawl = ended(
        start_crawl.sync(client=client, body=StartCrawlRequest(source="table", path=str(labelled / "tracks.csv")))
    )
    assert crawl.items.requested == N_ARTISTS
    wanted = StartTrainingRequest(estimators=["svm"], inputs=["descriptors"], taxonomy="quadrant4")
    training = ended(start_training.sync(client=client, body=wanted))
    assert training.state == "done", training
    track = list_tracks.sync(client=client, q="song 1", limit=1).items[0]
    answer = get_track_emotion.sync(str(track.id), client=client, taxonomy="quadrant4")
    assert isinstance(answer, EmotionResponse)
    assert answer.emotion == "Q1"
    assert answer.probabilities["Q1"] + answer.probabilities["Q3"] == pytest.approx(1.0, abs=1e-4)
    with (labelled / "3.wav").open("rb") as song:
        body = PredictUploadBody(file=File(payload=song, file_name="a song.wav", mime_type="audio/wav"))
        uploaded = predict_upload.sync(client=client, body=body, taxonomy="quadrant4", wait_s=50.0)
    assert isinstance(uploaded, UploadEmotionResponse), uploaded
    assert uploaded.emotion == "Q1"
    again = get_upload_prediction.sync(uploaded.job_href.rpartition("/")[2], client=client)
    assert again.probabilities == uploaded.probabilities


def test_a_program_reads_why_it_is_refused(client: Client, address: str, champion: None) -> None:
    nobody = str(uuid4())
    labelled_track = str(list_tracks.sync(client=client, limit=1).items[0].id)
    foreign_page = Client(address, headers={"Origin": "http://elsewhere.example"})
    foreign_name = Client(address, headers={"Host": "elsewhere.example"})
    refusals = [
        (404, "not_found", get_track.sync(nobody, client=client)),
        (
            409,
            "no_model",
            get_track_emotion.sync(labelled_track, client=client, taxonomy="mood4.loud-energetic-happy.quiet-calm-sad"),
        ),
        (422, "invalid_request", get_track_emotion.sync(labelled_track, client=client, coverage=7.0)),
        (403, "foreign_origin", start_training.sync(client=foreign_page, body=StartTrainingRequest(taxonomy="mood4"))),
        (403, "outside_library", start_crawl.sync(client=client, body=StartCrawlRequest(source="folder", path="/etc"))),
        (422, "invalid_request", annotate_track.sync(labelled_track, "ann", client=client, body=AnnotateRequest())),
        (421, "foreign_host", get_track.sync(nobody, client=foreign_name)),
    ]
    for status, code, problem in refusals:
        assert isinstance(problem, ProblemDetails), (status, code, problem)
        assert (problem.status, problem.code) == (status, code)
        assert problem.detail
    invalid = refusals[2][2]
    assert [part.at for part in invalid.errors] == ["query.coverage"]
