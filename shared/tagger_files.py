"""Reads spec files of the owner's taggers (JSON or TOML). The graphs themselves are read by the featurizer alone."""

import json
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.domain.features import FeatureSpec
from shared.domain.owner_graph import (
    BANDS,
    FRAMES,
    PATCHES,
    SAMPLES,
    GraphInput,
    MelInput,
    OwnerGraph,
    PooledOutput,
)
from shared.domain.stages import list_stages
from shared.domain.taggers import BUILT_IN_TAGGERS, MUSICNN_POOL, TaggerBlock, TaggerSpec
from shared.errors import PermanentError, Reason

_SUFFIXES = frozenset({".json", ".toml"})
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MAX_VALUES = 8192
"""Of one tagger: more would not fit beside each other in the rows that estimators read."""
_N_SHOWN = 3

_Name = Annotated[str, Field(pattern=rf"^{_NAME.pattern}$")]
_Axis = Literal["patches", "frames", "bands", "samples", 1]


@dataclass(frozen=True, kw_only=True)
class OwnerTaggers:
    """The taggers of the spec files that were named, and what is wrong with the others."""

    specs: tuple[TaggerSpec, ...] = ()
    problems: Mapping[str, PermanentError] = field(default_factory=dict)
    """By the name that a file gives, or that of the file where it gives none."""


class _MelFields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    n_fft: int = Field(ge=16, le=65_536)
    win_length: int | None = Field(default=None, ge=16)
    hop_length: int = Field(ge=1, le=65_536)
    n_mels: int = Field(ge=1, le=1024)
    fmin: float = Field(default=0.0, ge=0)
    fmax: float | None = None
    scale: Literal["slaney", "htk"] = "slaney"
    norm: Literal["slaney", "none"] = "slaney"
    power: Literal[1, 2] = 2
    is_centred: bool = True
    log: Literal["natural", "log10", "none"] = "none"
    log_factor: float = Field(default=1.0, gt=0)
    log_offset: float = Field(default=0.0, ge=0)
    log_multiplier: float = 1.0

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.win_length is not None and self.win_length > self.n_fft:
            raise ValueError("win_length is above n_fft")
        if self.log != "none" and not self.log_offset:
            raise ValueError("log_offset has to be above 0: silence has no logarithm")
        return self

    def to_mel_input(self, sr: int) -> MelInput:
        """Raises ValueError where the bands do not lie below half of the rate."""
        fmax = sr / 2 if self.fmax is None else self.fmax
        if not self.fmin < fmax <= sr / 2:
            raise ValueError(f"input.mel: fmin to fmax is {self.fmin:g} to {fmax:g} Hz, and sr ends at {sr / 2:g}")
        given = self.model_dump() | {"fmax": fmax, "win_length": self.win_length or self.n_fft}
        return MelInput(**given)


class _InputFields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    axes: Annotated[tuple[_Axis, ...], Field(min_length=1)]
    mel: _MelFields | None = None

    @model_validator(mode="after")
    def _has_its_axes(self) -> Self:
        named = [axis for axis in self.axes if axis != 1]
        needed = {SAMPLES} if self.mel is None else {FRAMES, BANDS}
        if len(named) != len(set(named)) or set(named) - {PATCHES} != needed:
            raise ValueError(f"axes have to name {' and '.join(sorted(needed))} once, and {PATCHES} at most once")
        return self


class _OutputFields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    block: _Name
    size: int = Field(ge=1, le=_MAX_VALUES)
    unit: str = "1"
    pooling: Annotated[tuple[Literal["mean", "std"], ...], Field(min_length=1)] = ("mean",)
    value_names: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_named_whole(self) -> Self:
        if self.value_names and len(set(self.value_names)) != self.size:
            raise ValueError(f"value_names has {len(set(self.value_names))} different names, and size is {self.size}")
        if len(set(self.pooling)) != len(self.pooling):
            raise ValueError("pooling names a statistic twice")
        return self

    def list_blocks(self) -> tuple[TaggerBlock, ...]:
        """A block a statistic."""
        return tuple(
            TaggerBlock(name=f"{self.block}_{statistic}", size=self.size, unit=self.unit, value_names=self.value_names)
            for statistic in self.pooling
        )


