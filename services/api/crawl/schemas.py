"""What the API shows of a crawl before it starts."""

from dataclasses import asdict

from pydantic import BaseModel, Field

from services.api.access.shown_paths import ShownText
from shared.domain.crawl_plan import CrawlPlan


class CallCountResponse(BaseModel):
    """Calls of one kind."""

    what: str
    call: str
    at_least: int
    at_most: int | None = Field(description="null: as many as there are pages; the source says how many when asked")
    each: str


class CrawlPreviewResponse(BaseModel):
    """What a crawl would fetch, with what calls, on what terms. Nothing was asked to find this out."""

    source: str
    fetches: list[str]
    calls: list[CallCountResponse]
    n_calls_at_least: int
    least_s: float | None = Field(description="Seconds that the calls of `n_calls_at_least` wait for the source's pace")
    terms: str
    limits: list[str]
    may_start: bool = Field(description="Whether POST /crawl would accept it")
    refusal: ShownText | None = Field(default=None, description="Why not, and what to set")

    @classmethod
    def from_plan(cls, plan: CrawlPlan, *, refusal: str | None) -> "CrawlPreviewResponse":
        """The response for a plan."""
        return cls(
            source=plan.source,
            fetches=list(plan.fetches),
            calls=[CallCountResponse(**asdict(c)) for c in plan.calls],
            n_calls_at_least=sum(call.at_least for call in plan.calls),
            least_s=plan.least_s,
            terms=plan.terms,
            limits=list(plan.limits),
            may_start=refusal is None,
            refusal=refusal,
        )
