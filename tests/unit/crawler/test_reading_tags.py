"""Tags of every container, from files made byte by byte."""

from pathlib import Path
from typing import Any

import mutagen
import pytest

from services.crawler.tags import reader
from services.crawler.tags.reader import read_tags
from shared.errors import UnreadableFileError
from tests.support import audio
from tests.support import tagged_files as made

SONG = {"title": "Ode", "artist": "Vox", "album": "Air"}
MPEG = made.mpeg_frames()


def read(tmp_path: Path, content: bytes, name: str = "a.mp3") -> dict[str, Any]:
    path = tmp_path / name
    path.write_bytes(content)
    return {key: value for key, value in read_tags(path).items() if key != "duration_s"}


def names(tags: dict[str, Any]) -> dict[str, Any]:
    return {key: tags.get(key) for key in SONG}


@pytest.mark.parametrize("encoding", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("version", "ids"), [(2, ("TT2", "TP1", "TAL")), (3, ("TIT2", "TPE1", "TALB")), (4, ("TIT2", "TPE1", "TALB"))]
)
def test_all_versions_and_encodings_of_id3v2(tmp_path: Path, version: int, ids: tuple[str, ...], encoding: int) -> None:
    texts = dict(zip(ids, SONG.values(), strict=True))
    assert names(read(tmp_path, made.id3(version, encoding=encoding, **texts) + MPEG)) == SONG


def test_frames_with_the_plain_sizes_of_itunes(tmp_path: Path) -> None:
    long = made.text("x" * 300)
    frames = made.frame("TIT2", made.text("Ode")) + made.frame("TCOM", long, plain_size=True)
    frames += made.frame("TPE1", made.text("Vox" * 100), plain_size=True) + made.frame("TALB", made.text("Air"))
    assert names(read(tmp_path, made.id3v2(frames) + MPEG)) == {"title": "Ode", "artist": "Vox" * 100, "album": "Air"}
    frames = made.frame("TCOM", long) + made.frame("TIT2", made.text("Ode"))
    assert read(tmp_path, made.id3v2(frames) + MPEG)["title"] == "Ode", "the standard's own sizes"


def test_an_unsynchronised_tag(tmp_path: Path) -> None:
    whole = made.frame("TIT2", made.text("Ÿ ÿÿ", encoding=1), version=3) + made.frame(
        "TPE1", made.text("Vox"), version=3
    )
    assert (
        names(read(tmp_path, made.id3v2(made.unsynchronised(whole), version=3, flags=0x80) + MPEG))["title"] == "Ÿ ÿÿ"
    )
    content = made.unsynchronised(made.text("Ÿ ÿÿ", encoding=1))
    by_frame = made.frame("TIT2", content, flags=0x02) + made.frame("TPE1", made.text("Vox"))
    assert names(read(tmp_path, made.id3v2(by_frame) + MPEG)) == {"title": "Ÿ ÿÿ", "artist": "Vox", "album": None}


def test_compressed_counted_and_grouped_frames(tmp_path: Path) -> None:
    frames = made.frame("TIT2", made.compressed(made.text("Ode")), flags=0x09)
    frames += made.frame("TPE1", b"\x07" + made.text("Vox"), flags=0x40) + made.frame("TALB", made.text("Air"))
    assert names(read(tmp_path, made.id3v2(frames) + MPEG)) == SONG


def test_a_damaged_frame_ends_the_tag_and_not_the_crawl(tmp_path: Path) -> None:
    frames = made.frame("TIT2", made.text("Ode")) + b"TPE1" + made.synchsafe(2**27) + bytes(2)
    assert read(tmp_path, made.id3v2(frames) + MPEG) == {"title": "Ode"}
    assert read(tmp_path, b"ID3\x04\x00\x00" + MPEG) == {}


@pytest.mark.parametrize("version", [3, 4])
def test_several_artists_are_kept_in_their_order(tmp_path: Path, version: int) -> None:
    tags = read(tmp_path, made.id3(version, TPE1=["Two", "Ray", "Anita"]) + MPEG)
    assert (tags["artists"], tags["artist"]) == (["Two", "Ray", "Anita"], "Two; Ray; Anita")
    own = made.frame("TXXX", made.text(["ARTISTS", "Two", "Ray"]), version=version)
    credit = made.frame("TPE1", made.text("Two feat. Ray"), version=version)
    tags = read(tmp_path, made.id3v2(credit + own, version=version) + MPEG)
    assert (tags["artists"], tags["artist"]) == (["Two", "Ray"], "Two feat. Ray")


