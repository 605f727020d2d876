"""Folders of recycle bins, repairs, snapshots and previews: what a system keeps for itself in a folder of music."""

JUNK_FOLDERS = frozenset(
    name.casefold()
    for name in (
        "#recycle",
        "@Recycle",
        "$RECYCLE.BIN",
        "RECYCLER",
        "RECYCLED",
        "lost+found",
        "found.000",
        "System Volume Information",
        "Network Trash Folder",
        "Temporary Items",
        "TheVolumeSettingsFolder",
        "Trash",
        "@eaDir",
        "#snapshot",
        "~snapshot",
        "@Recently-Snapshot",
        "__MACOSX",
    )
)
"""As systems and network storage name them; folded."""


def is_junk_folder(name: str) -> bool:
    """Whether a folder of this name holds what a system keeps for itself, and no music of one's own."""
    return name.casefold() in JUNK_FOLDERS
