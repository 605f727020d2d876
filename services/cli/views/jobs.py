"""Jobs and their items as text."""

from rich.console import Console

from services.cli.views.columns import format_count
from shared.domain.job_progress import JobProgress
from shared.json_objects import JsonObject


def show_job(console: Console, job: JobProgress) -> None:
    """A job, and why items failed."""
    items = job["items"]
    counts = (
        f"{items['requested']} requested, {items['done']} done, {items['failed']} failed, {items['skipped']} skipped"
    )
    console.print(f"{job['kind']} [bold]{job['state']}[/bold]  {counts}  ({job['id']})", highlight=False)
    for reason, number in job["reasons"].items():
        console.print(f"  {number} × {reason}", highlight=False)
    for kind, number in job["ignored"].items():
        line = f"{kind}: {number}" if kind.startswith("read ") else f"passed over: {number} × {kind}"
        console.print(f"  {line}", highlight=False, markup=False)
    if waits := job.get("waits"):
        console.print(f"  {waits['detail']}", highlight=False, markup=False)
    for number, what in ((job.get("missing"), "gone"), (job.get("returned"), "there again")):
        if number:
            console.print(f"  {format_count(number, 'file')} {'is' if number == 1 else 'are'} {what}", highlight=False)
    if parked := job.get("parked"):
        what = f"{parked['n_items']} items wait" if parked["n_items"] else "the list waits"
        console.print(f"  {what} until {parked['wake_at']}: {parked['detail']}", highlight=False, markup=False)
    elif job["detail"]:
        console.print(f"  {job['detail']}", highlight=False, markup=False)


def show_items(console: Console, items: list[JsonObject]) -> None:
    """Items with their reasons."""
    for item in items:
        reason = f"{item['reason']}: {item['detail']}" if item["detail"] else item["reason"] or ""
        console.print(f"{item['state']:8} {item['key']}  {reason}", highlight=False, markup=False)
