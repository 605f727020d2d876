"""The curve of a track as text: a line of blocks for each emotion, and the segments."""

from itertools import pairwise

from rich.console import Console
from rich.markup import escape

from services.cli.views.emotions import format_emotion
from shared.json_objects import JsonObject

_BLOCKS = " ▁▂▃▄▅▆▇█"
_WIDTH = 72


def show_curve(console: Console, curve: JsonObject) -> None:
    """The probabilities over time, the segments, the excerpt that contributes most, and what the curve is."""
    windows, taxonomy = curve["windows"], curve["taxonomy"]
    names = list(windows[0]["probabilities"])
    label_width = max(len(format_emotion(taxonomy, name)) for name in names)
    for name in names:
        line = draw_blocks([window["probabilities"][name] for window in windows])
        console.print(f"  {format_emotion(taxonomy, name):<{label_width}} {line}", highlight=False, markup=False)
    for name in ("valence", "arousal"):
        if windows[0][name] is not None:
            line = draw_blocks([(window[name] + 1) / 2 for window in windows])
            console.print(f"  {name:<{label_width}} {line}", highlight=False, markup=False)
    start, end = format_time(windows[0]["start_s"]), format_time(windows[-1]["end_s"])
    n_columns = min(len(windows), _WIDTH)
    console.print(f"  {'':<{label_width}} {start}{end:>{max(n_columns - len(start), len(end) + 1)}}", highlight=False)
    for segment in curve["segments"]:
        span = f"{format_time(segment['start_s'])} to {format_time(segment['end_s'])}"
        probability = segment["probabilities"][segment["emotion"]]
        emotion = escape(format_emotion(taxonomy, segment["emotion"]))
        console.print(f"  {span}: [bold]{emotion}[/bold] ({probability:.2f})", highlight=False)
    excerpt = curve["excerpt"]
    if excerpt is not None:
        console.print(
            f"  most of {escape(format_emotion(taxonomy, excerpt['emotion']))} comes from "
            f"{format_time(excerpt['start_s'])} to {format_time(excerpt['end_s'])}: "
            f"{excerpt['probability']:.2f} with it, {excerpt['probability_without']:.2f} without",
            highlight=False,
        )
    if curve["is_cut_off"]:
        console.print("  the file goes on after this: a curve ends at five minutes", highlight=False)
    console.print(f"  {curve['head']['note']}", highlight=False, markup=False)


def draw_blocks(shares: list[float]) -> str:
    """A block for each of the shares in [0, 1]; more than a line holds are averaged."""
    n_columns = min(len(shares), _WIDTH)
    edges = [len(shares) * i // n_columns for i in range(n_columns + 1)]
    means = [sum(shares[a:b]) / (b - a) for a, b in pairwise(edges)]
    return "".join(_BLOCKS[min(int(share * (len(_BLOCKS) - 1) + 0.5), len(_BLOCKS) - 1)] for share in means)


def format_time(seconds: float) -> str:
    """`1:05`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
