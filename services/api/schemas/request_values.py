"""How values of requests are written, for the OpenAPI document.

Like `vocabulary` it says more than it checks: what a request may say is checked by its own rules, whose messages say
what to write. A `format` stands where no pattern can tell which values there are.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from shared.domain.emotion import TAXONOMIES
from shared.domain.head import PLANE, TAG_SET
from shared.domain.live_settings import LEAST_SHARE, WHOLE_SHARE

_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_BLANK = r"\s\x00\x1c-\x1f\x85"
"""What Python strips, and the sign that PostgreSQL cannot keep."""
_TAXONOMY = rf"({'|'.join(TAXONOMIES)})(\.[a-z0-9_]+(-[A-Za-z0-9]+)+)*"
_CLOCK = "([01]?[0-9]|2[0-3])(:[0-5][0-9])?"
_INTERVAL = f"{_CLOCK}-{_CLOCK}"


def match_pattern(pattern: str, **more: Any) -> Any:
    """What to annotate `str` with, so that the OpenAPI document says how the text is written."""
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", **more})


TaxonomyName = Annotated[str, match_pattern(_TAXONOMY, format="taxonomy")]
HeadName = Annotated[str, match_pattern(f"({_TAXONOMY}|{TAG_SET}|{PLANE})", format="head")]
EmotionName = Annotated[str, WithJsonSchema({"type": "string", "format": "emotion"})]
"""An emotion of the taxonomy, or the word for it."""
TagName = Annotated[str, WithJsonSchema({"type": "string", "format": "tag", "maxLength": 500})]
TrackName = Annotated[str, WithJsonSchema({"type": "string", "format": "one-line", "minLength": 1, "maxLength": 500})]
"""Printable signs, not all of them blank."""

IdCursor = Annotated[str, match_pattern(_UUID)]
ScoreCursor = Annotated[str, match_pattern(r"(0(\.[0-9]+)?|1(\.0+)?)~[1-9][0-9]{0,17}")]
_NUMBER = r"[0-9]{1,9}(\.[0-9]{1,20})?"
TrackCursor = Annotated[
    str,
    match_pattern(
        rf"(([0-9]{{1,4}}_-?[0-9]{{1,7}}(\.[0-9]{{1,9}})?_)?{_UUID}|(title|artist):{_UUID}(:[^\x00]*)?"
        rf"|(duration|certainty):{_UUID}(:{_NUMBER})?)"
    ),
]
"""Of tracks by age, by the values of their tags, or by what they are sorted by."""

SpotifyIds = Annotated[str, match_pattern(rf"[^\x00]*[^{_BLANK},][^\x00]*")]
SearchText = Annotated[str, match_pattern(rf'[^\x00]*[^{_BLANK}"][^\x00]*', maxLength=300)]

QuietHoursText = Annotated[
    str | None,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^(off|{_INTERVAL}(,{_INTERVAL})*)?$", "format": "quiet-hours"},
                {"type": "null"},
            ]
        }
    ),
]
CpuShare = Annotated[
    float | str | None,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": LEAST_SHARE, "maximum": WHOLE_SHARE},
                {"type": "string", "pattern": "^([5-9]|[1-9][0-9]|100)%$"},
                {"type": "null"},
            ]
        }
    ),
]
OnOrOff = Annotated[
    bool | str | None,
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "string", "enum": ["on", "off"]}, {"type": "null"}]}),
]
OnlyTrue = Annotated[bool, WithJsonSchema({"type": "boolean", "const": True})]


def _accept_whole_float(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


ItemLimit = Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(_accept_whole_float)]
WholeNumber = Annotated[int, BeforeValidator(_accept_whole_float)]
"""An integer of a body that is read strictly: `2.0` is one, as in JSON Schema; `true` and `"2"` are not."""
