"""Requests that schemathesis generates from the OpenAPI document, and what its checks say of the answers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import schemathesis
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from shared.domain.emotion import TAXONOMIES
from shared.domain.head import PLANE, TAG_SET

SEED = 16
_PATIENCE_S = 60.0
_MERGE = "mood4.loud-energetic-happy.quiet-calm-sad"
_FORMATS = {
    "taxonomy": [*TAXONOMIES, _MERGE],
    "head": [*TAXONOMIES, _MERGE, TAG_SET, PLANE],
    "emotion": [emotion for taxonomy in TAXONOMIES.values() for emotion in taxonomy.emotions],
    "tag": ["rock", "Mellow", "mellow,acoustic"],
    "one-line": ["Ode", "日本の歌", " a name "],
    "quiet-hours": ["off", "22:00-07:00", "12-13:30,22-7"],
}
"""Values of the formats of `services.api.schemas.request_values`, which schemathesis does not know."""
for _name, _values in _FORMATS.items():
    schemathesis.openapi.format(_name, st.sampled_from(_values))


@dataclass(frozen=True, kw_only=True)
class RunSize:
    """How much is generated."""

    phases: tuple[str, ...]
    """`examples` of the document, `coverage` of every limit of every value, `fuzzing`, and `stateful` sequences."""
    n_fuzzed: int
    """Requests of an operation at most."""
    n_sequences: int
    n_steps: int
    """Requests of a sequence at most, each with ids from the answers before."""


SHORT = RunSize(phases=("examples", "fuzzing", "stateful"), n_fuzzed=3, n_sequences=10, n_steps=5)
FULL = RunSize(phases=("examples", "coverage", "fuzzing", "stateful"), n_fuzzed=5, n_sequences=30, n_steps=6)


@dataclass(frozen=True, order=True)
class Finding:
    """A check that failed because of an operation, such as `GET /tracks/{track_id}`."""

    check: str
    operation: str
    detail: str = field(compare=False)
    """What was expected, the request as a curl command, and the answer."""


@dataclass
class GeneratedRun:
    """What one run found, and how much it asked."""

    findings: list[Finding] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """Where no request could be made or sent."""
    checks: Counter[str] = field(default_factory=Counter)
    """How often each check was made."""
    requests: Counter[str] = field(default_factory=Counter)
    """How many requests each phase sent."""
    operations: set[str] = field(default_factory=set)
    """The operations that were asked."""

    def add_scenario(self, event: events.ScenarioFinished) -> None:
        """Count the requests of a scenario, and keep what its checks found."""
        recorder = event.recorder
        self.findings += _list_findings(recorder)
        self.requests[event.phase.value] += len(recorder.interactions)
        self.operations.update(_name_operation(recorder, case_id) for case_id in recorder.interactions)
        self.checks.update(node.name for nodes in recorder.checks.values() for node in nodes)


def run_generated(address: str, size: RunSize) -> GeneratedRun:
    """Send what schemathesis generates to the API at `address`, with all its checks: the same for the same document."""
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json", config=_configure(size), timeout=_PATIENCE_S)
    run = GeneratedRun()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            run.add_scenario(event)
        elif isinstance(event, events.NonFatalError):
            run.errors.append(f"{event.label}: {event.value}")
        elif isinstance(event, events.FatalError):
            raise event.exception
    return run


def _configure(size: RunSize) -> SchemathesisConfig:
    phases = {name: {"enabled": name in size.phases} for name in ("examples", "coverage", "fuzzing")}
    stateful = {
        "enabled": "stateful" in size.phases,
        "max-steps": size.n_steps,
        "generation": {"max-examples": size.n_sequences},
    }
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "workers": 1,
            "continue-on-failure": True,
            "generation": {
                "max-examples": size.n_fuzzed,
                "deterministic": True,
                # nothing is written to the working directory
                "database": "none",
                "no-shrink": True,
            },
            "cache": {"enabled": False},
            "phases": {**phases, "stateful": stateful},
            # a job that no worker ends sends its first event and then none
            "max-stream-events": 1,
            # nor is an answer for a song ever there
            "operations": [
                {"include-path": path, "include-method": "POST", "parameters": {"query.wait_s": 0}}
                for path in ("/predict", "/similar")
            ],
            # how long a draw or an answer takes says something about this machine, not about the API
            "suppress-health-check": ["all"],
            "request-timeout": _PATIENCE_S,
        }
    )


def _list_findings(recorder: ScenarioRecorder) -> Iterator[Finding]:
    for case_id, nodes in recorder.checks.items():
        for node in nodes:
            if node.status != Status.FAILURE or node.failure_info is None:
                continue
            failure = node.failure_info.failure
            response = recorder.interactions[failure.case_id or case_id].response
            answer = f"{response.status_code} {response.content[:400]!r}" if response else "no answer"
            detail = f"{failure.title}: {failure.message}\n{node.failure_info.code_sample}\n{answer}"
            yield Finding(node.name, failure.operation or _name_operation(recorder, case_id), detail)


def _name_operation(recorder: ScenarioRecorder, case_id: str) -> str:
    return str(recorder.cases[case_id].value.operation.label)
