from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.job_response_kind import JobResponseKind, check_job_response_kind
from ..models.job_response_state import JobResponseState, check_job_response_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.item_counts_response import ItemCountsResponse
    from ..models.job_response_ignored import JobResponseIgnored
    from ..models.job_response_params import JobResponseParams
    from ..models.job_response_reasons import JobResponseReasons
    from ..models.parked_work_response import ParkedWorkResponse
    from ..models.waiting_response import WaitingResponse


T = TypeVar("T", bound="JobResponse")


@_attrs_define
class JobResponse:
    """A job, counted now.

    Attributes:
        id (UUID):
        kind (JobResponseKind):
        state (JobResponseState):
        params (JobResponseParams):
        items (ItemCountsResponse): Items: requested = done + failed + skipped at the end.
        rate_per_s (float | None): Items a second so far
        time_left_s (float | None): Seconds to go at this rate; null until all items are known
        created_at (datetime.datetime):
        started_at (datetime.datetime | None):
        finished_at (datetime.datetime | None):
        href (str):
        reasons (JobResponseReasons | Unset): Why items failed or were skipped
        ignored (JobResponseIgnored | Unset): What the source holds that was passed over, by kind: a suffix, a column,
            …; what begins with `read` says how a table's cells were read, and how many
        missing (int | Unset): Of a crawl: known files that it found to be gone Default: 0.
        returned (int | Unset): Of a crawl: files that were missing and are there again Default: 0.
        parked (None | ParkedWorkResponse | Unset): What waits for a source, and until when
        waits (None | Unset | WaitingResponse): What quiet hours hold back, and until when
        note (None | str | Unset): What is being done just now
        reason (None | str | Unset):
        detail (None | str | Unset):
    """

    id: UUID
    kind: JobResponseKind
    state: JobResponseState
    params: JobResponseParams
    items: ItemCountsResponse
    rate_per_s: float | None
    time_left_s: float | None
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    href: str
    reasons: JobResponseReasons | Unset = UNSET
    ignored: JobResponseIgnored | Unset = UNSET
    missing: int | Unset = 0
    returned: int | Unset = 0
    parked: None | ParkedWorkResponse | Unset = UNSET
    waits: None | Unset | WaitingResponse = UNSET
    note: None | str | Unset = UNSET
    reason: None | str | Unset = UNSET
    detail: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.parked_work_response import ParkedWorkResponse  # noqa: PLC0415
        from ..models.waiting_response import WaitingResponse  # noqa: PLC0415

        id = str(self.id)

        kind: str = self.kind

        state: str = self.state

        params = self.params.to_dict()

        items = self.items.to_dict()

        rate_per_s: float | None
        rate_per_s = self.rate_per_s

        time_left_s: float | None
        time_left_s = self.time_left_s

        created_at = self.created_at.isoformat()

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        href = self.href

        reasons: dict[str, Any] | Unset = UNSET
        if not isinstance(self.reasons, Unset):
            reasons = self.reasons.to_dict()

        ignored: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ignored, Unset):
            ignored = self.ignored.to_dict()

        missing = self.missing

        returned = self.returned

        parked: dict[str, Any] | None | Unset
        if isinstance(self.parked, Unset):
            parked = UNSET
        elif isinstance(self.parked, ParkedWorkResponse):
            parked = self.parked.to_dict()
        else:
            parked = self.parked

        waits: dict[str, Any] | None | Unset
        if isinstance(self.waits, Unset):
            waits = UNSET
        elif isinstance(self.waits, WaitingResponse):
            waits = self.waits.to_dict()
        else:
            waits = self.waits

        note: None | str | Unset
        if isinstance(self.note, Unset):
            note = UNSET
        else:
            note = self.note

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        detail: None | str | Unset
        if isinstance(self.detail, Unset):
            detail = UNSET
        else:
            detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "state": state,
                "params": params,
                "items": items,
                "rate_per_s": rate_per_s,
                "time_left_s": time_left_s,
                "created_at": created_at,
                "started_at": started_at,
                "finished_at": finished_at,
                "href": href,
            }
        )
        if reasons is not UNSET:
            field_dict["reasons"] = reasons
        if ignored is not UNSET:
            field_dict["ignored"] = ignored
        if missing is not UNSET:
            field_dict["missing"] = missing
        if returned is not UNSET:
            field_dict["returned"] = returned
        if parked is not UNSET:
            field_dict["parked"] = parked
        if waits is not UNSET:
            field_dict["waits"] = waits
        if note is not UNSET:
            field_dict["note"] = note
        if reason is not UNSET:
            field_dict["reason"] = reason
        if detail is not UNSET:
            field_dict["detail"] = detail

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.item_counts_response import ItemCountsResponse  # noqa: PLC0415
        from ..models.job_response_ignored import JobResponseIgnored  # noqa: PLC0415
        from ..models.job_response_params import JobResponseParams  # noqa: PLC0415
        from ..models.job_response_reasons import JobResponseReasons  # noqa: PLC0415
        from ..models.parked_work_response import ParkedWorkResponse  # noqa: PLC0415
        from ..models.waiting_response import WaitingResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = check_job_response_kind(d.pop("kind"))

        state = check_job_response_state(d.pop("state"))

        params = JobResponseParams.from_dict(d.pop("params"))

        items = ItemCountsResponse.from_dict(d.pop("items"))

        def _parse_rate_per_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        rate_per_s = _parse_rate_per_s(d.pop("rate_per_s"))

        def _parse_time_left_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        time_left_s = _parse_time_left_s(d.pop("time_left_s"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        href = d.pop("href")

        _reasons = d.pop("reasons", UNSET)
        reasons: JobResponseReasons | Unset
        if isinstance(_reasons, Unset):
            reasons = UNSET
        else:
            reasons = JobResponseReasons.from_dict(_reasons)

        _ignored = d.pop("ignored", UNSET)
        ignored: JobResponseIgnored | Unset
        if isinstance(_ignored, Unset):
            ignored = UNSET
        else:
            ignored = JobResponseIgnored.from_dict(_ignored)

        missing = d.pop("missing", UNSET)

        returned = d.pop("returned", UNSET)

        def _parse_parked(data: object) -> None | ParkedWorkResponse | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                parked_type_0 = ParkedWorkResponse.from_dict(data)

                return parked_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ParkedWorkResponse | Unset, data)

        parked = _parse_parked(d.pop("parked", UNSET))

        def _parse_waits(data: object) -> None | Unset | WaitingResponse:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                waits_type_0 = WaitingResponse.from_dict(data)

                return waits_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | WaitingResponse, data)

        waits = _parse_waits(d.pop("waits", UNSET))

        def _parse_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        note = _parse_note(d.pop("note", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_detail(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        detail = _parse_detail(d.pop("detail", UNSET))

        job_response = cls(
            id=id,
            kind=kind,
            state=state,
            params=params,
            items=items,
            rate_per_s=rate_per_s,
            time_left_s=time_left_s,
            created_at=created_at,
            started_at=started_at,
            finished_at=finished_at,
            href=href,
            reasons=reasons,
            ignored=ignored,
            missing=missing,
            returned=returned,
            parked=parked,
            waits=waits,
            note=note,
            reason=reason,
            detail=detail,
        )

        job_response.additional_properties = d
        return job_response

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
