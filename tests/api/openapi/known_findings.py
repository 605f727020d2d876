"""What schemathesis may find: requests that the OpenAPI document allows and the API refuses, because it cannot say why.

An OpenAPI document describes each value by itself. It has no words for values that have to fit one another. Every entry
has an example, so that a test notices when it is not needed any more. One entry is about DELETE, which cancels jobs.
"""

from dataclasses import dataclass, field
from typing import Any

MOST_ENTRIES = 10
POSITIVE_DATA, USE_AFTER_FREE = "positive_data_acceptance", "use_after_free"
_FOREIGN_EMOTION = "the emotion has to be one of the taxonomy that answers"


@dataclass(frozen=True, kw_only=True)
class KnownFinding:
    """A check that may fail on an operation, and a request on which it does."""

    operation: str
    reason: str
    check: str = POSITIVE_DATA
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    files: dict[str, bytes] | None = None


KNOWN_FINDINGS = (
    KnownFinding(
        operation="POST /crawl",
        reason="each source has fields of its own: local ones a path, web ones playlists, searches or tracks",
        body={"source": "folder"},
    ),
    KnownFinding(
        operation="POST /crawl/preview",
        reason="as of POST /crawl, of which it is the rehearsal",
        body={"source": "folder"},
    ),
    KnownFinding(
        operation="POST /train",
        reason="each estimator has inputs and hyperparameters of its own, and each head its fields",
        body={"estimators": ["svm"], "inputs": ["waveform"]},
    ),
    KnownFinding(
        operation="GET /tracks",
        reason=f"{_FOREIGN_EMOTION}; and a cursor belongs to the list, by age or by tags, that gave it",
        query={"taxonomy": "mood4", "emotion": ["Q1"]},
    ),
    KnownFinding(operation="GET /export", reason=_FOREIGN_EMOTION, query={"taxonomy": "mood4", "emotion": "Q1"}),
    KnownFinding(
        operation="GET /similar/{job_id}", reason=_FOREIGN_EMOTION, query={"taxonomy": "mood4", "emotion": "Q1"}
    ),
    KnownFinding(
        operation="POST /similar",
        reason=_FOREIGN_EMOTION,
        query={"taxonomy": "mood4", "emotion": "Q1"},
        files={"file": b"a song"},
    ),
    KnownFinding(
        operation="GET /models/{model_id}/flips",
        reason="`moved` is a distance on the plane, which models of other heads do not place tracks on",
        query={"moved": 0.25},
    ),
    KnownFinding(
        operation="DELETE /jobs/{job_id}",
        check=USE_AFTER_FREE,
        reason="it cancels: the job and its items are still there to be read",
    ),
    KnownFinding(
        operation="GET /tracks/{track_id}/similar",
        reason=_FOREIGN_EMOTION,
        query={"taxonomy": "mood4", "emotion": "Q1"},
    ),
)
