"""Types for JSON whose fields are not known: JSON columns, responses of other programs, output of the command line.

If this project defines the fields, use a `TypedDict` or a frozen dataclass in the package that creates the object.
"""

from typing import Any

JsonObject = dict[str, Any]
"""Keys and JSON values of a shape that the reader cannot know: another program's, another version's, or any of many."""
