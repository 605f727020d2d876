"""Where the log-in page may lead: to paths of this service only."""

from urllib.parse import urlsplit

START = "/"
"""Where it leads where nobody says it."""


def keep_own_path(path: str) -> str:
    """`path` where it is one of this service, with its query; else the start.

    Browsers read two slashes at the front as the address of another host, also where one of them is a backslash, or
    tabs and line breaks stand between them.
    """
    if not path.startswith("/") or "\\" in path or not path.isprintable():
        return START
    try:
        parts = urlsplit(path)
    except ValueError:
        return START
    return path if not parts.scheme and not parts.netloc and not path.startswith("//") else START
