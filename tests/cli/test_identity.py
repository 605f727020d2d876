"""`mer duplicates`, `mer merges` and `mer annotators` against an API that really listens."""

from services.api.deps import ApiPorts
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.store.repositories import Repositories
from shared.store.tracks.duplicate_resolution import resolve_duplicates
from tests.api.conftest import AddTrack
from tests.support.served_api import RunMer


def test_a_pair_is_shown_merged_and_parted(mer: RunMer, ports: ApiPorts, add_track: AddTrack) -> None:
    tracks = [add_track(title=title, duration_s=200.0) for title in ("Ode", "ODE!")]
    ports.store.transact_session("test.settle", lambda session: resolve_duplicates(session, tracks))
    shown = mer("duplicates")
    assert "ODE!" in shown
    assert "same title" in shown
    number = next(line.split()[0] for line in shown.splitlines() if "same title" in line)
    assert "ODE!" not in mer("duplicates", "--merge", number)
    merges = mer("merges")
    assert str(tracks[1]) in merges
    assert "person" in merges
    merge = next(line.split()[0] for line in merges.splitlines() if str(tracks[1]) in line)
    assert "undone by" in mer("merges", "--undo", merge)


def test_annotators_are_shown_with_their_agreement(mer: RunMer, ports: ApiPorts, add_track: AddTrack) -> None:
    track = add_track()
    names = ("slow", "late")

    def write(repositories: Repositories) -> None:
        for name in names:
            who = Annotator(AnnotatorKind.PLAYLIST, name)
            repositories.annotations.append_annotation(track, who, taxonomy="mood4", emotion="sad")

    ports.store.transact("test.words", write)
    rows = [line.split() for line in mer("annotators").splitlines() if "playlist" in line]
    assert [row[:6] for row in rows] == [[name, "playlist", "1", "1", "1", "1.00"] for name in sorted(names)]


def test_a_track_is_renamed_and_takes_its_name_back(mer: RunMer, add_track: AddTrack) -> None:
    track = str(add_track(title="Ode", artist="Vox"))
    assert "title Right, artist Vox, album Songs (corrected: album, title)" in mer(
        "rename", track, "--title", "Right", "--album", "Songs"
    )
    taken_back = mer("rename", track, "--undo", "title", "--undo", "album")
    assert taken_back.strip() == "title Ode, artist Vox, album –"
