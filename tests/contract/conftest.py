"""Blobs in a folder and on a local S3."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from shared.blobs import Blobs, open_blobs
from shared.settings import BlobSettings


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="dummy", aws_secret_access_key="dummy"
    )
    client.create_bucket(Bucket="mer-blobs")
    yield url
    server.stop()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "dummy")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, aws: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    if request.param == "folder":
        return open_blobs(BlobSettings(blob_url=str(tmp_path / "blobs")))
    monkeypatch.setenv("MER_S3_ENDPOINT_URL", request.getfixturevalue("s3_url"))
    return open_blobs(BlobSettings(blob_url=f"s3://mer-blobs/{tmp_path.name}"))