@pytest.mark.parametrize(
    ("written", "artists"),
    [
        ("Two; Ray", ["Two", "Ray"]),
        ("Two / Ray", ["Two", "Ray"]),
        ("AC/DC", ["AC/DC"]),
        ("Earth, Wind & Fire", ["Earth, Wind & Fire"]),
    ],
)
def test_joined_artists_are_told_apart_where_no_name_has_the_joint(
    tmp_path: Path, written: str, artists: list[str]
) -> None:
    tags = read(tmp_path, made.id3(3, encoding=0, TPE1=written) + MPEG)
    assert (tags["artists"], tags["artist"]) == (artists, written)


@pytest.mark.parametrize(
    "nobody",
    ["Various Artists", "VA", "V.A.", "Diverse", "Verschiedene Interpreten", "Artistes divers", "Varios", "群星"],
)
def test_the_album_artist_stands_in_unless_it_is_nobody(tmp_path: Path, nobody: str) -> None:
    assert read(tmp_path, made.id3(TPE2="Vox") + MPEG)["artist"] == "Vox"
    tags = read(tmp_path, made.id3(TPE2=nobody) + MPEG)
    assert (tags.get("artist"), tags["album_artist"]) == (None, nobody)
    later = made.id3(TPE2="Vox") + MPEG + made.id3v1(artist=b"Ray")
    assert read(tmp_path, later)["artist"] == "Ray", "any tag of the track stands over the album's artist"


def test_numbers_year_genres_moods_and_isrc(tmp_path: Path) -> None:
    tag = made.id3(
        TRCK="3/12", TPOS="2/2", TDRC="1997-05-21", TCON="(17)(13)", TMOO="Calm; Dark", TSRC="GB-AYE-94-00123"
    )
    assert read(tmp_path, tag + MPEG) == {
        "track_number": 3,
        "n_tracks": 12,
        "disc_number": 2,
        "year": 1997,
        "genres": ["Rock", "Pop"],
        "moods": ["Calm", "Dark"],
        "isrc": "GBAYE9400123",
    }
    assert read(tmp_path, made.id3(TRCK="A1", TYER="0000", TPOS="0", TCON="Neo-Klassik") + MPEG) == {
        "genres": ["Neo-Klassik"]
    }


def test_line_breaks_and_control_signs_reach_nobody(tmp_path: Path) -> None:
    tag = made.id3(TIT2="One\r\nTwo\u2028Three\x1b[31m\u202e", TPE1="A\tB", TALB="\x07")
    assert names(read(tmp_path, tag + MPEG)) == {"title": "One Two Three[31m", "artist": "A B", "album": None}


APE = {"Title": "Ode", "Artist": ["Vox", "Ray"], "Album": "Air", "Track": "3/9", "Year": "2001", "Mood": "calm"}


@pytest.mark.parametrize(
    "content",
    [MPEG, b"wvpk" + bytes(64), b"MAC " + bytes(64), b"MPCK" + bytes(64), b"TTA1" + bytes(64), b"OFR " + bytes(64)],
    ids=["mp3", "wv", "ape", "mpc", "tta", "ofr"],
)
@pytest.mark.parametrize("behind", [b"", made.id3v1(title=b"Old")])
def test_apev2_behind_any_sound(tmp_path: Path, content: bytes, behind: bytes) -> None:
    assert read(tmp_path, content + made.apev2(APE) + behind, "a.wv") == {
        "title": "Ode",
        "artist": "Vox; Ray",
        "artists": ["Vox", "Ray"],
        "album": "Air",
        "track_number": 3,
        "n_tracks": 9,
        "year": 2001,
        "moods": ["calm"],
    }


def test_id3v2_stands_over_apev2_and_both_over_id3v1(tmp_path: Path) -> None:
    content = made.id3(TIT2="New") + MPEG + made.apev2({"Title": "Ape", "Artist": "Vox"})
    content += made.id3v1(title=b"Old", artist=b"Old", album=b"Air", year=b"1999", track=7, genre=17)
    tags = read(tmp_path, content)
    assert names(tags) == {"title": "New", "artist": "Vox", "album": "Air"}
    assert (tags["year"], tags["track_number"], tags["genres"]) == (1999, 7, ["Rock"])


@pytest.mark.parametrize("magic", [b"RIFF", b"RF64", b"BW64"])
def test_wav_has_id3_or_info(tmp_path: Path, magic: bytes) -> None:
    size = None if magic == b"RIFF" else 0xFFFF_FFFF
    info = made.info(INAM="Ode", IART="Old", IPRD="Air", IGNR="Rock", ITRK="4")
    both = made.wav(info, made.chunk(b"id3 ", made.id3(TPE1="Vox")), magic=magic, data_size=size)
    tags = read(tmp_path, both, "a.wav")
    assert (names(tags), tags["track_number"]) == (SONG, 4)


