"""The word beside an emotion."""

from pydantic import Field

EMOTION_NAME = Field(
    description="The word for `emotion`: of `quadrant4` happy, tense, sad or calm, of other taxonomies `emotion` "
    "itself; null where `emotion` is null"
)
"""Of a response that holds an emotion."""
