"""What the API is compared with: FastAPI, a psycopg2 pool in autocommit, and one statement a request.

    uvicorn benchmarks.serving.bare_app:create_app --factory --no-access-log

It asks nothing that the API has to ask: hosts, keys, labels, caching. `MER_DATABASE_URL` names the database, and
`BENCH_MODEL_ID` the model whose predictions it reads.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI, HTTPException
from psycopg2.pool import ThreadedConnectionPool
from sqlalchemy import make_url

POOL_SIZE = 40
"""As many as FastAPI has threads: no request waits for a connection."""

_EMOTION = "select emotion, probabilities, basis from predictions where track_id = %s and model_id = %s"
_TRACK_COLUMNS = (
    "id",
    "title",
    "artist",
    "album",
    "isrc",
    "duration_s",
    "artists",
    "album_artist",
    "track_number",
    "disc_number",
    "year",
    "genres",
    "moods",
    "synthetic",
    "missing_since",
)
_PAGE = f"""
    select {", ".join(f"t.{name}" for name in _TRACK_COLUMNS)}, p.emotion, p.probabilities, p.basis
    from tracks t left join predictions p on p.track_id = t.id and p.model_id = %s
    where t.id > %s and t.merged_into is null and t.missing_since is null order by t.id limit %s
"""  # noqa: S608 - names of columns of ours


class _AutocommitPool:
    """Connections without transactions: a statement is one round trip."""

    def __init__(self, database_url: str) -> None:
        address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._pool = ThreadedConnectionPool(POOL_SIZE, POOL_SIZE, address)

    @contextmanager
    def take_connection(self) -> Iterator[Any]:
        connection = self._pool.getconn()
        connection.autocommit = True
        try:
            yield connection
        finally:
            self._pool.putconn(connection)

    def fetch_rows(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self.take_connection() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows


def create_app() -> FastAPI:
    """Two routes: of one row of three columns, and of a page of rows."""
    pool = _AutocommitPool(os.environ["MER_DATABASE_URL"])
    model_id = os.environ["BENCH_MODEL_ID"]
    app = FastAPI()

    @app.get("/tracks/{track_id}/emotion")
    def show_emotion(track_id: str):  # type: ignore[no-untyped-def] # noqa: ANN202 - a dict, as it is: no model
        rows = pool.fetch_rows(_EMOTION, (track_id, model_id))
        if not rows:
            raise HTTPException(404)
        emotion, probabilities, basis = rows[0]
        return {"emotion": emotion, "probabilities": probabilities, "basis": basis}

    @app.get("/tracks")
    def list_tracks(cursor: str = "00000000-0000-0000-0000-000000000000", limit: int = 50):  # type: ignore[no-untyped-def] # noqa: ANN202
        rows = pool.fetch_rows(_PAGE, (model_id, cursor, limit))
        return [dict(zip((*_TRACK_COLUMNS, "emotion", "probabilities", "basis"), row, strict=True)) for row in rows]

    return app
