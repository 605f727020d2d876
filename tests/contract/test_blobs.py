"""One contract over every blob store: a folder, and an S3 server of our own."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.blobs import Blobs, open_blobs
from shared.blobs.deferred import DeferredPuts
from shared.blobs.folder import FolderBlobs
from shared.blobs.port import check_key, content_key, file_sha256, verify_content
from shared.blobs.remote import RemoteBlobs
from shared.errors import PermanentError, Reason, RetryableError
from shared.settings import BlobSettings

LEADING_OUT = ("", "/etc/passwd", "../outside", "a/../../outside", "a//b", "a/./b", "a/", "..", "a\0b")


def refusal(ask: Callable[[], object]) -> Reason:
    with pytest.raises(PermanentError) as caught:
        ask()
    return caught.value.reason


@pytest.mark.parametrize("content", [b"", b"sound", bytes(range(256)) * 4096], ids=["empty", "short", "a megabyte"])
def test_what_was_put_is_got_back_byte_for_byte(blobs: Blobs, content: bytes) -> None:
    blobs.put("arrays/ab/mel.npy", content)
    assert blobs.get("arrays/ab/mel.npy") == content


def test_a_key_that_was_never_put_is_not_found_and_named(blobs: Blobs) -> None:
    with pytest.raises(PermanentError, match=r"not_found.*models/none"):
        blobs.get("models/none.onnx")


def test_the_folder_of_a_key_is_no_key_and_nothing_lies_below_one(blobs: Blobs) -> None:
    blobs.put("models/a.onnx", b"model")
    assert refusal(lambda: blobs.get("models")) is Reason.NOT_FOUND
    assert refusal(lambda: blobs.get("models/a.onnx/within")) is Reason.NOT_FOUND
    blobs.delete("models")
    blobs.delete("models/a.onnx/within")
    assert blobs.get("models/a.onnx") == b"model"


def test_a_key_put_again_holds_the_new_content(blobs: Blobs) -> None:
    blobs.put("models/a.onnx", b"a longer first content")
    blobs.put("models/a.onnx", b"second")
    assert blobs.get("models/a.onnx") == b"second"


def test_what_was_deleted_is_gone_and_deleting_it_again_is_no_error(blobs: Blobs) -> None:
    blobs.put("models/a.onnx", b"first")
    blobs.delete("models/a.onnx")
    assert refusal(lambda: blobs.get("models/a.onnx")) is Reason.NOT_FOUND
    blobs.delete("models/a.onnx")
    blobs.put("models/a.onnx", b"second")
    assert blobs.get("models/a.onnx") == b"second"


def test_neighbouring_keys_do_not_touch_each_other(blobs: Blobs) -> None:
    keys = ["a/b", "a/b.c", "a/b c", "a/ü", "ab", "a/%62"]
    for key in keys:
        blobs.put(key, key.encode())
    blobs.delete("a/b")
    assert [blobs.get(key).decode() for key in keys[1:]] == keys[1:]


@pytest.mark.parametrize("key", LEADING_OUT)
def test_a_key_that_would_leave_the_store_is_refused_by_every_call(blobs: Blobs, key: str) -> None:
    for ask in (lambda: blobs.put(key, b"x"), lambda: blobs.get(key), lambda: blobs.delete(key)):
        with pytest.raises(ValueError, match="not a key"):
            ask()


def test_several_writers_of_one_key_leave_one_whole_content_and_readers_see_no_other(blobs: Blobs) -> None:
    contents = [bytes([65 + n]) * 200_000 for n in range(4)]
    blobs.put("arrays/shared.npy", contents[0])
    with ThreadPoolExecutor(6) as pool:
        writes = [pool.submit(blobs.put, "arrays/shared.npy", content) for content in contents * 3]
        reads = [pool.submit(blobs.get, "arrays/shared.npy") for _ in range(12)]
    for write in writes:
        write.result()
    assert {read.result() for read in reads} <= set(contents)
    assert blobs.get("arrays/shared.npy") in contents


def test_a_writer_that_is_killed_leaves_the_content_before(tmp_path: Path) -> None:
    """It is killed where its bytes are on their way to the disk, and do not have their name yet."""
    blobs = FolderBlobs(tmp_path)
    blobs.put("models/a.onnx", b"whole")
    script = (
        "import os, sys, signal\n"
        "from shared.blobs.folder import FolderBlobs\n"
        "os.fsync = lambda descriptor: (print('written', flush=True), signal.pause())\n"
        "FolderBlobs(sys.argv[1]).put('models/a.onnx', b'half' * 100_000)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        assert blobs.get("models/a.onnx") == b"whole"
        os.kill(writer.pid, signal.SIGKILL)
    assert blobs.get("models/a.onnx") == b"whole"
    blobs.put("models/a.onnx", b"the next writer is not in its way")
    assert blobs.get("models/a.onnx") == b"the next writer is not in its way"


def test_a_store_that_is_away_is_asked_again_later(aws: None) -> None:
    once = {"retries": {"total_max_attempts": 1}}
    away = RemoteBlobs("s3://mer-blobs/away", endpoint_url="http://127.0.0.1:9", config_kwargs=once)
    for ask in (lambda: away.put("a", b"x"), lambda: away.get("a"), lambda: away.delete("a")):
        with pytest.raises(RetryableError, match="the blob store did not"):
            ask()


def test_the_url_chooses_the_store(aws: None, tmp_path: Path) -> None:
    assert isinstance(open_blobs(BlobSettings(blob_url=str(tmp_path))), FolderBlobs)
    assert isinstance(open_blobs(BlobSettings(blob_url=f"file://{tmp_path}")), FolderBlobs)
    assert isinstance(open_blobs(BlobSettings(blob_url="s3://mer-blobs")), RemoteBlobs)


def test_a_content_key_follows_from_the_content_and_is_a_key() -> None:
    key, digest = content_key("models", b"model", suffix=".onnx")
    assert content_key("models", b"model", suffix=".onnx") == (key, digest)
    assert content_key("models", b"other", suffix=".onnx")[0] != key
    assert check_key(key) == key
    assert verify_content(b"model", sha256=digest, key=key) == b"model"


def test_content_that_is_not_what_was_written_is_corrupt() -> None:
    key, digest = content_key("models", b"model", suffix=".onnx")
    assert refusal(lambda: verify_content(b"modem", sha256=digest, key=key)) is Reason.CORRUPT_ARTEFACT


def test_a_large_file_is_taken_whole_and_read_as_a_file(blobs: Blobs, tmp_path: Path) -> None:
    content = bytes(range(256)) * 40_000
    growing = blobs.scratch_dir() / f"{tmp_path.name}.npy"
    growing.write_bytes(content)
    blobs.put_file("packs/ab/shard.npy", growing)
    assert not growing.exists()
    assert blobs.get("packs/ab/shard.npy") == content
    local = blobs.local_file("packs/ab/shard.npy", cache=tmp_path / "cache")
    assert local.read_bytes() == content
    assert blobs.local_file("packs/ab/shard.npy", cache=tmp_path / "cache") == local
    assert file_sha256(local) == hashlib.sha256(content).hexdigest()


def test_a_file_that_was_never_put_is_not_found(blobs: Blobs, tmp_path: Path) -> None:
    assert refusal(lambda: blobs.local_file("packs/none.npy", cache=tmp_path)) is Reason.NOT_FOUND
    with pytest.raises(ValueError, match="not a key"):
        blobs.local_file("../outside", cache=tmp_path)


def test_files_cannot_be_exchanged_with_a_store_that_is_away(aws: None, tmp_path: Path) -> None:
    once = {"retries": {"total_max_attempts": 1}}
    away = RemoteBlobs("s3://mer-blobs/away", endpoint_url="http://127.0.0.1:9", config_kwargs=once)
    file = tmp_path / "a"
    file.write_bytes(b"x")
    with pytest.raises(RetryableError, match="did not take"):
        away.put_file("a", file)
    assert file.exists(), "it can be put again"
    with pytest.raises(RetryableError, match="did not give"):
        away.local_file("a", cache=tmp_path / "cache")


class _FullDisk:
    def put(self, key: str, content: bytes) -> None:
        raise OSError(28, f"no space left for {key} of {len(content)} bytes")


def test_what_is_put_beside_other_work_is_there_at_the_end_of_the_block(tmp_path: Path) -> None:
    blobs = open_blobs(BlobSettings(blob_url=str(tmp_path)))
    with DeferredPuts(blobs) as later:
        for n in range(20):
            later.put(f"mel/{n}", bytes([n]) * 1000)
    assert [blobs.get(f"mel/{n}") for n in range(20)] == [bytes([n]) * 1000 for n in range(20)]


def test_what_could_not_be_put_beside_other_work_is_raised_at_the_end_of_the_block() -> None:
    later = DeferredPuts(_FullDisk())
    with pytest.raises(OSError, match="no space left"), later:
        later.put("mel/a", b"sound")
