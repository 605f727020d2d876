"""What is JSON and no more is known of it: columns, answers of other programs, what the command line shows.

A shape that this project makes itself is a `TypedDict` or a frozen dataclass in the package that makes it.
"""

from typing import Any

JsonObject = dict[str, Any]
"""Keys and JSON values of a shape that the reader cannot know: another program's, another version's, or any of many."""
