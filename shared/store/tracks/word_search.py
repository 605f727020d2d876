"""Which tracks some words mean: the search of lists."""

from sqlalchemy import ColumnElement, func

from shared.store.tables import Track


def matches(search: str) -> ColumnElement[bool]:
    """Whether a track has all words of `search`, in any order, in its title, artists, album or album artist.

    A word is found by its beginning, without regard to case and accents; Chinese, Japanese and Korean text by any part
    of it. The words of a track are in an index (migration 0023). Where nothing but signs is looked for ("!!!"), titles
    and artists are read one by one.
    """
    if any(map(str.isalnum, search)):
        return Track.search_vector.op("@@", is_comparison=True)(func.mer_search_query(search))
    text = func.coalesce(Track.title, "") + " " + func.coalesce(Track.artist, "")
    return text.icontains(search.strip(), autoescape=True)
