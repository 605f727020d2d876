"""Live settings: what may change while everything runs. What they are, how they are written, and whose value counts.

A variable of the environment that is set wins and is fixed; else what was stored counts; else the default.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from shared.domain.quiet_hours import QuietHours

LEAST_SHARE, WHOLE_SHARE = 0.05, 1.0
_ON = frozenset({"on", "true", "yes", "1"})
_OFF = frozenset({"off", "false", "no", "0"})

Value = str | float | bool


class SettingSource(StrEnum):
    """Where the value that counts comes from."""

    ENVIRONMENT = "environment"
    STORED = "stored"
    DEFAULT = "default"


@dataclass(frozen=True, kw_only=True)
class SettingKind:
    """A live setting: the value without anybody's word, and how a word is read."""

    name: str
    default: Value
    read: Callable[[object], Value]
    """The value of what a person wrote or JSON holds. Raises ValueError with how it is written."""
    meaning: str

    @property
    def variable(self) -> str:
        """The variable of the environment that fixes it."""
        return f"MER_{self.name.upper()}"


@dataclass(frozen=True, kw_only=True)
class EffectiveSetting:
    """The value that counts, and where it comes from."""

    kind: SettingKind
    value: Value
    source: SettingSource

    @property
    def is_fixed(self) -> bool:
        """Set from outside: it cannot be changed while this runs."""
        return self.source is SettingSource.ENVIRONMENT


@dataclass(frozen=True, kw_only=True)
class LiveSettings:
    """The values that count just now."""

    quiet_hours: QuietHours = field(default_factory=QuietHours)
    cpu_share: float = WHOLE_SHARE
    """Of all cores, for bulk analysis."""
    watch: bool = False
    """Whether changes below the library roots are noticed and crawled."""

    @classmethod
    def from_values(cls, *, stored: Mapping[str, Any], fixed: Mapping[str, Value]) -> "LiveSettings":
        """The values that count, of those that are stored and those that the environment fixes."""
        values = {setting.kind.name: setting.value for setting in effective_settings(stored=stored, fixed=fixed)}
        return cls(
            quiet_hours=QuietHours.parse(str(values["quiet_hours"])),
            cpu_share=float(values["cpu_share"]),
            watch=bool(values["watch"]),
        )


def read_quiet_hours(value: object) -> str:
    """Normalised text; empty for none. Raises ValueError."""
    if isinstance(value, (list, tuple)):
        value = ",".join(map(str, value))
    if value is False:
        value = ""
    return str(QuietHours.parse(str(value)))


def read_cpu_share(value: object) -> float:
    """A share between .05 and 1, of `0.5` or `50%`. Raises ValueError."""
    text = str(value).strip()
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise ValueError(f"a CPU share is written like 0.5 or 50%, not {text!r}") from None
    if not LEAST_SHARE <= share <= WHOLE_SHARE:
        raise ValueError(f"a CPU share goes from {LEAST_SHARE:g} (5%) to 1 (100%): {text} is outside")
    return share


def read_watch(value: object) -> bool:
    """True or False, of JSON's words or `on` and `off`. Raises ValueError."""
    text = str(value).strip().casefold()
    if text in _ON | _OFF:
        return text in _ON
    raise ValueError(f"watch is on or off, not {value!r}")


LIVE_SETTINGS: Mapping[str, SettingKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            SettingKind(
                name="quiet_hours",
                default="",
                read=read_quiet_hours,
                meaning="hours in which no bulk analysis, rescoring or training starts",
            ),
            SettingKind(
                name="cpu_share",
                default=WHOLE_SHARE,
                read=read_cpu_share,
                meaning="share of all cores that bulk analysis may use",
            ),
            SettingKind(
                name="watch",
                default=False,
                read=read_watch,
                meaning="notice changes below the library roots, and crawl them",
            ),
        )
    }
)


def effective_settings(*, stored: Mapping[str, Any], fixed: Mapping[str, Value]) -> tuple[EffectiveSetting, ...]:
    """All live settings. A stored value that cannot be read (of another version) counts as not stored."""
    return tuple(_effective(kind, stored, fixed) for kind in LIVE_SETTINGS.values())


def _effective(kind: SettingKind, stored: Mapping[str, Any], fixed: Mapping[str, Value]) -> EffectiveSetting:
    if kind.name in fixed:
        return EffectiveSetting(kind=kind, value=fixed[kind.name], source=SettingSource.ENVIRONMENT)
    if stored.get(kind.name) is not None:
        try:
            return EffectiveSetting(kind=kind, value=kind.read(stored[kind.name]), source=SettingSource.STORED)
        except ValueError:
            pass
    return EffectiveSetting(kind=kind, value=kind.default, source=SettingSource.DEFAULT)
