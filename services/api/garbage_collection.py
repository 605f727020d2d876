"""Garbage collection that does not keep requests waiting.

Modules, routes and schemas are some hundred thousand objects that live as long as the process. A full collection walks
through all of them, for a third of a second in which nothing is answered, and finds nothing.
"""

import gc

_THRESHOLDS = (5_000, 10, 10)
"""New objects before the young ones are looked through, a millisecond's work, and how many such collections come before
the next older generation has its turn. Nearly all objects go by reference counting, long before.
"""


def exempt_living_objects() -> None:
    """Leave the objects that there are now out of all further collections, and collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
