"""The `mer` command. All but `up` and `keys` talks HTTP, so it serves embedded, containers and other machines alike."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.cli.client import ApiClient
from services.cli.commands import (
    annotations,
    crawl_options,
    heads,
    identity,
    removal,
    review,
    settings,
    similar,
    training,
)
from services.cli.commands.curves import show_track_curve, show_upload_curve
from services.cli.commands.dataset import app as dataset
from services.cli.commands.dataset import export
from services.cli.commands.demo import run_demo
from services.cli.commands.doctor import run_checks
from services.cli.commands.features import augment, features
from services.cli.commands.keys import keys
from services.cli.commands.models import (
    add_model_commands,
    parse_merge,
    promote_model,
    save_report,
    show_file_emotion,
    show_flips,
)
from services.cli.commands.person_option import Annotator
from services.cli.commands.up import ListenAddress, run_up, show_welcome
from services.cli.progress import start_and_follow, watch_job
from services.cli.views.jobs import show_items, show_job
from services.cli.views.models import show_model, show_models
from services.cli.views.tracks import NO_TRACKS_YET, show_emotion, show_missing, show_not_scored, show_tracks
from services.standalone.data_dir import ConfigurationError
from shared.domain.emotion import TAXONOMY_NAMES
from shared.domain.job_progress import JobProgress
from shared.errors import MerError
from shared.json_objects import JsonObject

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Music emotion recognition that people really run.")
identity.add_commands(app)
annotations.add_commands(app)
training.add_commands(app)
heads.add_commands(app)
# Where nobody looks, lines are not cut at a terminal's width.
console = Console(width=None if sys.stdout.isatty() else 160)
app.add_typer(features, name="features")
app.add_typer(keys, name="keys")
app.add_typer(crawl_options.login, name="login")
app.command()(augment)

add_model_commands(app)
settings.add_commands(app)
similar.add_commands(app)
review.add_commands(app)

Taxonomy = Annotated[str | None, typer.Option(help=f"{TAXONOMY_NAMES} or a merge's name")]
Wait = Annotated[bool, typer.Option(help="Watch the job until it ends")]


@app.command()
def up(
    library: Annotated[
        list[Path] | None, typer.Option(help="A folder of music that may be read; several are fine")
    ] = None,
    host: Annotated[
        str, typer.Option(help="Where the API listens; another than 127.0.0.1 needs a key: `mer keys add`")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0: any free one")] = 8000,
    featurizers: Annotated[int | None, typer.Option(help="Processes that analyse audio; default: one a core")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Load the demo library as well")] = False,
    watch_it: Annotated[
        bool | None,
        typer.Option("--watch/--no-watch", help="Crawl what is new or changed in these folders by itself; remembered"),
    ] = None,
) -> None:
    """Start the whole system on this machine, with its own PostgreSQL and Redis. Ctrl-C stops it."""
    address = ListenAddress(host, port)
    run_up(library=library or [], address=address, featurizers=featurizers, with_demo=demo, watch=watch_it)


@app.command()
def demo() -> None:
    """Load the demo library, train on it, and ask it: a minute's tour on synthetic music."""
    run_demo(ApiClient(), console)


@app.command(hidden=True, name="welcome")
def welcome_command(
    *,
    demo: Annotated[bool, typer.Option("--demo")] = False,
    library: Annotated[list[Path] | None, typer.Option()] = None,
) -> None:
    """Wait until the system answers, say where, and begin with the first library. `mer up` runs this beside the
    services.
    """
    show_welcome(ApiClient(), console, with_demo=demo, library=library or [])


@app.command()
def crawl(
    what: crawl_options.What,
    source: crawl_options.Source = None,
    playlist: crawl_options.Playlists = None,
    search: crawl_options.Searches = None,
    track: crawl_options.Tracks = None,
    moods: crawl_options.Moods = None,
    emotion: Annotated[
        str | None, typer.Option("--emotion", "--mood", help="What all of it stands for, e.g. sad")
    ] = None,
    tag: crawl_options.Tags = None,
    audio: crawl_options.Audio = None,
    taxonomy: Taxonomy = None,
    limit: Annotated[int | None, typer.Option(help="At most so many items (of each playlist and search)")] = None,
    min_s: crawl_options.MinS = None,
    max_s: crawl_options.MaxS = None,
    exclude: crawl_options.Exclude = None,
    accept_empty: crawl_options.AcceptEmpty = False,
    reread: crawl_options.Reread = False,
    restore_deleted: crawl_options.RestoreDeleted = False,
    preview: crawl_options.Preview = False,
    wait: Wait = True,
) -> None:
    """Collect tracks and analyse them: from a folder, a table, or a source on the web."""
    body = crawl_options.crawl_body(
        what,
        source=source,
        playlists=playlist,
        searches=search,
        tracks=track,
        moods=moods,
        audio=audio,
        emotion=emotion,
        tags=tag,
        taxonomy=taxonomy,
        limit=limit,
        min_s=min_s,
        max_s=max_s,
        exclude=exclude,
        accept_empty=accept_empty or None,
        reread=reread or None,
        restore_deleted=restore_deleted or None,
    )
    if preview:
        crawl_options.show_preview(console, body)
    else:
        _start_job("/crawl", body, wait=wait)


