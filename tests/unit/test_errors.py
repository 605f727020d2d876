import pickle
from pathlib import Path

from shared.errors import PermanentError, Reason, UnreadableFileError, describe_error


def test_an_error_crosses_a_process_with_all_that_it_says() -> None:
    plain = pickle.loads(pickle.dumps(PermanentError(Reason.NOT_ENOUGH_LABELS, "label more")))
    assert (str(plain), plain.reason, plain.detail) == (
        "not_enough_labels: label more",
        Reason.NOT_ENOUGH_LABELS,
        "label more",
    )
    gone = UnreadableFileError(Reason.NOT_FOUND, "song: gone", path=Path("song"), error_number=2)
    copy = pickle.loads(pickle.dumps(gone))
    assert (type(copy), str(copy), copy.path, copy.error_number) == (
        UnreadableFileError,
        str(gone),
        gone.path,
        2,
    )


def test_an_unexpected_error_is_described_without_its_statement() -> None:
    message = "(psycopg2.errors.DataError) out of range\n[SQL: UPDATE tracks SET title=%(title)s]\n[parameters: {}]"
    assert describe_error(ValueError(message)) == "ValueError: (psycopg2.errors.DataError) out of range"
    assert len(describe_error(ValueError("x" * 900))) == 500
