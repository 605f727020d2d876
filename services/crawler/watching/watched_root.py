"""One root of the library while it is watched: events where there are any, and a look through its folders."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from os.path import commonpath
from pathlib import Path

import structlog

from services.crawler.watching.feed import EventFeed
from services.crawler.watching.mounts import kinds_without_events
from services.crawler.watching.snapshot import RootAwayError, Snapshot, is_watched_name
from shared.domain.junk_folders import is_junk_folder
from shared.store.jobs.folder_changes import Watched

log = structlog.get_logger()

EVENTS, RESCAN, AWAY = "events", "rescan", "away"
_SHARE_OF_TIME = 0.02
"""At most, for looking through the folders of a large library."""
_RARELY = 10
"""With events folders are looked through so many times less often."""
_HOT_S = 60.0
"""So long after a change a folder is looked at every time: it may still be written to, and shares send no events."""
_SECOND_LOOK_S = 3.0
_READY_WITHIN_S = 120.0
_NOTHING = Snapshot(Path()).signature
_AWAY_DETAIL = "it cannot be read, or holds no sound file where it held some: is the share mounted?"


@dataclass(frozen=True)
class NoticedChange:
    """What changed below a root since the last look, and how it is watched now."""

    folder: str | None
    """Everything that changed lies in it, below the root; empty: the root; None: nothing changed."""
    watched: Watched


class RootWatch:
    """Watches one root. `signature` is what was below it when that was last known."""

    def __init__(
        self,
        name: str,
        root: Path,
        *,
        signature: str | None,
        rescan_s: float,
        clock: Callable[[], float] = time.monotonic,
        open_feed: Callable[[Path], EventFeed] = EventFeed,
    ) -> None:
        self._name, self._root, self._clock, self._open_feed = name, root, clock, open_feed
        self._known = signature
        self._rescan_s = rescan_s
        self._snapshot = Snapshot(root)
        self._feed: EventFeed | None = None
        self._feed_is_trusted = True
        self._identity: tuple[int, int] | None = None
        self._has_looked = False
        self._look_at = -float("inf")
        self._hot: dict[str, float] = {}
        self._second_look_at = -float("inf")
        self._mode, self._detail = RESCAN, ""
        self._logged_details: set[str] = set()

    def check_changes(self) -> NoticedChange | None:
        """What changed, or how it is watched now; None where neither is new. Blocks as long as looking takes."""
        changed = self._by_events() | self._by_second_looks()
        has_new_mode = False
        if self._mode != RESCAN and self._identify() != self._identity:
            self._look_at = -float("inf")
        if self._clock() >= self._look_at:
            before = self._mode, self._detail
            self._open()
            begun = self._clock()
            changed |= self._look_through()
            ended = self._clock()
            rarely = _RARELY if self._mode == EVENTS else 1
            if self._feed_is_trusted:
                self._look_at = ended + max(rarely * self._rescan_s, (ended - begun) / _SHARE_OF_TIME)
            has_new_mode = before != (self._mode, self._detail) or not self._has_looked
        if not changed and not has_new_mode:
            return None
        self._hot |= dict.fromkeys(changed, self._clock() + _HOT_S)
        return NoticedChange(folder=self._existing(changed), watched=self._watched())

    def close(self) -> None:
        """Watch no more."""
        if self._feed is not None:
            self._feed.close()

    def _by_events(self) -> set[str]:
        if self._feed is None:
            return set()
        if self._feed.failure and self._mode == EVENTS:
            self._look_at = -float("inf")
        paths = self._feed.take()
        if not paths:
            return set()
        known = self._snapshot.known_folders()
        single: set[str] = set()
        whole: set[str] = set()
        for path in paths:
            below = _below_root(path, self._root)
            if not below or any(part.startswith(".") or is_junk_folder(part) for part in below.split("/")):
                continue
            if below in known or (self._root / below).is_dir():
                whole.add(below)  # it came, went or was renamed: one event for all that is in it
            elif is_watched_name(below):
                single.add(below.rpartition("/")[0])
        return set().union(*map(self._snapshot.look_at, single), *map(self._snapshot.look_through, whole))

    def _by_second_looks(self) -> set[str]:
        now = self._clock()
        if now < self._second_look_at:
            return set()
        self._second_look_at = now + _SECOND_LOOK_S
        self._hot = {folder: until for folder, until in self._hot.items() if until > now}
        return set().union(*(self._snapshot.look_at(folder) for folder in self._hot))

    def _look_through(self) -> set[str]:
        try:
            changed = self._snapshot.look_through()
        except RootAwayError:
            self._set_mode(AWAY, _AWAY_DETAIL)
            return set()
        if not self._has_looked:
            return self._first_look()
        if changed and self._mode == EVENTS:
            # no event told of it: too many at once, or more new folders than may be watched, which only a start tells
            self._feed_is_trusted = False
        return changed

    def _first_look(self) -> set[str]:
        """It finds everything: that is news only if it is not what was there before a restart."""
        held_some = self._known not in {None, _NOTHING}
        if held_some and not self._snapshot.n_files:
            self._set_mode(AWAY, _AWAY_DETAIL)
            return set()
        self._has_looked = True
        return set() if self._snapshot.signature == (self._known or _NOTHING) else {""}

    def _open(self) -> None:
        """Events from here on, where this root gives any; opened anew where another file system is mounted now."""
        before, self._identity = self._identity, self._identify()
        if self._identity is None:
            return
        if self._feed is None or self._feed.failure or self._identity != before or not self._feed_is_trusted:
            self.close()
            self._feed_is_trusted = True
            self._feed = self._open_feed(self._root)
            self._feed.await_ready(within_s=_READY_WITHIN_S)
        shares = kinds_without_events(self._root)
        if self._feed.failure:
            self._set_mode(RESCAN, f"no events: {self._feed.failure}")
        elif shares:
            self._set_mode(RESCAN, f"{', '.join(shares)} sends no events of what other machines change")
        else:
            self._set_mode(EVENTS, "")

    def _identify(self) -> tuple[int, int] | None:
        """Which file system and folder the root is just now: another one where a share went or came. None: neither."""
        try:
            status = self._root.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _set_mode(self, mode: str, detail: str) -> None:
        """Once in the log, however often it is found."""
        self._mode, self._detail = mode, detail
        if detail and detail not in self._logged_details:
            self._logged_details.add(detail)
            log.warning("watch.without_events", root=str(self._root), why=detail, looks_every_s=self._rescan_s)

    def _existing(self, changed: set[str]) -> str | None:
        """The folder that holds all that changed and is there; its name can be stored."""
        if not changed:
            return None
        folder = "" if "" in changed else commonpath(sorted(changed))
        while folder and not ((self._root / folder).is_dir() and _can_be_stored(folder)):
            folder = folder.rpartition("/")[0]
        return folder

    def _watched(self) -> Watched:
        return Watched(
            root=self._name,
            mode=self._mode,
            detail=self._detail,
            signature=self._snapshot.signature if self._has_looked else self._known,
            n_folders=self._snapshot.n_folders,
            n_files=self._snapshot.n_files,
        )


def _below_root(path: str, root: Path) -> str:
    """The path below the root; of a name that is not UTF-8, which no event can tell, the folder above it."""
    try:
        below = Path(path).relative_to(root)
    except ValueError:
        return ""
    while "\N{REPLACEMENT CHARACTER}" in str(below):
        below = below.parent
    return "" if below == Path() else below.as_posix()


def _can_be_stored(folder: str) -> bool:
    try:
        folder.encode()
    except UnicodeEncodeError:
        return False
    return True
