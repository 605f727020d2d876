"""The API and its OpenAPI document say the same: schemathesis, all checks, with sequences of requests."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.api.openapi.known_findings import KNOWN_FINDINGS, MOST_ENTRIES, POSITIVE_DATA, KnownFinding
from tests.support.generated_requests import FULL, SHORT, Finding, GeneratedRun, run_generated

REFUSED = [known for known in KNOWN_FINDINGS if known.check == POSITIVE_DATA]
KNOWN = {(known.check, known.operation) for known in KNOWN_FINDINGS}


def describe_new(findings: Iterable[Finding]) -> str:
    """The first finding of each check and operation that is not a known one."""
    first = {(finding.check, finding.operation): finding for finding in reversed(list(findings))}
    return "\n\n".join(f"{check}, {operation}\n{first[check, operation].detail}" for check, operation in sorted(first))


def require_known(run: GeneratedRun) -> None:
    """Fail for what is found, could not be asked, or was not checked."""
    new = [finding for finding in run.findings if (finding.check, finding.operation) not in KNOWN]
    assert not new, describe_new(new)
    assert run.errors == []
    assert {"not_a_server_error", "status_code_conformance", POSITIVE_DATA} <= set(run.checks)
    assert len(run.operations) > 60


@pytest.mark.slow
def test_generated_requests_are_answered_as_documented(library_address: str) -> None:
    run = run_generated(library_address, SHORT)
    require_known(run)
    assert run.requests["stateful"] > SHORT.n_sequences, "requests follow one another"


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_all_limits_and_long_sequences_are_answered_as_documented(library_address: str) -> None:
    run = run_generated(library_address, FULL)
    require_known(run)
    assert run.requests["coverage"] > 2000


def test_few_findings_are_known() -> None:
    assert len(KNOWN) == len(KNOWN_FINDINGS) <= MOST_ENTRIES
    assert all(known.reason for known in KNOWN_FINDINGS)


@pytest.mark.slow
@pytest.mark.parametrize("known", REFUSED, ids=lambda known: known.operation)
def test_a_known_refusal_is_still_needed(library_address: str, known: KnownFinding) -> None:
    """Its example satisfies the document, and is refused."""
    method, path = known.operation.split()
    with httpx.Client(base_url=library_address) as web:
        document = web.get("/openapi.json").json()
        assert list_violations(document, document["paths"][path][method.lower()], known) == []
        track_id, model_id = (
            web.get(f"/{name}", params={"limit": 1}).json()["items"][0]["id"] for name in ("tracks", "models")
        )
        where = path.format(track_id=track_id, model_id=model_id, job_id=uuid4())
        answer = web.request(method, where, params=known.query, json=known.body, files=known.files)
    assert answer.status_code == 422, "take it out of known_findings.py"


@pytest.mark.slow
def test_a_cancelled_job_can_still_be_read(library_address: str) -> None:
    """Why DELETE of a job is a known finding, and the only one that is not a refusal."""
    others = [known.operation for known in KNOWN_FINDINGS if known not in REFUSED]
    assert others == ["DELETE /jobs/{job_id}"]
    with httpx.Client(base_url=library_address) as web:
        job = web.post("/crawl", json={"source": "folder", "path": "rock"}).json()
        assert web.delete(job["href"]).status_code == 200
        assert web.get(job["href"]).json()["state"] == "cancelled", "take it out of known_findings.py"


def list_violations(document: dict[str, Any], operation: dict[str, Any], known: KnownFinding) -> list[str]:
    """What of the example is not as the document has it."""
    schemas = {parameter["name"]: parameter["schema"] for parameter in operation.get("parameters", [])}
    parts = [(schemas[name], value) for name, value in known.query.items()]
    if known.body is not None:
        parts.append((operation["requestBody"]["content"]["application/json"]["schema"], known.body))
    return [
        error.message
        for schema, value in parts
        for error in Draft202012Validator({**schema, "components": document["components"]}).iter_errors(value)
    ]