@app.command()
def train(
    estimator: Annotated[
        list[str] | None,
        typer.Option(help="svm, forest, ensemble …; several are compared; `mer estimators` lists them"),
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", help="descriptors, catalogue, mel, fusion, audio_tags, descriptors+audio_tags …"),
    ] = None,
    taxonomy: Annotated[str, typer.Option(help=f"{TAXONOMY_NAMES} or a merge's name")] = "mood4",
    merge: Annotated[
        list[str] | None,
        typer.Option(help="an emotion of your own: loud=energetic,happy; give two or more of them"),
    ] = None,
    head: Annotated[str, typer.Option(help="classes, tags, or dimensions: valence and arousal")] = "classes",
    tag: Annotated[list[str] | None, typer.Option(help="With head tags: one to learn; may be repeated")] = None,
    library: Annotated[str, typer.Option(help="real, or synthetic for the demo library")] = "real",
    imbalance: Annotated[str, typer.Option(help="for rare classes: none, weights, soft_weights, smote …")] = "none",
    thresholds: Annotated[str, typer.Option(help="none or macro_f1")] = "none",
    search: Annotated[str, typer.Option(help="for hyperparameters: none, grid, random or halving")] = "none",
    protocol: Annotated[
        str, typer.Option(help="honest, or random_split (also talk): it leaks, and is never promoted")
    ] = "honest",
    missing: Annotated[bool, typer.Option("--missing", help="Learn also from tracks whose last file is gone")] = False,
    seed: int = 0,
    wait: Wait = True,
) -> None:
    """Train on the labelled tracks, and show how good the result is."""
    body = {
        "estimators": estimator or ["svm"],
        "inputs": inputs or ["descriptors"],
        "taxonomy": taxonomy,
        "library": library,
        "seed": seed,
        "imbalance": imbalance,
        "thresholds": thresholds,
        "search": search,
        "protocol": protocol,
        "merge": parse_merge(merge),
        "head": head,
        "tags": tag or [],
        "missing": missing,
    }
    job = _start_job("/train", body, wait=wait)
    if job["state"] == "done":
        client = ApiClient()
        for ranked in client.get(f"/jobs/{job['id']}/leaderboard")["models"]:
            show_model(console, client.get(ranked["href"]))


@app.command()
def jobs(
    job_id: Annotated[str | None, typer.Argument(help="One job; default: the latest")] = None,
    watch_it: Annotated[bool, typer.Option("--watch", help="Until it ends")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="List the failed items with their reasons")] = False,
    cancel: Annotated[bool, typer.Option("--cancel")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try the failed items again")] = False,
) -> None:
    """Show jobs; watch, cancel or retry one."""
    client = ApiClient()
    if job_id is None:
        for job in client.list_rows("/jobs", limit=20):
            show_job(console, job)
        return
    job = client.get(f"/jobs/{job_id}")
    if cancel:
        job = client.delete(f"/jobs/{job_id}")
    if retry:
        job = client.post(f"/jobs/{job_id}/retry")
    if watch_it:
        job = watch_job(client, job, console)
    show_job(console, job)
    if failed:
        show_items(console, client.list_rows(f"/jobs/{job_id}/items", limit=10_000, state="failed"))


