from typing import Literal

StartCrawlRequestTaxonomyType0 = Literal["binary", "mood3", "mood4", "quadrant4"]

START_CRAWL_REQUEST_TAXONOMY_TYPE_0_VALUES: set[StartCrawlRequestTaxonomyType0] = {
    "binary",
    "mood3",
    "mood4",
    "quadrant4",
}


def check_start_crawl_request_taxonomy_type_0(value: str) -> StartCrawlRequestTaxonomyType0:
    if value in START_CRAWL_REQUEST_TAXONOMY_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {START_CRAWL_REQUEST_TAXONOMY_TYPE_0_VALUES!r}")
