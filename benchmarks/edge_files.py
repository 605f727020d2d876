"""What odd files come to: each gives features, or a reason that a person can act on."""

from pathlib import Path

from services.featurizer.analysis import analyse_clip, warm_up
from shared.domain.features import FeatureSpec
from shared.errors import PermanentError

DATA_FILES = ("audio_edge",)
FEATURES = "features"

EXPECTED = {
    "1024_samples.wav": "too_short",
    "4channels.flac": "too_short",  # 5.0 s promised, 4.7 s left without its damaged frames
    "Karissa_Hobbs_-_Let's_Go_Fishin'.ogg": "undecodable",
    "cat_purrrr24bit.wav": "too_short",
    "dubstep.aac": FEATURES,
    "dubstep.flac": FEATURES,
    "dubstep.mp3": FEATURES,
    "dubstep.ogg": FEATURES,
    "empty.mp3": "undecodable",
    "empty.wav": "undecodable",
    "impulses_1second_44100_bad_stream_info.flac": FEATURES,
    "multistream1.mka": "too_short",
    "silence.flac": "silent",
    "test-unicode.flac": "too_short",  # as 4channels.flac
    "unsupported.sd2": "undecodable",
}
"""File name → `features` or a reason code."""


def run(*, data: Path) -> dict[str, object]:
    """Analyse every file of `data`/audio_edge; `ok` if all are there, none is new, and each comes out as expected."""
    spec = FeatureSpec()
    warm_up(spec)
    folder = data / "audio_edge"
    found = {path.name for path in folder.iterdir()}
    rows = [_row(folder / name, expected=EXPECTED.get(name, "?"), spec=spec) for name in sorted(found | set(EXPECTED))]
    n_expected = sum(row["outcome"] == row["expected"] for row in rows)
    table = [f"| {row['file']} | {row['expected']} | {row['outcome']} | {row['detail']} |" for row in rows]
    lines = [
        f"{n_expected} of {len(rows)} odd files come out as expected",
        "",
        "| file | expected | outcome | detail |",
    ]
    return {
        "ok": n_expected == len(rows),
        "summary": "\n".join([*lines, "|---|---|---|---|", *table]),
        "files": rows,
    }


def _row(path: Path, *, expected: str, spec: FeatureSpec) -> dict[str, object]:
    try:
        analysis = analyse_clip(path, spec=spec)
    except PermanentError as error:
        return {"file": path.name, "expected": expected, "outcome": error.reason.value, "detail": error.detail}
    detail = f"{analysis.duration_s:.2f} s, {analysis.n_damaged_packets} damaged packets"
    return {"file": path.name, "expected": expected, "outcome": FEATURES, "detail": detail}
