"""The commands on models and songs, against a real API over HTTP."""

import io
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from rich.console import Console
from typer import BadParameter

from services.api.deps import ApiPorts
from services.cli.client import ApiClient, RefusedError
from services.cli.commands.models import promote_model, save_report, show_file_emotion, show_flips
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.emotion import MOOD4
from tests.api.conftest import AddTrack
from tests.support.published_models import Judged, publish


@pytest.fixture
def api(served: str) -> ApiClient:
    """A client of a server on a port of its own."""
    return ApiClient(served)


@pytest.fixture
def console() -> Console:
    return Console(width=160, record=True, file=io.StringIO())


@pytest.fixture
def models(ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate) -> tuple[UUID, UUID]:
    tracks = [(add_track(), MOOD4.emotions[n % 4]) for n in range(120)]

    def judged(right: float) -> list[Judged]:
        said = [
            MOOD4.emotion_index(t) if n < right * 120 else (MOOD4.emotion_index(t) + 1) % 4
            for n, (_, t) in enumerate(tracks)
        ]
        return [
            Judged(track_id=i, target=t, group=f"a{i}", probabilities=(np.eye(4)[answer] / 3 + 1 / 6).tolist())
            for (i, t), answer in zip(tracks, said, strict=True)
        ]

    return publish(ports, mood4, judged=judged(0.5)), publish(ports, mood4, judged=judged(0.5), promote=False)


@pytest.mark.parametrize(("suffix", "begins"), [(".html", b"<!doctype html>"), (".png", b"\x89PNG"), (".json", b"{")])
def test_a_report_is_written_in_the_form_of_its_name(
    api: ApiClient, console: Console, models: tuple[UUID, UUID], tmp_path: Path, suffix: str, begins: bytes
) -> None:
    to = tmp_path / f"report{suffix}"
    save_report(api, console, str(models[0]), to)
    assert to.read_bytes().startswith(begins)


def test_a_report_of_another_form_or_model_is_refused_and_nothing_is_written(
    api: ApiClient, console: Console, models: tuple[UUID, UUID], tmp_path: Path
) -> None:
    with pytest.raises(BadParameter, match=r"\.html"):
        save_report(api, console, str(models[0]), tmp_path / "report.pdf")
    with pytest.raises(RefusedError, match="there is no model"):
        save_report(api, console, "nobody", tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []


def test_a_promotion_asks_the_gate_and_force_overrules_it(
    api: ApiClient, console: Console, models: tuple[UUID, UUID]
) -> None:
    with pytest.raises(RefusedError, match="not better beyond chance"):
        promote_model(api, console, str(models[1]), force=False)
    promote_model(api, console, str(models[1]), force=True)
    assert api.get(f"/models/{models[1]}")["state"] == "champion"


def test_flips_are_told_in_a_sentence(api: ApiClient, console: Console, models: tuple[UUID, UUID]) -> None:
    show_flips(api, console, str(models[1]))
    assert "0 of 0 tracks would change against svm on descriptors, version 1" in console.export_text()


def test_a_file_is_refused_with_the_words_of_the_api(api: ApiClient, console: Console, tmp_path: Path) -> None:
    song = tmp_path / "song.wav"
    song.write_bytes(b"RIFF")
    with pytest.raises(RefusedError, match="no champion"):
        show_file_emotion(api, console, song)
