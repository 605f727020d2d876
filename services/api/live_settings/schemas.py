"""Documents of live settings and of the hook."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.api.access.shown_paths import ShownPath, ShownText
from services.api.schemas.request_values import CpuShare, OnOrOff, QuietHoursText
from services.api.schemas.vocabulary import SettingSourceName, WatchModeName


class SettingResponse(BaseModel):
    """A live setting."""

    value: str | float | bool | None = Field(description="What counts now")
    source: SettingSourceName = Field(description="`environment`, `stored` or `default`")
    fixed: bool = Field(description="Set in the environment: it cannot be changed here")
    variable: str = Field(description="The variable that fixes it")
    meaning: str
    updated_at: datetime | None = Field(default=None, description="When it was stored, if it is")
    updated_by: str | None = None


class WatchedRootResponse(BaseModel):
    """How a library root is watched."""

    root: ShownPath
    mode: WatchModeName = Field(
        description="`events`; `rescan`: looked through every few minutes; `away`: it cannot be read"
    )
    detail: ShownText
    n_folders: int
    n_files: int
    looked_at: datetime | None


class FolderChangeResponse(BaseModel):
    """A folder that will be crawled because something changed in it."""

    path: ShownPath
    noticed_by: str
    first_at: datetime
    last_at: datetime


class SettingListResponse(BaseModel):
    """All live settings, and what follows from them now."""

    quiet_hours: SettingResponse
    cpu_share: SettingResponse
    watch: SettingResponse
    quiet_until: datetime | None = Field(description="When the quiet hours end that it is now; null: it is none")
    watched: list[WatchedRootResponse] = Field(description="Empty where watch is off")
    changes: list[FolderChangeResponse] = Field(description="What changed and is not crawled yet")


class SettingsBody(BaseModel):
    """The settings to store; null takes what is stored back."""

    model_config = ConfigDict(extra="forbid", strict=True)
    quiet_hours: QuietHoursText = Field(default=None, description="Like `22:00-07:00`, several with commas, or `off`")
    cpu_share: CpuShare = Field(default=None, description="From 0.05 to 1, or like `50%`")
    watch: OnOrOff = Field(default=None, description="true or false, or `on` or `off`")


class HookResponse(BaseModel):
    """What a call of the hook leads to."""

    changes: list[FolderChangeResponse] = Field(description="Folders that will be crawled")
    crawls_in_s: float = Field(description="At the earliest, if nothing more is said; then it begins within seconds")
    detail: ShownText
