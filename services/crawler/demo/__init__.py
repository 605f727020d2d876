"""A demo library that the project plays itself: short synthetic pieces, one emotion of `mood4` each.

It lets a newcomer run the whole chain without anybody's recordings. A model that is trained on it knows this
synthesiser and nothing about music; therefore every artist name says "(synthetic)".

Rooms: `cues` (what an emotion tends to sound like), `composition` (cues and notes), `rendering` (sound), `library`
(which pieces there are, and the files).
"""

from services.crawler.demo.composition import Note, Piece, Voice, compose
from services.crawler.demo.cues import Cues, draw_cues
from services.crawler.demo.library import DemoPiece, compose_demo, demo_catalogue, write_wav
from services.crawler.demo.rendering import render

__all__ = [
    "Cues",
    "DemoPiece",
    "Note",
    "Piece",
    "Voice",
    "compose",
    "compose_demo",
    "demo_catalogue",
    "draw_cues",
    "render",
    "write_wav",
]
