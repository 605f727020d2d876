"""The crawler's use cases: list a source, and collect what was listed."""

from services.crawler.collection import collect_items
from services.crawler.source_listing import list_source

__all__ = ["collect_items", "list_source"]
