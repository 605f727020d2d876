"""The sources a crawl may name: a table name → factory."""

from collections.abc import Callable, Mapping

from services.crawler.settings import CrawlerSettings
from services.crawler.sources.demo import DemoSource
from services.crawler.sources.folder import FolderSource
from services.crawler.sources.port import Source
from services.crawler.sources.table import TableSource
from shared.library import Library

SOURCES: Mapping[str, Callable[[Library, CrawlerSettings], Source]] = {
    "folder": lambda library, _: FolderSource(library),
    "table": lambda library, _: TableSource(library),
    "demo": lambda library, settings: DemoSource(library, folder=settings.demo_dir),
}
