"""One folder is one annotator, however its path is written."""

from typing import Protocol, runtime_checkable

import structlog

from services.crawler.sources.port import CrawlSource
from shared.store.repositories import Repositories
from shared.worker.context import WorkerContext

log = structlog.get_logger()


@runtime_checkable
class FolderNaming(Protocol):
    """A source of folders."""

    def annotator_named(self, path: str) -> str | None:
        """What the folder at `path` is called as an annotator; None where `path` leads to none."""


def unite_spellings(bench: WorkerContext, source: CrawlSource) -> None:
    """Rename annotators that were called by a path as somebody wrote it; those of one folder become one."""
    if not isinstance(source, FolderNaming):
        return
    with bench.store.read() as repositories:
        spelled = repositories.annotator_names.list_spelled()
    named = {name: source.annotator_named(name.removeprefix("folder ")) for name in spelled}
    known = {name: called for name, called in named.items() if called is not None}
    if not known:
        return

    def write(repositories: Repositories) -> int:
        return repositories.annotator_names.rename(known)

    n_united = bench.store.transact("crawl.annotators", write)
    log.info("annotators.renamed", n_renamed=len(known), n_united=n_united)