class _TaggerFields(BaseModel):
    """A spec file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: _Name
    graph: Path
    weights: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")] | None = None
    sr: int = Field(ge=1000, le=192_000)
    input: _InputFields
    patch_length: int = Field(ge=1)
    max_patches: int = Field(ge=1, le=1000)
    outputs: Annotated[tuple[_OutputFields, ...], Field(min_length=1)]
    version: int = Field(default=1, ge=1)
    cost_s: float = Field(default=0.1, ge=0)
    licence: Annotated[str, Field(min_length=1)]
    citation: Annotated[str, Field(min_length=1)]
    trained_on: Annotated[str, Field(min_length=1)]
    trained_until: int | None = Field(default=None, ge=1900, le=2100)

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        blocks = [block for output in self.outputs for block in output.list_blocks()]
        if len({block.name for block in blocks}) != len(blocks):
            raise ValueError("two outputs give blocks of one name")
        if sum(block.size for block in blocks) > _MAX_VALUES:
            raise ValueError(f"more than {_MAX_VALUES} values a track")
        return self

    def to_spec(self, folder: Path) -> TaggerSpec:
        """The tagger, its graph named from `folder`. Raises ValueError."""
        mel = self.input.mel.to_mel_input(self.sr) if self.input.mel else None
        patch_s = self.patch_length * (mel.hop_length if mel else 1) / self.sr
        return TaggerSpec(
            name=self.name,
            weights=self.weights or "",  # no graph has these: what its own are is told where it is read
            sr=self.sr,
            patch_s=patch_s,
            max_patches=self.max_patches,
            blocks=tuple(block for output in self.outputs for block in output.list_blocks()),
            version=self.version,
            cost_s=self.cost_s,
            licence=self.licence,
            citation=self.citation,
            trained_on=self.trained_on,
            trained_until=self.trained_until,
            graph=OwnerGraph(
                path=folder / self.graph.expanduser(),
                input=GraphInput(name=self.input.name, axes=self.input.axes, mel=mel),
                patch_length=self.patch_length,
                outputs=tuple(
                    PooledOutput(name=output.name, size=output.size, statistics=output.pooling)
                    for output in self.outputs
                ),
            ),
        )


def read_owner_taggers(paths: Sequence[Path]) -> OwnerTaggers:
    """The taggers of spec files, and of those in folders; a folder that is not there holds none."""
    specs: dict[str, TaggerSpec] = {}
    problems: dict[str, PermanentError] = {}
    for path in _list_spec_files(paths):
        name = path.stem
        try:
            content = _read_content(path)
            name = str(content.get("name", name))
            specs[name] = _build_spec(content, path, taken=specs)
        except PermanentError as error:
            problems[name if name not in problems else str(path)] = error
    return OwnerTaggers(specs=tuple(specs[name] for name in sorted(specs)), problems=problems)


def read_tagger_file(path: Path) -> TaggerSpec:
    """The tagger of one spec file.

    Raises:
        PermanentError: `not_found`; `unreadable_tagger` (no JSON or TOML, a field that is missing or out of range);
            `tagger_name_taken`.

    """
    return _build_spec(_read_content(path), path, taken=())


def _list_spec_files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.suffix in _SUFFIXES:
            files.append(path)
        elif path.is_dir():
            files += sorted(one for one in path.iterdir() if one.suffix in _SUFFIXES)
    return list(dict.fromkeys(files))


def _read_content(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except FileNotFoundError as error:
        raise PermanentError(Reason.NOT_FOUND, f"there is no spec file {path}") from error
    except (OSError, ValueError) as error:
        raise PermanentError(Reason.UNREADABLE_TAGGER, f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise PermanentError(Reason.UNREADABLE_TAGGER, f"{path} holds no object with the fields of a tagger")
    return content


def _build_spec(content: dict[str, Any], path: Path, *, taken: Collection[str]) -> TaggerSpec:
    if content.get("name") in {
        *taken,
        *BUILT_IN_TAGGERS,
        MUSICNN_POOL.name,
        *list_stages(FeatureSpec(), waveforms=True),
    }:
        owner = "another file" if content["name"] in taken else "mer"
        detail = f"{path}: the name {content['name']} is taken by {owner}: give the tagger another one"
        raise PermanentError(Reason.TAGGER_NAME_TAKEN, detail)
    try:
        return _TaggerFields.model_validate(content).to_spec(path.parent)
    except ValidationError as error:
        raise PermanentError(Reason.UNREADABLE_TAGGER, f"{path}: {_describe_errors(error)}") from error
    except ValueError as error:
        raise PermanentError(Reason.UNREADABLE_TAGGER, f"{path}: {error}") from error


def _describe_errors(error: ValidationError) -> str:
    """The first few of them, each by the field that it concerns."""
    messages = [
        f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}".removeprefix(": ")
        for one in error.errors()
    ]
    rest = f"; and {len(messages) - _N_SHOWN} more" if len(messages) > _N_SHOWN else ""
    return "; ".join(messages[:_N_SHOWN]) + rest
