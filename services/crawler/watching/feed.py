"""Events of one root, from a thread of its own, or why there are none."""

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from watchfiles import Change, watch

Events = Callable[[Path, threading.Event], Iterator[set[str]]]

_STEP_MS, _DEBOUNCE_MS, _TIMEOUT_MS = 200, 1000, 500
_LIMIT_WORDS = ("limit", "no space left", "too many open files")
LIMIT_ADVICE = "raise fs.inotify.max_user_watches and max_user_instances (sysctl) on the machine that holds the folders"


def watch_events(root: Path, stop: threading.Event) -> Iterator[set[str]]:
    """Paths below `root` at which something happened, now and then. Raises OSError or RuntimeError where that ends.

    The first set, which may be empty, comes when all folders are watched.
    """
    # with permissions ignored the limit of watches would be too, and one folder without them would hide all after it
    changes: set[tuple[Change, str]]
    for changes in watch(
        root,
        watch_filter=None,
        stop_event=stop,
        raise_interrupt=False,
        yield_on_timeout=True,
        force_polling=False,
        ignore_permission_denied=False,
        step=_STEP_MS,
        debounce=_DEBOUNCE_MS,
        rust_timeout=_TIMEOUT_MS,
    ):
        yield {path for _, path in changes}


class EventFeed:
    """Collects events of a root while it lives. `failure` says why it does not, in words for a person."""

    def __init__(self, root: Path, events: Events = watch_events) -> None:
        self._paths: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._ready = threading.Event()
        self.failure: str | None = None
        self._thread = threading.Thread(target=self._run, args=(root, events), name=f"watch {root.name}", daemon=True)
        self._thread.start()

    def await_ready(self, *, within_s: float) -> None:
        """Return when events are collected, or will not be."""
        self._ready.wait(within_s)

    def take(self) -> set[str]:
        """The paths since the last call."""
        paths = set()
        while not self._paths.empty():
            paths.add(self._paths.get())
        return paths

    def close(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join(5.0)

    def _run(self, root: Path, events: Events) -> None:
        try:
            for paths in events(root, self._stop):
                self._ready.set()
                for path in paths:
                    self._paths.put(path)
        except (OSError, RuntimeError) as error:  # watchfiles raises both
            message = str(error).partition(" (Error")[0]
            is_limit = any(words in message.casefold() for words in _LIMIT_WORDS)
            self.failure = f"{message}; {LIMIT_ADVICE}" if is_limit else message
        finally:
            self._ready.set()
