"""Pages and their files over HTTP: policy, errors, caching, and what templates and scripts may hold."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from services.api.console.page_assets import FOLDER, get_release, load_assets, locate_asset
from services.api.main import create_app
from services.api.openapi import iterate_operations

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((FOLDER.parent / "templates").glob("*.html"))
SCRIPTS = sorted(path for path in FOLDER.glob("*.js") if ".min." not in path.name)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FIRST_LOAD_BYTES = 300_000

PAGE_REQUESTS = {
    "DELETE /tracks/{track_id}/annotations/{annotator}",
    "GET /health",
    "GET /jobs/{job_id}/events",
    "GET /session",
    "GET /tracks",
    "GET /tracks/{track_id}/annotations",
    "GET /tracks/{track_id}/audio",
    "GET /tracks/{track_id}/cover",
    "GET /tracks/{track_id}/peaks",
    "GET /tracks/{track_id}/spectrogram.png",
    "POST /crawl",
    "POST /features/recompute",
    "PUT /tracks/{track_id}/annotations/{annotator}",
}
"""What scripts of pages ask for: each is a documented request."""


@pytest.mark.parametrize(
    "path", ["/", "/console/help", "/console/library", "/console/nothing", "/console/assets/x/nothing.js"]
)
def test_every_page_is_html_under_the_policy(shared_client: TestClient, path: str) -> None:
    page = shared_client.get(path)
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"] == POLICY
    assert page.status_code == (404 if "nothing" in path else 200)
    assert "/docs for what there is" not in page.text
    assert '<main id="main"' in page.text


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/?taxonomy=colour", 422, "no taxonomy"),
        ("GET", "/?colour=red", 422, "nknown query parameter"),
        ("POST", "/console/help", 405, "allowed are GET"),
    ],
)
def test_errors_of_pages_are_pages(shared_client: TestClient, method: str, path: str, status: int, words: str) -> None:
    page = shared_client.request(method, path)
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    assert words in page.text


def test_errors_of_everything_else_stay_problems(shared_client: TestClient) -> None:
    assert shared_client.get("/consoles").headers["content-type"] == "application/problem+json"


def test_console_leads_home(shared_client: TestClient) -> None:
    answer = shared_client.get("/console", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/")


def test_assets_are_kept_for_a_year_under_the_address_of_their_release(shared_client: TestClient) -> None:
    for name, asset in load_assets().items():
        kept = shared_client.get(locate_asset(name), headers={"Accept-Encoding": "gzip"})
        assert kept.status_code == 200
        assert kept.content == asset.content
        assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (kept.headers.get("content-encoding") == "gzip") == name.endswith((".js", ".css", ".svg"))
        again = shared_client.get(locate_asset(name), headers={"If-None-Match": kept.headers["etag"]})
        assert again.status_code == 304
    other = shared_client.get("/console/assets/0123456789ab/console.css")
    assert (other.status_code, other.headers["cache-control"]) == (200, "private, no-cache")
    assert get_release() in locate_asset("console.css")
    with pytest.raises(KeyError):
        locate_asset("vendored.json")


def test_a_first_visit_transfers_little() -> None:
    files = [asset.compressed or asset.content for asset in load_assets().values()]
    scripts_and_latin = sum(map(len, files)) - sum(
        len(load_assets()[name].content) for name in load_assets() if "latin-ext" in name or "cyrillic" in name
    )
    assert scripts_and_latin < FIRST_LOAD_BYTES / 2, "the rest is for pages and songs' covers"


@pytest.mark.parametrize("folder", [FOLDER, ROOT / "tests" / "browser" / "vendored"])
def test_files_of_others_are_as_their_packages_have_them_and_noticed(folder: Path) -> None:
    listed = json.loads((folder / "vendored.json").read_text())
    for name, entry in listed.items():
        content = (folder / name).read_bytes()
        content = gzip.decompress(content) if name.endswith(".gz") else content
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], name
        assert (folder / entry["licence_file"]).is_file()
        assert f"{entry['package']} {entry['version']}" in (ROOT / "NOTICE").read_text()
    others = {path.name for path in folder.iterdir() if ".min." in path.name or path.suffix == ".woff2"}
    assert others == set(listed), "no file of others without an entry"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_style_and_no_code(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"\sstyle=|<style|\son[a-z]+=|hx-on|hx-vals=.js|javascript:|\|\s*safe", text) == []
    assert re.findall(r"<script(?![^>]*src=)", text) == []
    assert re.findall(r'(?:src|href)="https?:', text) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_write_no_html(path: Path) -> None:
    assert (
        re.findall(r"\beval\(|new Function|\.innerHTML\s*=|insertAdjacentHTML|document\.write", path.read_text()) == []
    )


@pytest.mark.slow
def test_whatever_pages_ask_for_is_a_documented_request() -> None:
    document = create_app().openapi()
    documented = {f"{method.upper()} {path}" for path, method, _ in iterate_operations(document)}
    assert documented >= PAGE_REQUESTS
    known = {_blank_out(request.partition(" ")[2]) for request in PAGE_REQUESTS}
    in_scripts = {_blank_out(found) for path in SCRIPTS for found in _ADDRESS.findall(path.read_text())}
    in_templates = {found for path in TEMPLATES for found in _REQUEST.findall(path.read_text())}
    assert {path for path in in_scripts if not path.startswith("/console")} - {"/"} <= known
    assert {f"POST {path}" for path in in_templates} <= PAGE_REQUESTS
    assert in_scripts >= {"/health", "/jobs/*/events", "/tracks/*/audio"}


_ADDRESS = re.compile(r"[\"`](/[^\"`\s]*)[\"`]")
_REQUEST = re.compile(r'data-request="(/[^"{]*)"')


def _blank_out(path: str) -> str:
    return re.sub(r"\$?\{[^}]*\}", "*", path)
