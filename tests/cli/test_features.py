"""`mer features`: how the tracks stand in audio taggers, and what adding their values takes."""

from dataclasses import replace
from pathlib import Path

from services.api.deps import ApiPorts
from shared.domain.taggers import CHORDS
from shared.settings import FeatureSettings
from tests.api.conftest import AddTrack
from tests.api.features.test_features import with_file
from tests.api.features.test_taggers import save_outputs
from tests.support.extracted_features import extraction, save
from tests.support.served_api import runner_of, serve_api


def test_status_and_dry_run_say_how_many_tracks_lack_tags(ports: ApiPorts, add_track: AddTrack, folder: Path) -> None:
    tagged, *lacking = (with_file(add_track, folder, name) for name in ("tagged", "one", "other"))
    save(ports, *(extraction(ports, track_id) for track_id in (tagged, *lacking)))
    save_outputs(ports, tagged, chords=CHORDS.fingerprint)
    with serve_api(replace(ports, features=FeatureSettings(taggers="chords"))) as address:
        mer = runner_of(address)
        status = mer("features", "status")
        plan = mer("features", "recompute", "--dry-run")
    assert "chords: 1 track tagged, 2 to come in the background" in status
    assert "2 of them lack audio tags only, 0.29 s each as declared" in plan
    assert "stages to do: chords 2" in plan
    with serve_api(ports) as address:
        assert "chords" not in runner_of(address)("features", "status")
