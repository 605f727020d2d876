from typing import Literal

StartCrawlRequestAudioType0Item = Literal["deezer", "itunes", "jamendo", "navidrome"]

START_CRAWL_REQUEST_AUDIO_TYPE_0_ITEM_VALUES: set[StartCrawlRequestAudioType0Item] = {
    "deezer",
    "itunes",
    "jamendo",
    "navidrome",
}


def check_start_crawl_request_audio_type_0_item(value: str) -> StartCrawlRequestAudioType0Item:
    if value in START_CRAWL_REQUEST_AUDIO_TYPE_0_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {START_CRAWL_REQUEST_AUDIO_TYPE_0_ITEM_VALUES!r}")
