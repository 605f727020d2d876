"""A JSPF playlist of local files: XSPF as JSON.

Citation: JSPF, https://xspf.org/jspf (Xiph.Org).
Terms: the user's own file. Limits: 20 MB. As with M3U, the playlist is the annotator, and each entry that cannot be had
fails on its own.
"""

from services.crawler.playlists.jspf import read_jspf
from services.crawler.sources.playlist import PlaylistSource
from shared.library import MusicLibrary


class JspfSource(PlaylistSource):
    """The local files of a JSPF."""

    def __init__(self, library: MusicLibrary) -> None:
        super().__init__(library, read=read_jspf)
