"""The tour: crawl the demo library, train on it, ask it."""

from rich.console import Console

from services.cli.client import ApiClient
from services.cli.progress import watch_job
from services.cli.views.models import show_model
from services.cli.views.tracks import show_emotion
from shared.domain.job_progress import JobProgress
from shared.errors import MerError


class DemoError(MerError):
    """A step of the tour did not work."""


def run_demo(client: ApiClient, console: Console) -> None:
    """Crawl, train and ask, on the synthetic demo library only. Raises DemoError."""
    console.rule("demo library: short pieces that mer synthesises, marked synthetic everywhere")
    console.print("1. crawl: play the pieces and analyse them")
    _require_done(watch_job(client, client.post("/crawl", {"source": "demo"}), console))
    console.print("2. train: a support vector machine on audio descriptors, judged on artists it has not heard")
    body = {"estimators": ["svm"], "inputs": ["descriptors"], "taxonomy": "mood4", "library": "synthetic"}
    _require_done(watch_job(client, client.post("/train", body), console))
    model = next(m for m in client.list_rows("/models", limit=50, taxonomy="mood4") if m["synthetic"])
    show_model(console, model)
    console.print("3. ask: one piece of each mood")
    for emotion in ("calm", "sad", "energetic", "happy"):
        track = client.list_rows("/tracks", limit=1, judged_as=emotion, synthetic=True)[0]
        show_emotion(console, client.get(f"/tracks/{track['id']}/emotion"), track=track)
    console.print(
        "\nThis model knows the synthesiser and nothing of music. Now your own: mer crawl FOLDER, then mer label or a "
        "labelled table, then mer train.",
        highlight=False,
    )


def _require_done(job: JobProgress) -> None:
    if job["state"] != "done":
        raise DemoError(f"the {job['kind']} job ended as {job['state']}: {job['detail']}; see mer jobs {job['id']}")
