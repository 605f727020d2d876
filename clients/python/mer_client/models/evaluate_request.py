from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.annotator_kind import AnnotatorKind, check_annotator_kind
from ..types import UNSET, Unset

T = TypeVar("T", bound="EvaluateRequest")


@_attrs_define
class EvaluateRequest:
    """Which labelled tracks; without anything, all that are new to the model.

    Example:
        {'source': 'jamendo'}

    Attributes:
        source (None | str | Unset): Only tracks that come from it
        annotator (None | str | Unset): Only what this person, playlist or import said
        annotator_kind (AnnotatorKind | None | Unset):
        since (datetime.datetime | None | Unset): Only what was said then or later
        until (datetime.datetime | None | Unset): Only what was said before
    """

    source: None | str | Unset = UNSET
    annotator: None | str | Unset = UNSET
    annotator_kind: AnnotatorKind | None | Unset = UNSET
    since: datetime.datetime | None | Unset = UNSET
    until: datetime.datetime | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        source: None | str | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        else:
            source = self.source

        annotator: None | str | Unset
        if isinstance(self.annotator, Unset):
            annotator = UNSET
        else:
            annotator = self.annotator

        annotator_kind: None | str | Unset
        if isinstance(self.annotator_kind, Unset):
            annotator_kind = UNSET
        elif isinstance(self.annotator_kind, str):
            annotator_kind = self.annotator_kind
        else:
            annotator_kind = self.annotator_kind

        since: None | str | Unset
        if isinstance(self.since, Unset):
            since = UNSET
        elif isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        until: None | str | Unset
        if isinstance(self.until, Unset):
            until = UNSET
        elif isinstance(self.until, datetime.datetime):
            until = self.until.isoformat()
        else:
            until = self.until

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if source is not UNSET:
            field_dict["source"] = source
        if annotator is not UNSET:
            field_dict["annotator"] = annotator
        if annotator_kind is not UNSET:
            field_dict["annotator_kind"] = annotator_kind
        if since is not UNSET:
            field_dict["since"] = since
        if until is not UNSET:
            field_dict["until"] = until

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_source(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source = _parse_source(d.pop("source", UNSET))

        def _parse_annotator(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        annotator = _parse_annotator(d.pop("annotator", UNSET))

        def _parse_annotator_kind(data: object) -> AnnotatorKind | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                annotator_kind_type_0 = check_annotator_kind(data)

                return annotator_kind_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AnnotatorKind | None | Unset, data)

        annotator_kind = _parse_annotator_kind(d.pop("annotator_kind", UNSET))

        def _parse_since(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(data)

                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        since = _parse_since(d.pop("since", UNSET))

        def _parse_until(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                until_type_0 = datetime.datetime.fromisoformat(data)

                return until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        until = _parse_until(d.pop("until", UNSET))

        evaluate_request = cls(
            source=source,
            annotator=annotator,
            annotator_kind=annotator_kind,
            since=since,
            until=until,
        )

        return evaluate_request
