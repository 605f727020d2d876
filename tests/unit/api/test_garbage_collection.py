"""Objects of the start are exempt from further collections."""

import gc

from services.api.garbage_collection import exempt_living_objects


def test_objects_of_the_start_are_not_walked_through_again() -> None:
    thresholds = gc.get_threshold()
    try:
        exempt_living_objects()
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold()[0] > thresholds[0]
        assert len(gc.get_objects()) < gc.get_freeze_count()
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
