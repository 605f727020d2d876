"""`/docs` and `/redoc` work on a machine without internet."""

import gzip
import hashlib
import re

import httpx
import pytest

from services.api.http.documentation_assets import FOLDER, VENDORED_ASSETS
from tests.support.problem_answers import problem

ADDRESS = re.compile(r'(?:href|src)="([^"]+)"')


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_a_page_loads_only_what_comes_with_mer(web: httpx.Client, path: str) -> None:
    page = web.get(path)
    assert page.headers["content-type"].startswith("text/html")
    addresses = [address for address in ADDRESS.findall(page.text) if not address.startswith("data:")]
    assert len(addresses) >= 3
    for address in addresses:
        assert "//" not in address
        asset = web.get(f"/{address}")
        assert asset.status_code == 200
        expected = "text/css" if address.endswith(".css") else "text/javascript"
        assert asset.headers["content-type"].startswith(expected)
        assert web.get(f"/{address}", headers={"If-None-Match": asset.headers["etag"]}).status_code == 304
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "http" not in policy
    assert "<script>" not in page.text, "the policy would not let it run"


@pytest.mark.parametrize("name", ["nothing.js", "..%2Ftemplates%2Freport_base.html", "swagger-ui.css.gz"])
def test_other_files_are_not_served(web: httpx.Client, name: str) -> None:
    problem(web.get(f"/docs/assets/{name}"), 404, "not_found")


@pytest.mark.parametrize("name", sorted(VENDORED_ASSETS))
def test_files_of_others_are_as_their_packages_have_them_and_noticed(name: str) -> None:
    asset = VENDORED_ASSETS[name]
    content = gzip.decompress((FOLDER / f"{name}.gz").read_bytes())
    assert hashlib.sha256(content).hexdigest() == asset.sha256
    notice = (FOLDER.parents[3] / "NOTICE").read_text()
    assert f"{asset.package} {asset.version}" in notice
    if name.endswith(".js"):
        assert (FOLDER / f"{name}.LICENSE.txt").is_file()
