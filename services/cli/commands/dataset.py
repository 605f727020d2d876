"""`mer dataset …` and `mer export`: look at what was collected, and take it elsewhere."""

import io
import json
import shutil
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from services.cli.client import ApiClient
from services.cli.commands.person_option import Annotator
from services.cli.views.tracks import show_not_scored
from shared.domain.accepted_names import LAYOUT_NAMES, to_stored_name
from shared.domain.emotion import TAXONOMY_NAMES
from shared.errors import MerError

app = typer.Typer(no_args_is_help=True, help="Look at what was collected.")
# What is exported may go to stdout, so words go elsewhere.
console = Console(stderr=True)

Library = Annotated[str, typer.Option(help="real, or synthetic for the demo library")]
Taxonomy = Annotated[str | None, typer.Option(help=f"{TAXONOMY_NAMES} or a merge's name")]

_SOURCES_BY_SUFFIX = {
    **dict.fromkeys((".csv", ".tsv", ".parquet", ".pq"), "table"),
    **dict.fromkeys((".m3u", ".m3u8"), "m3u"),
    ".xspf": "xspf",
    ".pls": "pls",
    **dict.fromkeys((".asx", ".wax", ".wvx"), "asx"),
    **dict.fromkeys((".wpl", ".zpl"), "wpl"),
    ".jspf": "jspf",
}


def source_for_path(path: Path) -> str:
    """The source that reads such a path."""
    return _SOURCES_BY_SUFFIX.get(path.suffix.lower(), "folder")


@app.command()
def report(
    out: Annotated[Path, typer.Option(help="Where report.html is written")] = Path(),
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here as well")] = None,
    taxonomy: Taxonomy = None,
    library: Annotated[str, typer.Option(help="real, synthetic for the demo library, or all")] = "real",
) -> None:
    """Draw the data: moods, sources, annotators, features by mood, duplicates, conflicts."""
    client = ApiClient()
    target = out / "report.html" if out.is_dir() or not out.suffix else out
    target.parent.mkdir(parents=True, exist_ok=True)
    figures = json.loads(b"".join(client.stream_bytes("/dataset/report", taxonomy=taxonomy, library=library)))
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    _write_file(client.stream_bytes("/dataset/report.html", taxonomy=taxonomy, library=library), target)
    if figures["left_out"]:
        console.print(figures["left_out"], highlight=False, markup=False)
    console.print(f"look at {target.resolve()}", highlight=False, markup=False)


def export(
    form: Annotated[str, typer.Option("--format", help="csv, jsonl, parquet, m3u or xspf")] = "csv",
    emotion: Annotated[
        str | None, typer.Option(help="Only tracks that are decided so, as `mer emotion` says it")
    ] = None,
    taxonomy: Taxonomy = None,
    library: Library = "real",
    min_s: Annotated[float | None, typer.Option("--min-s", help="Leave out shorter tracks, seconds")] = None,
    max_s: Annotated[float | None, typer.Option("--max-s", help="Leave out longer tracks, seconds: DJ sets")] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", help="Leave out names with these words, or like *.live.*; repeatable"),
    ] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="Also tracks whose last file is gone (in tables, not in playlists)")
    ] = False,
    annotator: Annotator = None,
    layout: Annotated[str | None, typer.Option(help="talk or moodify: the files that the talk had, into --out")] = None,
    out: Annotated[Path | None, typer.Option(help="A file; default: stdout. With --layout: a folder")] = None,
) -> None:
    """Write tracks with their emotions for other programs: tables, playlists, or the talk's files."""
    client = ApiClient()
    if layout is not None:
        if to_stored_name(layout, LAYOUT_NAMES) != "talk":
            raise typer.BadParameter(f"there is no layout {layout!r}; known is talk or moodify", param_hint="--layout")
        _unpack_tar(client.stream_bytes("/export/talk", library=library), out or Path(layout))
        return
    content = client.stream_bytes(
        "/export",
        format=form,
        emotion=emotion,
        taxonomy=taxonomy,
        library=library,
        min_s=min_s,
        max_s=max_s,
        exclude=exclude,
        missing="include" if missing else None,
        annotator=annotator,
        on_headers=lambda headers: show_not_scored(console, int(headers.get("Mer-Not-Scored", 0))),
    )
    if out is None:
        for chunk in content:
            sys.stdout.buffer.write(chunk)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    _write_file(content, out)
    console.print(f"wrote {out}", highlight=False, markup=False)


def _write_file(content: Iterator[bytes], target: Path) -> None:
    """All of it or nothing: a file that was cut off does not look like a whole one."""
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("wb") as file:
            file.writelines(content)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _unpack_tar(content: Iterator[bytes], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    n_files = 0
    reader: Any = io.BufferedReader(_DownloadStream(content))
    with tarfile.open(fileobj=reader, mode="r|") as tar:
        for member in tar:
            n_files += _unpack_member(tar, member, folder)
    console.print(f"wrote {n_files} files below {folder}", highlight=False, markup=False)


def _unpack_member(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> bool:
    """Whether it was a file. Python before 3.11.4 has no filter for what an archive may hold, so this is one."""
    if member.isdir():
        return False
    target = (folder / member.name).resolve()
    content = tar.extractfile(member) if member.isfile() and target.is_relative_to(folder.resolve()) else None
    if content is None:
        raise MerError(f"the archive holds {member.name!r}, which is no file below {folder}: nothing more was unpacked")
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("wb") as file:
        shutil.copyfileobj(content, file)
    return True


class _DownloadStream(io.RawIOBase):
    """Chunks as a file that is read once."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks, self._rest = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        n = min(len(buffer), len(self._rest))
        buffer[:n], self._rest = self._rest[:n], self._rest[n:]
        return n