def test_aiff_has_id3_or_its_own_text(tmp_path: Path) -> None:
    own = made.chunk(b"NAME", b"Old", order="big") + made.chunk(b"AUTH", b"Vox", order="big")
    tagged = made.aiff(own, made.chunk(b"ID3 ", made.id3(TIT2="Ode", TALB="Air"), order="big"))
    assert names(read(tmp_path, tagged, "a.aiff")) == SONG


def test_dsf_has_id3_behind_its_sound(tmp_path: Path) -> None:
    assert names(read(tmp_path, made.dsf(made.id3(TIT2="Ode", TPE1="Vox", TALB="Air")), "a.dsf")) == SONG


MP4 = {
    "\xa9nam": ["Ode"],
    "\xa9ART": ["Vox", "Ray"],
    "trkn": [(3, 9)],
    "\xa9day": ["2001"],
    "----:com.apple.iTunes:MOOD": [b"calm"],
}
VORBIS = {
    "TITLE": ["Ode"],
    "ARTIST": ["Vox", "Ray"],
    "TRACKNUMBER": ["3"],
    "TRACKTOTAL": ["9"],
    "DATE": ["2001"],
    "MOOD": ["calm"],
}


@pytest.mark.parametrize("form", ["flac", "ogg", "opus", "m4a"])
def test_vorbis_comments_and_mp4(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"a.{form}"
    if form == "opus":
        audio.write_streams(
            path, [audio.tone(440, duration_s=1, sr=48_000)], sr=48_000, container="ogg", codec="libopus"
        )
    else:
        audio.write(path, audio.tone(440, duration_s=1, sr=48_000), sr=48_000, form=form)
    file = mutagen.File(path)
    file.update(MP4 if form == "m4a" else VORBIS)
    file.save()
    assert {k: v for k, v in read_tags(path).items() if k != "duration_s"} == {
        "title": "Ode",
        "artist": "Vox; Ray",
        "artists": ["Vox", "Ray"],
        "track_number": 3,
        "n_tracks": 9,
        "year": 2001,
        "moods": ["calm"],
    }


def test_what_only_the_featurizer_reads_and_what_is_empty_say_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, b"\x1a\x45\xdf\xa3" + bytes(64), "a.mka") == {}
    assert read(tmp_path, b"", "a.mp3") == {}
    with pytest.raises(UnreadableFileError, match="not_found"):
        read_tags(tmp_path / "gone.mp3")


def test_text_is_mended_with_the_help_of_the_album(tmp_path: Path) -> None:
    for number, title in enumerate(["Группа крови", "Звезда по имени Солнце"]):
        tag = made.id3(3, encoding=0, charset="cp1251", TIT2=title, TPE1="Кино")
        (tmp_path / f"{number}.mp3").write_bytes(tag + MPEG)
    short = made.id3(3, encoding=0, charset="cp1251", TIT2="Ты")
    alone = tmp_path / "alone"
    alone.mkdir()
    assert read(alone, short + MPEG)["title"] == "Òû", "two letters alone prove nothing"
    assert read(tmp_path, short + MPEG, "9.mp3")["title"] == "Ты"
    reader._names_in_folder.cache_clear()


@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "cp932", "gbk"])
def test_text_of_info_and_id3v1_is_mended_too(tmp_path: Path, charset: str) -> None:
    title = {"utf-8": "Čas kamení", "cp1251": "Этот город", "cp932": "夜に駆ける", "gbk": "月亮代表我的心"}[charset]
    assert read(tmp_path, made.wav(made.info(charset, INAM=title)), "a.wav")["title"] == title
    assert read(tmp_path, MPEG + made.id3v1(title=title.encode(charset)))["title"] == title


def length(tmp_path: Path, content: bytes, name: str) -> float | None:
    path = tmp_path / name
    path.write_bytes(content)
    return read_tags(path).get("duration_s")


@pytest.mark.parametrize("size", [0xFFFF_FFFF, 0x7FFF_FFFF, 60_000])
def test_a_head_that_promises_more_than_there_is_is_not_believed(tmp_path: Path, size: int) -> None:
    assert length(tmp_path, made.wav(data_size=size), "a.wav") == pytest.approx(1, abs=0.01)


def test_raw_aac_says_nothing_of_its_length(tmp_path: Path) -> None:
    audio.write(tmp_path / "a.aac", audio.tone(440, duration_s=2), sr=22_050, form="aac")
    assert read_tags(tmp_path / "a.aac") == {}
