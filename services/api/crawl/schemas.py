"""What the API shows of a crawl before it starts."""

from dataclasses import asdict

from pydantic import BaseModel, Field

from services.api.access.shown_paths import ShownPath, ShownText
from services.api.crawl.root_files import RootFiles
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


class LibraryRootResponse(BaseModel):
    """A folder that may be crawled."""

    name: str = Field(description="With which the locators of its files begin")
    path: ShownPath = Field(description="What to send to `POST /crawl`")
    n_files: int = Field(
        description="Sound files below it, by their names; containers that may hold a film are not counted"
    )
    is_complete: bool = Field(description="false: there are at least so many; looking through all folders takes longer")
    problem: ShownText | None = Field(description="Why it cannot be read just now")

    @classmethod
    def from_files(cls, name: str, path: str, files: RootFiles) -> "LibraryRootResponse":
        """The response for a root and what lies below it."""
        return cls(name=name, path=path, n_files=files.n_files, is_complete=files.is_complete, problem=files.problem)
