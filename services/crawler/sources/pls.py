"""A PLS playlist of local files: what Winamp, VLC and radio stations write.

Citation: no standard; an INI file with `FileN` and `TitleN`, as Nullsoft wrote it first.
Terms: the user's own file. Limits: 20 MB. As with M3U, the playlist is the annotator, and each entry that cannot be had
fails on its own.
"""

from services.crawler.playlists.pls import read_pls
from services.crawler.sources.playlist import PlaylistSource
from shared.library import MusicLibrary


class PlsSource(PlaylistSource):
    """The local files of a PLS."""

    def __init__(self, library: MusicLibrary) -> None:
        super().__init__(library, read=read_pls)
