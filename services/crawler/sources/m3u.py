"""An M3U or M3U8 playlist of local files: what players and music servers export.

Citation: no standard; the extended form (`#EXTINF`) is Winamp's, and RFC 8216 says that M3U8 is UTF-8.
Terms: the user's own file. Limits: 20 MB. The playlist is the annotator, `emotion` of the request its label.
Entries are relative to the playlist; what lies outside the library, is gone or is on the web fails on its own.
"""

from services.crawler.playlists.reader import read_m3u
from services.crawler.sources.playlist import PlaylistSource
from shared.library import MusicLibrary


class M3uSource(PlaylistSource):
    """The local files of an M3U."""

    def __init__(self, library: MusicLibrary) -> None:
        super().__init__(library, read=read_m3u)
