"""An XSPF playlist of local files.

Citation: XSPF version 1, https://xspf.org/spec (Xiph.Org).
Terms: the user's own file. Limits: 20 MB; documents with entity declarations are refused. As with M3U, the playlist is
the annotator, and each entry that cannot be had fails on its own. Of several locations of a track the first counts.
"""

from services.crawler.playlists.reader import read_xspf
from services.crawler.sources.playlist import PlaylistSource
from shared.library import MusicLibrary


class XspfSource(PlaylistSource):
    """The local files of an XSPF."""

    def __init__(self, library: MusicLibrary) -> None:
        super().__init__(library, read=read_xspf)
