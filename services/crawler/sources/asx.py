"""An ASX, WAX or WVX playlist of local files: those of Windows Media.

Citation: Microsoft, *Windows Media Metafile Elements Reference*.
Terms: the user's own file. Limits: 20 MB. As with M3U, the playlist is the annotator, and each entry that cannot be had
fails on its own.
"""

from services.crawler.playlists.asx import read_asx
from services.crawler.sources.playlist import PlaylistSource
from shared.library import MusicLibrary


class AsxSource(PlaylistSource):
    """The local files of an ASX."""

    def __init__(self, library: MusicLibrary) -> None:
        super().__init__(library, read=read_asx)