@app.command()
def tracks(
    search: Annotated[list[str] | None, typer.Argument(help="Words of title, artists or album, in any order")] = None,
    emotion: Annotated[
        str | None, typer.Option(help="Only those that are decided so, as `mer emotion` says it")
    ] = None,
    judged_as: Annotated[str | None, typer.Option("--judged-as", help="Only those that somebody judged so")] = None,
    taxonomy: Taxonomy = None,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", help="Only those that have this tag; several: all of them. The clearest first"),
    ] = None,
    labelled: Annotated[bool, typer.Option("--labelled", help="Only those with a label")] = False,
    missing: Annotated[bool, typer.Option("--missing", help="Only those whose last file is gone")] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Remove the tracks of these ids, or with --missing; files stay")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --delete: only say what would go")] = False,
    labels: Annotated[bool, typer.Option("--labels", help="With --delete: also what people labelled")] = False,
    annotator: Annotator = None,
    limit: int = 20,
) -> None:
    """List tracks with the emotion that stands for each, and with their labels; remove some."""
    client = ApiClient()
    if delete:
        removal.remove(client, console, search or [], missing=missing, dry_run=dry_run, labels=labels)
        return
    asked = {"q": " ".join(search or []) or None, "emotion": emotion, "judged_as": judged_as, "taxonomy": taxonomy}
    wanted = {
        "labelled": labelled or None,
        "missing": "only" if missing else None,
        "tags": ",".join(tag or []) or None,
        "annotator": annotator,
    }
    rows = client.list_rows("/tracks", limit=limit, **wanted, **asked)
    library = client.get("/tracks", limit=1, taxonomy=taxonomy)
    if rows:
        show_tracks(console, rows, with_tags=bool(tag))
    elif library["items"] or library["n_missing"]:
        console.print("no track matches")
    else:
        console.print(NO_TRACKS_YET, highlight=False)
    show_not_scored(console, library["n_not_scored"])
    if not missing:
        show_missing(console, library["n_missing"])


@app.command()
def emotion(
    track: Annotated[str, typer.Argument(help="The id of a track, or a file: a song that mer does not know")],
    taxonomy: Taxonomy = None,
    model: Annotated[str | None, typer.Option(help="The id of a model; default: the champions")] = None,
    coverage: Annotated[float | None, typer.Option(help="In what share a set holds the right word, .5 to .99")] = None,
    sets: Annotated[
        str | None, typer.Option(help="by_class: in that share of the songs of each emotion; default: marginal, of all")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Make the file a track; otherwise it is dropped")] = False,
    curve: Annotated[bool, typer.Option("--curve", help="Also how it changes over the first five minutes")] = False,
    annotator: Annotator = None,
) -> None:
    """Ask for the emotion of a track, or of a file."""
    client = ApiClient()
    asked = {"taxonomy": taxonomy, "model": model, "coverage": coverage, "sets": sets}
    if Path(track).is_file():
        if annotator is not None:
            raise typer.BadParameter("a file has no label of anybody: ask for a track", param_hint="--annotator")
        sent = show_file_emotion(client, console, Path(track), keep=keep, curve=curve or None, **asked)
        if curve:
            show_upload_curve(client, console, sent, coverage=coverage, sets=sets)
        return
    answer = client.get(f"/tracks/{track}/emotion", annotator=annotator, **asked)
    if "emotion" not in answer:
        console.print(answer["detail"])
        raise typer.Exit(2)
    show_emotion(console, answer, track=client.get(f"/tracks/{track}"))
    if curve:
        show_track_curve(client, console, track, **asked)


@app.command()
def models(
    model_id: Annotated[str | None, typer.Argument(help="One model, with all its figures")] = None,
    promote: Annotated[bool, typer.Option("--promote", help="Let this model answer, if it is better")] = False,
    force: Annotated[bool, typer.Option("--force", help="With --promote: also if it is not better")] = False,
    flips: Annotated[bool, typer.Option("--flips", help="Which tracks' emotions a promotion would change")] = False,
    report: Annotated[Path | None, typer.Option(help="Write its report to a .html, .png or .json file")] = None,
) -> None:
    """Show models; promote one, see what that would change, or write its report."""
    client = ApiClient()
    if model_id is None:
        show_models(console, client.list_rows("/models", limit=50))
        return
    if flips:
        show_flips(client, console, model_id)
        return
    if report is not None:
        save_report(client, console, model_id, report)
        return
    if promote:
        promote_model(client, console, model_id, force=force)
    show_model(console, client.get(f"/models/{model_id}"))


app.command()(export)
app.add_typer(dataset, name="dataset")


@app.command()
def doctor() -> None:
    """Check this machine and the running system, and say what to do."""
    if not run_checks(ApiClient(), console):
        raise typer.Exit(1)


def _start_job(path: str, body: JsonObject, *, wait: bool) -> JobProgress:
    return start_and_follow(ApiClient(), path, body, console, wait=wait)


def main() -> None:
    """Run the command; what went wrong is one line that says what to do."""
    try:
        app()
    except MerError as error:
        Console(stderr=True).print(f"mer: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(2 if isinstance(error, ConfigurationError) else 1)


if __name__ == "__main__":
    main()
