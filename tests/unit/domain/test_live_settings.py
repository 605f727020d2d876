"""Whose value of a live setting counts, and how values are written."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.domain.live_settings import LIVE_SETTINGS, LiveSettings, SettingSource, effective_settings
from shared.settings import FixedLiveSettings


def sources(**given: Any) -> Any:
    return {one.kind.name: (one.value, one.source) for one in effective_settings(**given)}


def test_the_environment_wins_over_what_is_stored_and_that_over_the_default() -> None:
    found = sources(stored={"cpu_share": 0.5, "watch": True}, fixed={"cpu_share": 0.25})
    assert found["cpu_share"] == (0.25, SettingSource.ENVIRONMENT)
    assert found["watch"] == (True, SettingSource.STORED)
    assert found["quiet_hours"] == ("", SettingSource.DEFAULT)


def test_a_stored_value_that_nobody_can_read_any_more_stops_nothing() -> None:
    assert LiveSettings.from_values(stored={"cpu_share": "lots", "quiet_hours": "tonight"}, fixed={}) == LiveSettings()


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("cpu_share", "50%", 0.5),
        ("cpu_share", "0.5", 0.5),
        ("cpu_share", 1, 1.0),
        ("cpu_share", "5 %", 0.05),
        ("watch", "on", True),
        ("watch", False, False),
        ("watch", "Off", False),
        ("watch", "1", True),
        ("quiet_hours", "22-7", "22:00-07:00"),
        ("quiet_hours", ["22:00-23:00", "1-2"], "22:00-23:00,01:00-02:00"),
        ("quiet_hours", "", ""),
        ("quiet_hours", False, ""),
    ],
)
def test_a_value_is_read_as_people_and_json_write_it(name: str, written: Any, value: bool | float | str) -> None:
    assert LIVE_SETTINGS[name].read(written) == value


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("cpu_share", 0),
        ("cpu_share", "4%"),
        ("cpu_share", "150%"),
        ("cpu_share", True),
        ("cpu_share", "nan"),
        ("watch", "maybe"),
        ("watch", 2),
        ("quiet_hours", 7),
        ("quiet_hours", "22:00"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(name: str, written: bool | int | str) -> None:
    with pytest.raises(ValueError):
        LIVE_SETTINGS[name].read(written)


def test_an_empty_variable_is_not_set_and_an_unreadable_one_ends_the_start_with_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MER_QUIET_HOURS", "")
    monkeypatch.setenv("MER_CPU_SHARE", "25%")
    assert FixedLiveSettings().values_by_name == {"cpu_share": 0.25}
    monkeypatch.setenv("MER_QUIET_HOURS", "at night")
    with pytest.raises(ValidationError, match="22:00-07:00"):
        FixedLiveSettings()


def test_a_zone_that_there_is_not_ends_the_start_with_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MER_TIME_ZONE", "Europe/Atlantis")
    with pytest.raises(ValidationError, match="Europe/Berlin"):
        FixedLiveSettings()
