"""A WPL or ZPL playlist of local files: those of Windows Media Player and Zune.

Citation: Microsoft, *Windows Media Playlist Elements Reference*; a subset of SMIL 2.0.
Terms: the user's own file. Limits: 20 MB. As with M3U, the playlist is the annotator, and each entry that cannot be had
fails on its own.
"""

from services.crawler.playlists.wpl import read_wpl
from services.crawler.sources.playlist import PlaylistSource
from shared.library import MusicLibrary


class WplSource(PlaylistSource):
    """The local files of a WPL."""

    def __init__(self, library: MusicLibrary) -> None:
        super().__init__(library, read=read_wpl)
