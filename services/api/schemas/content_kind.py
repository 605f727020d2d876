"""What the API says of tracks and songs without an emotion: what is no music, and what is none of the emotions."""

from pydantic import Field

from shared.domain.content_kind import ContentKind
from shared.errors import Reason

OUT_OF_DOMAIN = Reason.OUT_OF_DOMAIN.value
CONTENT_KIND = Field(
    default=None,
    description=f"What is heard in what is no music, by YAMNet: {', '.join(f'`{kind}`' for kind in ContentKind)}; null "
    "for music, for what somebody gave a mood, and where YAMNet was not asked",
)
REASON = Field(
    default=None,
    description=f"Why `emotion` is null: `{OUT_OF_DOMAIN}` (it is no music) or `{Reason.NONE_OF_THESE.value}` (the "
    "model says that it is none of its emotions); null where there is one",
)


def explain_no_emotion(emotion: str | None, content_kind: ContentKind | None) -> str | None:
    """The reason code of an answer without an emotion; None where there is one."""
    if content_kind is not None:
        return OUT_OF_DOMAIN
    return Reason.NONE_OF_THESE.value if emotion is None else None
