"""What the API says of tracks and songs that are no music."""

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
    default=None, description=f"Why `emotion` is null: `{OUT_OF_DOMAIN}` (it is no music); null where there is one"
)
