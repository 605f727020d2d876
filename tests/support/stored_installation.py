"""An installation as the version before the redesign left it: rows at migration 0011, and the blobs that they name.

24 tracks of 12 artists with six descriptors and stacks of small spectrograms, 23 labels of one person, and what two
trainings made of them: a support vector machine on descriptors and a convolutional network. The archive holds the
script that wrote it. Its migrations up to 0011 are those of today, which no release may change.
"""

import io
import tarfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from shared.store import migrate

ARCHIVE = Path(__file__).parents[1] / "data" / "installation_before_redesign.tar.gz"
LAST_MIGRATION = "0011"


def restore_installation(database_url: str, blob_folder: Path) -> None:
    """Fill an empty database with the old schema and its rows, and `blob_folder` with the blobs."""
    with tarfile.open(ARCHIVE) as archive:
        rows = archive.extractfile("rows.sql")
        assert rows is not None
        blobs = [member for member in archive.getmembers() if member.name.startswith("blobs/") and member.isfile()]
        for member in blobs:
            content = archive.extractfile(member)
            assert content is not None
            path = blob_folder / member.name.removeprefix("blobs/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.read())
        engine = create_engine(database_url, poolclass=NullPool)
        with engine.connect() as connection:
            _upgrade(connection, LAST_MIGRATION)
            connection.commit()
        with engine.begin() as connection:
            _load_rows(connection, rows.read().decode())


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _load_rows(connection: Connection, dump: str) -> None:
    """Each `copy … from stdin;` with its lines up to `\\.`, and every other line as a statement."""
    cursor = connection.connection.cursor()
    lines = iter(dump.splitlines(keepends=True))
    for line in lines:
        if not line.startswith("copy "):
            cursor.execute(line)
            continue
        body = io.StringIO()
        while (row := next(lines)) != "\\.\n":
            body.write(row)
        body.seek(0)
        cursor.copy_expert(line, body)  # psycopg2's own
