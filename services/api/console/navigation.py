"""The pages that every page links to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NavigationLink:
    """A page in the navigation."""

    path: str
    name: str
    icon: str


NAVIGATION = (
    NavigationLink("/", "Home", "home"),
    NavigationLink("/console/library", "Library", "library"),
    NavigationLink("/console/help", "Help", "help"),
)
"""Only pages that there are, in their order."""
