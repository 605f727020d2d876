from pathlib import Path

from shared.mount_points import MountPoints

TABLE = b"""\
22 1 0:21 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
36 22 0:40 / /mnt/my\\040music rw,relatime shared:9 - nfs4 nas:/music rw
37 22 8:1 /home/ada/more /srv/music/more rw,relatime - ext4 /dev/sda1 rw
"""


def test_mount_points_are_those_of_the_kernels_table(tmp_path: Path) -> None:
    table = tmp_path / "mountinfo"
    table.write_bytes(TABLE)
    points = MountPoints(table)
    assert "/mnt/my music" in points
    assert "/srv/music/more" in points, "a folder that is bound from the same disk"
    assert "/srv/music" not in points


def test_without_a_table_every_folder_is_asked(tmp_path: Path) -> None:
    points = MountPoints(tmp_path / "none")
    assert "/" in points
    assert str(tmp_path) not in points
