"""The current state of a file of the library. It does not describe the audio that was decoded earlier."""

from enum import StrEnum


class FileState(StrEnum):
    """The state of a locator. Stored, shown, and stable."""

    PRESENT = "present"
    """It was there when it was seen last, and its track is what it sounded like."""
    CHANGED = "changed"
    """Size or date changed and nobody decoded it since: whose sound it is, is not known."""
    MISSING = "missing"
    """A complete listing did not find it."""
