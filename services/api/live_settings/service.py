"""Live settings as the API sees them: what counts, and which jobs wait for the end of quiet hours."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from services.api.deps import ApiPorts
from services.api.schemas.job import WaitingResponse
from shared.domain.live_settings import LiveSettings
from shared.store.repositories import Repositories


def live_settings(ports: ApiPorts, repositories: Repositories) -> LiveSettings:
    """The values that count now."""
    return LiveSettings.from_values(stored=repositories.live_settings.get_values(), fixed=ports.fixed.values_by_name)


def end_of_quiet_hours(ports: ApiPorts, repositories: Repositories, *, now: datetime) -> datetime | None:
    """When the quiet hours end that it is now; None where it is none."""
    return live_settings(ports, repositories).quiet_hours.end(now, zone=ports.fixed.zone)


def waits_for_quiet_hours(
    ports: ApiPorts, repositories: Repositories, job_ids: Sequence[UUID]
) -> dict[UUID, WaitingResponse]:
    """Of the jobs those whose remaining work does not start now, and until when."""
    now = datetime.now(UTC)
    until = end_of_quiet_hours(ports, repositories, now=now)
    if until is None:
        return {}
    detail = f"waits until {until.astimezone(ports.fixed.zone):%H:%M}: quiet hours"
    return {
        job_id: WaitingResponse(
            reason="quiet_hours",
            until=until,
            time_left_s=round((until - now).total_seconds(), 1),
            n_items=n_items,
            detail=detail,
        )
        for job_id, n_items in repositories.resting_jobs.count_waiting_items(job_ids).items()
    }
