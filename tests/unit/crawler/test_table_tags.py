from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.crawler.tables.columns import resolve_columns
from services.crawler.tables.parquet import parquet_columns, parquet_rows
from services.crawler.tables.rows import parse_row
from services.crawler.tables.tag_lists import MAX_TAG_LENGTH, MAX_TAGS
from shared.errors import PermanentError, Reason


def tags(cell: str) -> tuple[str, ...]:
    return parse_row({"tags": cell}, line=7, taxonomy=None).tags


@pytest.mark.parametrize(
    "cell",
    [
        "dark;slow piano",
        "dark | slow piano",
        " dark ,slow  piano,",
        '["dark", "slow piano"]',
        "['dark', 'slow piano']",
        "dark;;slow piano;dark",
    ],
)
def test_tags_are_read_however_a_table_keeps_them_apart(cell: str) -> None:
    assert tags(cell) == ("dark", "slow piano")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("rhythm, and blues; dark", ("rhythm, and blues", "dark")),
        ('["drum; bass", "a|b"]', ("drum; bass", "a|b")),
        ("dark", ("dark",)),
        ("Ñandú\x00; 暗い", ("Ñandú", "暗い")),
    ],
)
def test_what_stands_between_other_signs_or_in_a_list_is_one_tag(cell: str, said: tuple[str, ...]) -> None:
    assert tags(cell) == said


@pytest.mark.parametrize("cell", ["", " ", "nan", "None", "[]", ";;", '[""]'])
def test_a_cell_without_words_gives_no_tags(cell: str) -> None:
    assert tags(cell) == ()


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ('["dark", 3]', "no list of words"),
        ('["dark"', "no list of words"),
        ("[dark]", "no list of words"),
        ('[["dark"]]', "no list of words"),
        ("[" * 5_000, "no list of words"),
        (";".join(f"tag {n}" for n in range(MAX_TAGS + 1)), f"at most {MAX_TAGS}"),
        ("dark " * (MAX_TAG_LENGTH // 5 + 1), f"more than {MAX_TAG_LENGTH} signs"),
    ],
)
def test_a_cell_that_is_no_set_of_tags_fails_its_row_and_says_what_to_write(cell: str, problem: str) -> None:
    with pytest.raises(PermanentError, match="line 7: ") as caught:
        tags(cell)
    assert caught.value.reason is Reason.UNREADABLE_ROW
    assert problem in caught.value.detail


def test_a_parquet_list_of_tags_keeps_the_commas_within_them(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"Tags": [["rhythm, and blues", None, "dark"], None, []]}), path)
    found = [parse_row(row["cells"], line=1, taxonomy=None).tags for row in parquet_rows(path, parquet_columns(path))]
    assert found == [("rhythm, and blues", "dark"), (), ()]


def test_tags_are_no_label_of_the_278k_songs_and_no_emotion() -> None:
    assert resolve_columns(("mood", "labels", "Tags")) == ("emotion", "moodify_label", "tags")
    assert parse_row({"tags": "sad;happy"}, line=7, taxonomy=None).label is None
