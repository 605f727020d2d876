"""`mer export` and `mer dataset report` against a served API."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.app import app
from services.cli.client import NotThereError, RefusedError
from services.cli.commands.dataset import source_for_path
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.track import CollectedTrack, SourceRef
from shared.store import Store
from shared.store.repositories import Repositories
from shared.store.tracks.repository import TrackRepository
from tests.api.conftest import ports_of
from tests.support.served_api import serve_api

Mer = Callable[..., str]


@pytest.fixture
def address(store: Store, celery_url: str, folder: Path) -> Iterator[str]:
    """An API on a port of its own, with one calm track."""

    def fill(repositories: Repositories) -> None:
        collected = CollectedTrack(refs=(SourceRef("table", "t#1"),), title="Ode")
        track_id = repositories.tracks.register_track(collected).track_id
        who = Annotator(AnnotatorKind.IMPORT, "t")
        repositories.annotations.append_annotation(track_id, who, taxonomy="mood4", emotion="calm")

    store.transact("test.fill", fill)
    with serve_api(ports_of(store, celery_url, folder)) as served:
        yield served


@pytest.fixture
def mer(address: str, monkeypatch: pytest.MonkeyPatch) -> Mer:
    """`mer("export", …)`: its stdout."""
    monkeypatch.setenv("MER_API_URL", address)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


def test_an_export_goes_to_stdout_or_into_a_file(mer: Mer, tmp_path: Path) -> None:
    (line,) = mer("export", "--format", "jsonl").splitlines()
    assert json.loads(line)["title"] == "Ode"
    mer("export", "--format", "jsonl", "--emotion", "calm", "--out", str(tmp_path / "deep" / "calm.jsonl"))
    assert json.loads((tmp_path / "deep" / "calm.jsonl").read_text()) == json.loads(line)


def test_a_refused_export_leaves_no_file_behind(mer: Mer, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="known are csv"):
        mer("export", "--format", "exe", "--out", str(tmp_path / "x"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("layout", ["talk", "moodify"])
def test_the_talks_layout_is_unpacked_into_a_folder(mer: Mer, tmp_path: Path, layout: str) -> None:
    mer("export", "--layout", layout, "--out", str(tmp_path / "talk"))
    assert len(list((tmp_path / "talk").glob("*.csv"))) == 12
    assert "Ode" in (tmp_path / "talk" / "calm_no_duplicates.csv").read_text()


def test_the_report_is_written_as_a_page_and_as_figures(mer: Mer, tmp_path: Path) -> None:
    mer("dataset", "report", "--out", str(tmp_path), "--json", str(tmp_path / "report.json"))
    assert "<svg" in (tmp_path / "report.html").read_text()
    assert json.loads((tmp_path / "report.json").read_text())["moods"]["calm"]["tracks"] == 1


def test_a_report_says_how_many_tracks_of_the_demo_library_it_leaves_out(
    mer: Mer, store: Store, tmp_path: Path
) -> None:
    made_up = CollectedTrack(refs=(SourceRef("demo", "1"),), title="Made up", synthetic=True)
    store.transact_session("test.synthetic", lambda session: TrackRepository(session).register_track(made_up))

    shown = CliRunner().invoke(app, ["dataset", "report", "--out", str(tmp_path)]).output
    of_both = CliRunner().invoke(app, ["dataset", "report", "--out", str(tmp_path), "--library", "all"]).output

    assert "1 synthetic tracks of the demo library are left out" in shown
    assert "left out" not in of_both


def test_without_an_api_nothing_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MER_API_URL", "http://127.0.0.1:1")
    result = CliRunner().invoke(app, ["export", "--out", str(tmp_path / "x.csv")])
    assert isinstance(result.exception, NotThereError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.CSV", "table"),
        ("a.parquet", "table"),
        ("a.m3u8", "m3u"),
        ("a.xspf", "xspf"),
        ("a.PLS", "pls"),
        ("a.asx", "asx"),
        ("a.wax", "asx"),
        ("a.wpl", "wpl"),
        ("a.zpl", "wpl"),
        ("a.jspf", "jspf"),
        ("music", "folder"),
    ],
)
def test_a_paths_suffix_says_which_source_reads_it(name: str, source: str) -> None:
    assert source_for_path(Path(name)) == source
