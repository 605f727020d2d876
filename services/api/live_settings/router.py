"""`/settings`: what may change while everything runs."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter

from services.api.deps import ApiPorts, PortsDep
from services.api.errors import conflict_error, invalid_request
from services.api.live_settings.schemas import FolderChangeResponse, SettingListResponse, SettingResponse, SettingsBody
from services.api.live_settings.schemas import WatchedRootResponse as Watched
from services.api.live_settings.service import end_of_quiet_hours, live_settings
from services.api.schemas.problem import ProblemDetails
from shared.domain.live_settings import LIVE_SETTINGS, EffectiveSetting, effective_settings
from shared.store.live_settings import StoredSetting
from shared.store.repositories import Repositories
from shared.store.tables import FolderChange

router = APIRouter(prefix="/settings", tags=["settings"])


@router.get("")
def show_settings(ports: PortsDep) -> SettingListResponse:
    """The live settings, where each value comes from, and how the library roots are watched."""
    with ports.store.read() as repositories:
        return _build_response(ports, repositories)


@router.patch("", responses={409: {"model": ProblemDetails}, 422: {"model": ProblemDetails}})
def change_settings(body: SettingsBody, ports: PortsDep) -> SettingListResponse:
    """Store some of them; null takes what is stored back. Everything that runs goes by it at once."""
    changes = body.model_dump(exclude_unset=True)
    for name in changes:
        if name in ports.fixed.values_by_name:
            variable = LIVE_SETTINGS[name].variable
            raise conflict_error(
                "setting_fixed", f"{name} is fixed by {variable}: take it out of the environment and start again"
            )
    values = {name: _parse_setting(name, value) for name, value in changes.items()}

    def save(repositories: Repositories) -> SettingListResponse:
        rows = repositories.live_settings
        for name, value in values.items():
            rows.save(name, value, by="api")
        return _build_response(ports, repositories)

    return ports.store.transact("settings.save", save)


def _parse_setting(name: str, value: Any) -> Any:
    if value is None:
        return None
    try:
        return LIVE_SETTINGS[name].read(value)
    except ValueError as error:
        raise invalid_request("invalid_setting", f"{name}: {error}") from None


def _build_response(ports: ApiPorts, repositories: Repositories) -> SettingListResponse:
    stored = repositories.live_settings.list_stored()
    values = {name: setting.value for name, setting in stored.items()}
    effective = effective_settings(stored=values, fixed=ports.fixed.values_by_name)
    watched = repositories.watched_roots.list_by_name() if live_settings(ports, repositories).watch else {}
    music = ports.library.music_roots
    return SettingListResponse(
        **{setting.kind.name: _setting_response(setting, stored.get(setting.kind.name)) for setting in effective},
        quiet_until=end_of_quiet_hours(ports, repositories, now=datetime.now(UTC)),
        watched=[
            Watched(
                root=str(music[name]),
                mode=root.mode,
                detail=root.detail,
                n_folders=root.n_folders,
                n_files=root.n_files,
                looked_at=root.looked_at,
            )
            for name, root in watched.items()
            if name in music
        ],
        changes=[folder_change_response(ports, change) for change in repositories.folder_changes.list_waiting()],
    )


def _setting_response(setting: EffectiveSetting, stored: StoredSetting | None) -> SettingResponse:
    return SettingResponse(
        value=setting.value if setting.value != "" else None,
        source=setting.source,
        fixed=setting.is_fixed,
        variable=setting.kind.variable,
        meaning=setting.kind.meaning,
        updated_at=stored.updated_at if stored else None,
        updated_by=stored.updated_by if stored else None,
    )


def folder_change_response(ports: ApiPorts, change: FolderChange) -> FolderChangeResponse:
    """The response for a change that is not crawled yet."""
    return FolderChangeResponse(
        path=ports.library.host_path(f"{change.root}/{change.folder}"),
        noticed_by=change.noticed_by,
        first_at=change.first_at,
        last_at=change.last_at,
    )
