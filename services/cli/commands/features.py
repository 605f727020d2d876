"""`mer features …` and `mer augment`: what is computed from audio, packed for training, and varied."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from services.cli.client import ApiClient
from services.cli.progress import start_and_follow
from services.cli.views.columns import format_count
from shared.domain.augmentation import TRANSFORMS, AugmentRequest
from shared.domain.learned_columns import LEARNED_STAGE
from shared.errors import PermanentError
from shared.json_objects import JsonObject
from shared.tagger_files import read_tagger_file

features = typer.Typer(no_args_is_help=True, help="Features: how they stand, recomputing, packs and variants.")
console = Console(width=None if sys.stdout.isatty() else 160)

Wait = Annotated[bool, typer.Option(help="Watch the job until it ends")]
Variants = Annotated[list[str] | None, typer.Option("--variant", help=f"{', '.join(TRANSFORMS)}; default: all")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same variants")]
Copies = Annotated[int, typer.Option(help="Of every track, by each of the transforms")]
Failed = Annotated[bool, typer.Option("--failed", help="Also the tracks that could not be analysed")]


@features.command()
def status() -> None:
    """How many tracks have features under the spec of today, and what is stored."""
    show_status(console, ApiClient().get("/features/status"))


@features.command()
def recompute(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would do, and for how long")] = False,
    failed: Failed = False,
    wait: Wait = True,
) -> None:
    """Compute what a change of the feature spec left without features. What still stands is carried over."""
    client = ApiClient()
    plan = client.get("/features/recompute", failed=failed)
    console.print(plan["said"], highlight=False)
    if plan["n_carried_over"]:
        console.print(f"  {plan['n_carried_over']:,} of them are carried over as they are", highlight=False)
    stages = ", ".join(f"{name} {number:,}" for name, number in plan["stages"].items() if number)
    if stages:
        console.print(f"  stages to do: {stages}", highlight=False)
    if not dry_run and plan["n_to_compute"] + plan["n_audio_gone"]:
        start_and_follow(client, "/features/recompute", {"failed": failed}, console, wait=wait)


@features.command()
def pack(
    kind: Annotated[
        str, typer.Option(help="talk or excerpt (one a track), excerpts (all of the clip) or waveform")
    ] = "talk",
    *,
    wait: Wait = True,
) -> None:
    """Write the arrays of all tracks into a few files that training maps into memory."""
    start_and_follow(ApiClient(), "/features/pack", {"kind": kind}, console, wait=wait)


@features.command(name="check-tagger")
def check_tagger(file: Annotated[Path, typer.Argument(help="The spec file, JSON or TOML")]) -> None:
    """Try an audio tagger of your own: its spec file, its graph, and its values for noise and for silence."""
    from services.featurizer.taggers.graph_file import TaggerFileError  # noqa: PLC0415 - a runtime, for this alone
    from services.featurizer.taggers.owner_tagger import check_owner_tagger  # noqa: PLC0415

    try:
        tagger = read_tagger_file(file)
        took_s = check_owner_tagger(tagger)
    except (PermanentError, TaggerFileError) as error:
        console.print(f"BAD  {error}", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    blocks = ", ".join(f"{block.name} {block.size}" for block in tagger.blocks)
    console.print(
        f"ok   {tagger.name} ({tagger.fingerprint}): {tagger.n_values:,} values a track ({blocks}), "
        f"{took_s:.3f} s for a clip of 30 s without decoding it",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


@features.command(name="augment")
def augment_library(variant: Variants = None, seed: Seed = 0, copies: Copies = 1, *, wait: Wait = True) -> None:
    """Make augmented variants of every track, for training only, and pack them."""
    body = {"variants": variant or list(TRANSFORMS), "seed": seed, "copies": copies}
    start_and_follow(ApiClient(), "/features/augment", body, console, wait=wait)


def augment(
    file: Annotated[Path, typer.Argument(help="A sound file", exists=True, dir_okay=False)],
    preview: Annotated[Path, typer.Option(help="Write the variants there, as WAV files to listen to")],
    variant: Variants = None,
    seed: Seed = 0,
    copies: Copies = 1,
) -> None:
    """Hear what augmentation does to a file: its first 30 seconds and their variants."""
    from services.featurizer.audio.preview import write_preview  # noqa: PLC0415 - sound libraries, which nothing else needs

    try:
        request = AugmentRequest(variants=tuple(variant or TRANSFORMS), seed=seed, copies=copies)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    for path, _ in write_preview(file, preview, request):
        console.print(str(path), highlight=False, markup=False, soft_wrap=True)


def show_status(console: Console, status: JsonObject) -> None:
    """Counts, then what is stored."""
    console.print(
        f"spec {status['spec']}: {status['n_ready']:,} of {status['n_tracks']:,} tracks are ready, "
        f"{status['n_missing']:,} are not computed, {status['n_failed']:,} failed, "
        f"{status['n_without_audio']:,} have no audio",
        highlight=False,
    )
    _show_stages(console, status)
    table = Table("stored", "tracks", "arrays", "size", "a track", box=None)
    for row in status["stored"]:
        each = row["n_bytes"] / max(row["n_tracks"], 1)
        table.add_row(row["excerpt"], f"{row['n_tracks']:,}", "", _format_size(row["n_bytes"]), _format_size(each))
    for row in status["variants"]:
        table.add_row(f"variants: {row['transform']}", f"{row['n_tracks']:,}", f"{row['n_variants']:,}", "", "")
    for row in status["packs"]:
        table.add_row(
            f"pack: {row['kind']}, {row['n_shards']} files",
            f"{row['n_tracks']:,}",
            f"{row['n_arrays']:,}",
            _format_size(row["n_bytes"]),
            "",
        )
    if table.row_count:
        console.print(table)
    if status["n_without_waveform"]:
        console.print(f"  {status['n_without_waveform']:,} of the ready ones have no waveform yet", highlight=False)
    if status["n_missing"] or status["n_without_waveform"]:
        console.print("  compute them: mer features recompute (--dry-run says how long it takes)", highlight=False)


def _show_stages(console: Console, status: JsonObject) -> None:
    for stage, counts in status["stages"].items():
        if counts["n_outdated"]:
            console.print(f"  {stage}: {counts['n_outdated']:,} tracks have another version only", highlight=False)
        if counts["n_lacking"]:
            done = "computed" if stage == LEARNED_STAGE else "tagged"
            ready = f"{format_count(counts['n_ready'], 'track')} {done}"
            console.print(f"  {stage}: {ready}, {counts['n_lacking']:,} to come in the background", highlight=False)
    if kinds := status.get("not_music"):
        counted = ", ".join(f"{kind} {number:,}" for kind, number in kinds.items())
        console.print(f"  no music, and so without an emotion: {counted}", highlight=False)
    for problem in status.get("tagger_problems", []):
        line = f"  {problem['tagger']} is left out: {problem['reason']}: {problem['detail']}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _format_size(n_bytes: float) -> str:
    for unit in ("B", "kB", "MB"):
        if n_bytes < 1000:  # noqa: PLR2004 - decimal units
            return f"{n_bytes:.0f} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:.1f} GB"
