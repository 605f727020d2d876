from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.recompute_plan_response_stages import RecomputePlanResponseStages


T = TypeVar("T", bound="RecomputePlanResponse")


@_attrs_define
class RecomputePlanResponse:
    """What a recomputation would do.

    Attributes:
        spec (str):
        n_tracks (int): All that there are
        n_to_compute (int): With their audio there
        n_carried_over (int): Of these, whose values all still stand: they cost no analysis
        n_audio_gone (int): Whose audio is not there any more: they keep their old features only
        stages (RecomputePlanResponseStages): How many tracks have each stage of the analysis to do
        seconds_a_track (float | None): Measured on the latest analyses; null before there was one
        n_processes (int | None): How many processes the latest job was worked on by
        takes_s (float | None):
        said (str):
        n_tags_only (int | Unset): Of `n_to_compute`, whose features stand, and that lack values of audio taggers
            Default: 0.
        tagging_s_a_track (float | None | Unset): Seconds of one process for each of these, decoding included; null
            without any
        is_tagging_measured (bool | Unset): Whether that was measured here; otherwise it is what the taggers declare
            Default: False.
    """

    spec: str
    n_tracks: int
    n_to_compute: int
    n_carried_over: int
    n_audio_gone: int
    stages: RecomputePlanResponseStages
    seconds_a_track: float | None
    n_processes: int | None
    takes_s: float | None
    said: str
    n_tags_only: int | Unset = 0
    tagging_s_a_track: float | None | Unset = UNSET
    is_tagging_measured: bool | Unset = False
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        spec = self.spec

        n_tracks = self.n_tracks

        n_to_compute = self.n_to_compute

        n_carried_over = self.n_carried_over

        n_audio_gone = self.n_audio_gone

        stages = self.stages.to_dict()

        seconds_a_track: float | None
        seconds_a_track = self.seconds_a_track

        n_processes: int | None
        n_processes = self.n_processes

        takes_s: float | None
        takes_s = self.takes_s

        said = self.said

        n_tags_only = self.n_tags_only

        tagging_s_a_track: float | None | Unset
        if isinstance(self.tagging_s_a_track, Unset):
            tagging_s_a_track = UNSET
        else:
            tagging_s_a_track = self.tagging_s_a_track

        is_tagging_measured = self.is_tagging_measured

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "spec": spec,
                "n_tracks": n_tracks,
                "n_to_compute": n_to_compute,
                "n_carried_over": n_carried_over,
                "n_audio_gone": n_audio_gone,
                "stages": stages,
                "seconds_a_track": seconds_a_track,
                "n_processes": n_processes,
                "takes_s": takes_s,
                "said": said,
            }
        )
        if n_tags_only is not UNSET:
            field_dict["n_tags_only"] = n_tags_only
        if tagging_s_a_track is not UNSET:
            field_dict["tagging_s_a_track"] = tagging_s_a_track
        if is_tagging_measured is not UNSET:
            field_dict["is_tagging_measured"] = is_tagging_measured

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recompute_plan_response_stages import RecomputePlanResponseStages  # noqa: PLC0415

        d = dict(src_dict)
        spec = d.pop("spec")

        n_tracks = d.pop("n_tracks")

        n_to_compute = d.pop("n_to_compute")

        n_carried_over = d.pop("n_carried_over")

        n_audio_gone = d.pop("n_audio_gone")

        stages = RecomputePlanResponseStages.from_dict(d.pop("stages"))

        def _parse_seconds_a_track(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        seconds_a_track = _parse_seconds_a_track(d.pop("seconds_a_track"))

        def _parse_n_processes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        n_processes = _parse_n_processes(d.pop("n_processes"))

        def _parse_takes_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        takes_s = _parse_takes_s(d.pop("takes_s"))

        said = d.pop("said")

        n_tags_only = d.pop("n_tags_only", UNSET)

        def _parse_tagging_s_a_track(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        tagging_s_a_track = _parse_tagging_s_a_track(d.pop("tagging_s_a_track", UNSET))

        is_tagging_measured = d.pop("is_tagging_measured", UNSET)

        recompute_plan_response = cls(
            spec=spec,
            n_tracks=n_tracks,
            n_to_compute=n_to_compute,
            n_carried_over=n_carried_over,
            n_audio_gone=n_audio_gone,
            stages=stages,
            seconds_a_track=seconds_a_track,
            n_processes=n_processes,
            takes_s=takes_s,
            said=said,
            n_tags_only=n_tags_only,
            tagging_s_a_track=tagging_s_a_track,
            is_tagging_measured=is_tagging_measured,
        )

        recompute_plan_response.additional_properties = d
        return recompute_plan_response

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
