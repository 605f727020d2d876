"""The sources a crawl may name: a table name → factory."""

from collections.abc import Callable, Mapping

from services.crawler.settings import CrawlerSettings
from services.crawler.sources.asx import AsxSource
from services.crawler.sources.demo import DemoSource
from services.crawler.sources.folder import FolderSource
from services.crawler.sources.jspf import JspfSource
from services.crawler.sources.m3u import M3uSource
from services.crawler.sources.mtg_jamendo import MtgJamendoSource
from services.crawler.sources.pls import PlsSource
from services.crawler.sources.port import CrawlSource
from services.crawler.sources.table import TableSource
from services.crawler.sources.wpl import WplSource
from services.crawler.sources.xspf import XspfSource
from shared.library import MusicLibrary

SOURCES: Mapping[str, Callable[[MusicLibrary, CrawlerSettings], CrawlSource]] = {
    "folder": lambda library, _: FolderSource(library),
    "table": lambda library, _: TableSource(library),
    "m3u": lambda library, _: M3uSource(library),
    "xspf": lambda library, _: XspfSource(library),
    "pls": lambda library, _: PlsSource(library),
    "asx": lambda library, _: AsxSource(library),
    "wpl": lambda library, _: WplSource(library),
    "jspf": lambda library, _: JspfSource(library),
    "mtg_jamendo": lambda library, _: MtgJamendoSource(library),
    "demo": lambda library, settings: DemoSource(library, folder=settings.demo_dir),
}
