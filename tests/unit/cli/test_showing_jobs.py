import io

from rich.console import Console

from services.cli.views.jobs import show_job
from tests.support.job_progress import item_tally, job_progress


def test_a_job_says_what_was_passed_over_and_what_was_read_in_another_way() -> None:
    ignored = {"column titel": 1, "read decimal commas as points": 4}
    job = job_progress(items=item_tally(requested=9, done=3, failed=3, skipped=3), ignored=ignored)
    console = Console(file=io.StringIO(), width=120)
    show_job(console, job)
    assert isinstance(console.file, io.StringIO)
    lines = [line.strip() for line in console.file.getvalue().splitlines()]
    assert lines[1:] == ["passed over: 1 × column titel", "read decimal commas as points: 4"]
