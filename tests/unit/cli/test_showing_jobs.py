import io

from rich.console import Console

from services.cli.views.jobs import show_job


def test_a_job_says_what_was_passed_over_and_what_was_read_in_another_way() -> None:
    items = dict.fromkeys(("requested", "done", "failed", "skipped"), 3)
    ignored = {"column titel": 1, "read decimal commas as points": 4}
    job = {
        "kind": "crawl",
        "state": "done",
        "id": "1",
        "items": items,
        "reasons": {},
        "ignored": ignored,
        "detail": None,
    }
    console = Console(file=io.StringIO(), width=120)
    show_job(console, job)
    assert isinstance(console.file, io.StringIO)
    lines = [line.strip() for line in console.file.getvalue().splitlines()]
    assert lines[1:] == ["passed over: 1 × column titel", "read decimal commas as points: 4"]
