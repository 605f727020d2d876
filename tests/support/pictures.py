"""Pictures with known colours, as files of several formats."""

from io import BytesIO
from pathlib import Path
from typing import Any

import av
from PIL import Image

from tests.support.audio import Signal

RED, GREEN, BLUE = (220, 30, 30), (30, 200, 30), (30, 30, 220)


def picture_bytes(
    colour: tuple[int, ...] = RED, *, size: tuple[int, int] = (640, 400), form: str = "JPEG", **saved: Any
) -> bytes:
    """A picture of one colour; `(red, green, blue, alpha)` may be given for PNG and WebP."""
    file = BytesIO()
    Image.new("RGBA" if len(colour) > 3 else "RGB", size, colour).save(file, form, **saved)
    return file.getvalue()


def open_picture(content: bytes) -> Image.Image:
    """The decoded picture."""
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def is_near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    """Whether a pixel has a colour, but for what JPEG loses."""
    return all(abs(got - want) < 30 for got, want in zip(pixel, colour, strict=True))


def attach_pictures(path: Path, y: Signal, *, sr: int, pictures: list[tuple[bytes, str]]) -> Path:
    """Write an MP3 with JPEG pictures `(content, comment)`; the comment says which side of a sleeve it is."""
    with av.open(str(path), "w", format="mp3") as out:
        sound: Any = out.add_stream("libmp3lame", rate=sr, layout="mono")
        streams: list[Any] = []
        for _, comment in pictures:
            stream: Any = out.add_stream("mjpeg", rate=1)
            stream.width = stream.height = 16
            stream.pix_fmt = "yuvj420p"
            stream.disposition = av.stream.Disposition.attached_pic
            stream.metadata["comment"] = comment
            streams.append(stream)
        frame = av.AudioFrame.from_ndarray(y.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = sr, 0
        out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
        for stream, (content, _) in zip(streams, pictures, strict=True):
            packet: Any = av.Packet(content)
            packet.stream = stream
            packet.pts = packet.dts = 0
            out.mux(packet)
    return path
