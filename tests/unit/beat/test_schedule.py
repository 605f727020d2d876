"""What the beat sends by the clock."""

from services.beat.worker import app
from shared.bus.routes import ROUTES, Task
from shared.domain.messages import TickMessage


def test_featurizers_are_asked_now_and_then_to_look_for_tracks_without_tags() -> None:
    entry = app.conf.beat_schedule["tag_library"]
    assert (entry["task"], entry["schedule"]) == (Task.TAG_LIBRARY.value, 300.0)
    assert entry["options"]["queue"] == ROUTES[Task.TAG_LIBRARY].queue.value
    assert ROUTES[Task.TAG_LIBRARY].message.decode(entry["kwargs"]["message"]) == TickMessage("features")


def test_personal_heads_are_compared_with_labels_and_models_every_half_minute() -> None:
    entry = app.conf.beat_schedule["refit_personal_heads"]
    assert (entry["task"], entry["schedule"]) == (Task.REFIT_PERSONAL_HEADS.value, 30.0)
    assert entry["options"]["queue"] == ROUTES[Task.REFIT_PERSONAL_HEADS].queue.value
    assert ROUTES[Task.REFIT_PERSONAL_HEADS].message.decode(entry["kwargs"]["message"]) == TickMessage("score")


def test_the_vectors_of_similar_tracks_are_looked_after_several_times_a_minute() -> None:
    entry = app.conf.beat_schedule["keep_similarity"]
    assert (entry["task"], entry["schedule"]) == (Task.KEEP_SIMILARITY.value, 20.0)
    assert entry["options"]["queue"] == ROUTES[Task.KEEP_SIMILARITY].queue.value
    assert ROUTES[Task.KEEP_SIMILARITY].message.decode(entry["kwargs"]["message"]) == TickMessage("score")
