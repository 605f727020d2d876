"""Tags of containers that only the featurizer reads."""

from pathlib import Path

import av
import pytest

from shared.store import Store
from tests.integration.identity.library import SR, SoundLibrary, music


@pytest.fixture
def library(store: Store, folder: Path) -> SoundLibrary:
    return SoundLibrary(store, folder)


def write(path: Path, seed: int, **tags: str) -> None:
    with av.open(str(path), "w", format="matroska") as out:
        out.metadata.update(tags)
        stream = out.add_stream("pcm_s16le", rate=SR, layout="mono")
        pcm = (music(seed).clip(-1, 1) * 32767).astype("int16")
        frame = av.AudioFrame.from_ndarray(pcm[None, :], format="s16", layout="mono")
        frame.sample_rate = SR
        out.mux([*stream.encode(frame), *stream.encode(None)])


def test_corrected_tags_are_shown(library: SoundLibrary) -> None:
    path = library.music / "song.mka"
    write(path, 1, title="Wrong", artist="Nobody")
    library.crawl()
    track_id = library.label("song.mka", "sad")
    assert library.title("song.mka") == "Wrong"
    write(path, 1, title="Right now", artist="Vox")
    library.crawl()
    track = library.get(track_id)
    assert (track.title, track.artist) == ("Right now", "Vox")
    assert library.title("song.mka") == "Right now"


def test_the_name_of_an_untagged_file_that_changed_stands_over_no_tags(library: SoundLibrary) -> None:
    path = library.music / "song.mka"
    write(path, 1)
    library.crawl()
    write(path, 1, artist="Vox")
    library.crawl()
    assert library.title("song.mka") == "song"
    write(path, 1, title="Ode", artist="Vox")
    library.crawl()
    assert library.title("song.mka") == "Ode"
    write(path, 1)
    library.crawl()
    track = library.get(library.track("song.mka"))
    assert (track.title, track.artist) == ("song", None)
