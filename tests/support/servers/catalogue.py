"""Made-up songs that all local services know, so that one service can be asked for what another named."""

from dataclasses import dataclass

_NOUNS = ("River", "Lantern", "Harbour", "Meadow", "Engine", "Window", "Orchard", "Signal", "Ember", "Canyon", "Violet")
_WORDS = ("Silent", "Golden", "Broken", "Distant", "Electric", "Winter", "Paper", "Hollow", "Crimson", "Endless")


@dataclass(frozen=True)
class Song:
    """One recording."""

    number: int

    @property
    def spotify_id(self) -> str:
        return f"{self.number:06d}".rjust(22, "S")

    @property
    def title(self) -> str:
        return f"{_WORDS[self.number % len(_WORDS)]} {_NOUNS[self.number // 7 % len(_NOUNS)]} {self.number}"

    @property
    def artist(self) -> str:
        return f"Artist {self.number // 5}"

    @property
    def isrc(self) -> str:
        return f"XXMER26{self.number:05d}"

    @property
    def duration_s(self) -> int:
        return 120 + self.number % 180


def songs(n: int) -> list[Song]:
    return [Song(number) for number in range(1, n + 1)]
