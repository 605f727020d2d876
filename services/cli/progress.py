"""A job on the terminal: a bar with items, rate and time left where one looks, a line now and then where one logs."""

import time

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.cli.client import ApiClient, NotThereError, RefusedError
from services.cli.views.jobs import show_job
from shared.domain.job_progress import JobProgress
from shared.errors import Reason
from shared.json_objects import JsonObject

_POLL_S = 0.4
_LINE_EVERY_S = 5.0
_PATIENCE_S = 60.0
_UNAVAILABLE = 503
FINAL = {"done", "failed", "cancelled"}
_LIBRARY_AWAY = (
    "the crawl goes on by itself when the share is back; if its folder is meant to be empty, crawl it with "
    "--accept-empty;"
)


def start_and_follow(client: ApiClient, path: str, body: JsonObject, console: Console, *, wait: bool) -> JobProgress:
    """Start a job by posting `body` to `path`, and show it until it ends, if `wait`. Exits where nothing came of it."""
    job: JobProgress = client.post(path, body)
    if not wait:
        console.print(f"job {job['id']}: watch it with `mer jobs {job['id']} --watch`", highlight=False)
        return job
    try:
        job = watch_job(client, job, console)
    except KeyboardInterrupt:
        console.print(
            f"\nthe job goes on: `mer jobs {job['id']} --watch` looks again, --cancel ends it", highlight=False
        )
        raise typer.Exit(130) from None
    show_job(console, job)
    if waits_for_library(job):
        console.print(f"{_LIBRARY_AWAY} `mer jobs {job['id']} --cancel` ends it", highlight=False)
        raise typer.Exit(1)
    if job["items"]["failed"]:
        console.print(f"  see which: mer jobs {job['id']} --failed", highlight=False)
    if job["state"] == "failed" or _did_nothing(job):
        raise typer.Exit(1)
    return job


def _did_nothing(job: JobProgress) -> bool:
    """Whether items failed and no other was done, now or before."""
    items = job["items"]
    return items["failed"] > 0 and items["done"] == 0 and Reason.UNCHANGED not in job["reasons"]


def waits_for_library(job: JobProgress) -> bool:
    """Whether nothing can be listed before a disk or a share is back, which may take long."""
    parked = job.get("parked")
    return parked is not None and parked["reason"] == Reason.LIBRARY_AWAY and parked["n_items"] == 0


def watch_job(client: ApiClient, job: JobProgress, console: Console) -> JobProgress:
    """Show the job until it ends, or its library is away; its last document. Ctrl-C stops the watching, not the job."""
    if console.is_terminal:
        return _watch_bar(client, job, console)
    return _watch_lines(client, job, console)


def _watch_bar(client: ApiClient, job: JobProgress, console: Console) -> JobProgress:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        console=console,
    )
    with bar:
        task = bar.add_task(job["kind"], total=None, counts="")
        while True:
            items = job["items"]
            finished = items["done"] + items["failed"] + items["skipped"]
            bar.update(task, total=items["requested"] or None, completed=finished, counts=describe_job(job))
            if job["state"] in FINAL or waits_for_library(job):
                return job
            time.sleep(_POLL_S)
            job = _reload_job(client, job)


def _watch_lines(client: ApiClient, job: JobProgress, console: Console) -> JobProgress:
    printed_at = 0.0
    while True:
        if job["state"] in FINAL or time.monotonic() - printed_at > _LINE_EVERY_S:
            printed_at = time.monotonic()
            items = job["items"]
            finished = items["done"] + items["failed"] + items["skipped"]
            console.print(f"{job['kind']} {job['state']}: {finished} of {items['requested']}  {describe_job(job)}")
        if job["state"] in FINAL or waits_for_library(job):
            return job
        time.sleep(_POLL_S)
        job = _reload_job(client, job)


def _reload_job(client: ApiClient, job: JobProgress) -> JobProgress:
    """The job now; an API or a database that is restarting is waited for."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            reloaded: JobProgress = client.get(f"/jobs/{job['id']}")
        except (NotThereError, RefusedError) as error:
            passes = isinstance(error, NotThereError) or error.problem.get("status") == _UNAVAILABLE
            if not passes or time.monotonic() > deadline:
                raise
            time.sleep(1.0)
        else:
            return reloaded


def describe_job(job: JobProgress) -> str:
    """What a job is at, in one line."""
    items = job["items"]
    not_done = {"failed": items["failed"], "skipped": items["skipped"]}
    parts = [f"{number} {state}" for state, number in not_done.items() if number]
    if job["rate_per_s"] and job["state"] not in FINAL:
        parts.append(f"{60 * job['rate_per_s']:.0f} a minute")
    if job["time_left_s"]:
        parts.append(f"{_format_duration(job['time_left_s'])} left")
    if waits := job.get("waits"):
        parts.append(f"{waits['detail']} ({_format_duration(waits['time_left_s'])} to go)")
    elif parked := job.get("parked"):
        what = f"{parked['n_items']} items wait" if parked["n_items"] else "the list waits"
        if parked["reason"] in {Reason.LIBRARY_AWAY, Reason.IO_ERROR}:
            parts.append(f"{what}: {parked['detail']}")
        else:
            parts.append(f"{what} for the source until {parked['wake_at'][:16].replace('T', ' ')} UTC")
    elif job["note"]:
        parts.append(job["note"])
    return ", ".join(parts)


def _format_duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
