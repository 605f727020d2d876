"""A demo library that the project plays itself: short synthetic pieces, one emotion of `mood4` each.

It lets a newcomer run the whole chain without anybody's recordings. A model that is trained on it knows this
synthesiser and nothing about music; therefore every artist name says "(synthetic)".

Modules: `cues` (what an emotion tends to sound like), `composition` (cues and notes), `rendering` (sound), `library`
(which pieces there are, and the files).
"""

from services.crawler.demo.composition import ComposedPiece, DemoNote, NoteVoice, compose_piece
from services.crawler.demo.cues import MusicalCues, draw_cues
from services.crawler.demo.library import DemoPiece, compose_demo, demo_catalogue, write_wav
from services.crawler.demo.rendering import render_piece

__all__ = [
    "ComposedPiece",
    "DemoNote",
    "DemoPiece",
    "MusicalCues",
    "NoteVoice",
    "compose_demo",
    "compose_piece",
    "demo_catalogue",
    "draw_cues",
    "render_piece",
    "write_wav",
]
