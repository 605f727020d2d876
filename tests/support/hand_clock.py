"""A clock that tests move."""


class HandClock:
    """`clock()` is `clock.now`."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now
