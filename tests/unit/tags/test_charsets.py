# ruff: noqa: E501 (tables of titles)
"""Titles of many languages in their old encodings, and honest Latin-1 that nobody may touch."""

import random

import pytest

from shared.tags.charsets import choose_charset, needs_neighbours, repair_texts

ALBUMS = {
    "cp1251": [
        ["Этот город", "Браво"],
        ["Звезда по имени Солнце", "Кино"],
        ["Выхода нет", "Сплин", "Гранатовый альбом (1998)"],
        ["МОСКВА", "МОНГОЛ ШУУДАН"],
        ["Червона рута", "Софія Ротару"],
        ["DJ Грув - Счастье есть"],
        ["Ты", "Ночные Снайперы"],
        ["Подмосковные вечера"],
        ["Осень", "ДДТ"],
        ["Миллион алых роз", "Алла Пугачёва"],
        ["Обичам те", "Лили Иванова"],
        ["Очи чёрные"],
        ["01. Крылья", "Наутилус Помпилиус"],
        ["Всё идёт по плану", "Гражданская Оборона"],
    ],
    "cp932": [
        ["夜に駆ける", "YOASOBI"],
        ["さくら", "森山直太朗"],
        ["残酷な天使のテーゼ", "高橋洋子"],
        ["東京", "くるり"],
        ["ラブ・ストーリーは突然に", "小田和正"],
        ["津軽海峡・冬景色"],
        ["千本桜"],
        ["紅蓮華", "LiSA"],
        ["打上花火", "米津玄師"],
        ["なごり雪", "イルカ"],
    ],
    "gbk": [
        ["月亮代表我的心", "邓丽君"],
        ["青花瓷", "周杰伦"],
        ["吻别", "张学友"],
        ["平凡之路", "朴树"],
        ["北京欢迎你"],
        ["十年", "陈奕迅"],
        ["传奇", "李健"],
        ["不能说的秘密"],
        ["隐形的翅膀", "张韶涵"],
        ["同桌的你", "老狼"],
        ["一无所有", "崔健"],
        ["因为爱情"],
    ],
    "big5": [
        ["月亮代表我的心", "鄧麗君"],
        ["海闊天空", "黃家駒"],
        ["橄欖樹", "齊豫"],
        ["夢醒時分", "陳淑樺"],
        ["愛如潮水", "張信哲"],
        ["聽媽媽的話", "周杰倫"],
        ["倔強", "五月天"],
        ["小幸運", "田馥甄"],
        ["海上花"],
        ["戀曲1990", "羅大佑"],
        ["新不了情"],
    ],
    "utf-8": [
        ["Je čas metat kamení", "Šimon"],
        ["Motörhead"],
        ["Этот город", "Браво"],
        ["夜に駆ける"],
        ["Jóga", "Björk"],
    ],
    "cp1252": [["Don’t Stop", "Queen"], ["“Heroes”", "David Bowie"], ["Rock ’n’ Roll – Live…"], ["Cœur de pirate"]],
}

HONEST = """
    Motörhead|Ænima|Sigur Rós|Björk|Jóga|Édith Piaf|Ça ira|À bout de souffle|É|Ö|å|Öl|Übung|Für Elise|Déjà vu|Noël|créée|CRÉÉE
    |Hüsker Dü|Queensrÿche|Blue Öyster Cult|Röyksopp|Måneskin|Ååå|Más y más|Señorita|Corazón|¿Dónde estás?|¡Viva!|Maná|Açaí
    |São Paulo|João Gilberto|Não|Götterdämmerung|Die Ärzte|ÄÖÜ|Größe|Straße|Hängt ihn höher|Sånger|Hör|Où es-tu|là|été|Æ|Mø
    |Sólstafir|Ágætis byrjun|Þú|Það|Ævintýri|25 °C|No. 1º|«Ça»|© 2001|Café À|áéí|ÁÉÍ|õäöü|Õhtu|Jää|Töö|Yö|Hyvää yötä|ÄÄNI|Jõgi
    |Mýrdalsjökull|Aïe!|Bjørn Ågård|Blåbærsyltetøy|På|Én|Øl|é à è|àéè|ùàé|Ñandú|ÜÜ|Gáldu ádjá|Brüder Löwenherz|Tři|Ræv|Älskling
    |Dägä Dägä|Kärlek är|Naïveté|Exposé|Coração|Ilê Aiyê|Perú Ñawi|Über den Wolken|Müßiggang|Öxnadalsheiði|Mélancolie|Œ|Šimon
    """.replace("\n", "").split("|")
HONEST = [name.strip() for name in HONEST]


def as_latin1(text: str, charset: str) -> str:
    return text.encode(charset).decode("latin-1")


@pytest.mark.parametrize(
    ("charset", "album"), [(charset, album) for charset, albums in ALBUMS.items() for album in albums]
)
def test_what_was_declared_latin1_is_read_as_it_was_meant(charset: str, album: list[str]) -> None:
    assert repair_texts([as_latin1(text, charset) for text in album]) == album


@pytest.mark.parametrize("name", HONEST)
def test_a_right_name_stays(name: str) -> None:
    assert repair_texts([name]) == [name]


def test_right_names_stay_among_each_other() -> None:
    rng = random.Random(0)
    for _ in range(2_000):
        album = rng.sample(HONEST, rng.randint(2, 8))
        assert repair_texts(album) == album


def test_a_right_name_stays_in_an_album_that_is_mended() -> None:
    album = ["Группа крови", "Звезда по имени Солнце", "Кино", "Motörhead", "Für Elise"]
    written = [as_latin1(text, "cp1251") if "а" <= text[-1] <= "я" else text for text in album]
    assert repair_texts(written) == album


def test_other_texts_of_the_folder_decide() -> None:
    short, long = as_latin1("Ты", "cp1251"), as_latin1("Ночные Снайперы", "cp1251")
    assert repair_texts([short]) == [short]
    assert repair_texts([short], beside=[long]) == ["Ты"]
    assert needs_neighbours([short])
    assert not needs_neighbours(["Motörhead", "Ode", as_latin1("Šimon", "utf-8")]), "UTF-8 is certain by itself"


def test_text_that_was_mistaken_twice_or_cut_is_read() -> None:
    assert repair_texts([as_latin1(as_latin1("Šimon", "utf-8"), "utf-8")]) == ["Šimon"]
    cut = "Звезда по имени Солнце".encode()[:29].decode("latin-1")
    assert repair_texts([cut]) == ["Звезда по имени "]
    mojibake = "Don’t".encode().decode("cp1252")
    assert repair_texts([mojibake]) == ["Don’t"]


def test_two_chinese_signs_are_no_cyrillic_word() -> None:
    written = as_latin1("曹操", "gbk")
    assert repair_texts([written]) == [written]


def test_where_two_encodings_could_be_meant_nothing_changes() -> None:
    mixed = [as_latin1("Группа крови", "cp1251"), as_latin1("月亮代表我的心", "gbk"), as_latin1("夜に駆ける", "cp932")]
    assert choose_charset(mixed) is None
    assert repair_texts(mixed) == mixed
