"""Draw the tracks that a person labels next, and keep what the model says of them at that moment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import numpy as np

from services.api.deps import ApiPorts, require_taxonomy
from services.api.errors import ProblemError
from services.api.review.pool import ReviewContext, Votes, find_projection, find_review_context, read_pool
from services.api.review.schemas import ReviewItemResponse, ReviewResponse
from services.api.tracks.curve_service import queue_windows
from services.api.tracks.service import (
    ScoredOutput,
    find_top_emotion,
    predict_track,
)
from services.api.tracks.unscored import PendingTrack
from shared.arrays import Floats
from shared.domain.review import ASKED_AGAIN_AFTER, REASON_TEXTS, ReviewReason
from shared.review.drawing import count_asked_again, draw_batch
from shared.store.repositories import Repositories
from shared.store.tables import Model
from shared.store.tracks.missing_tracks import file_to_play
from shared.store.tracks.review_draws import NewDraw, StoredDraw

MAX_CANDIDATES = 10_000
"""Of a larger library a sample of about that size is drawn from, another one for each batch."""


@dataclass(frozen=True, kw_only=True)
class ReviewRequest:
    """The parameters of `GET /review`."""

    annotator: str | None
    """None: the person who annotated last, else the user that mer runs as."""
    taxonomy: str | None
    n: int
    seed: int
    """The same seed draws the same tracks, as long as nothing else changes."""


def draw_review(ports: ApiPorts, wanted: ReviewRequest) -> ReviewResponse:
    """Tracks to label next; what was drawn is kept, with its probability and the model's answer of now."""
    context = find_review_context(ports, wanted.annotator, wanted.taxonomy)
    rng = np.random.default_rng(wanted.seed)
    projection = find_projection(ports)
    with ports.store.read() as repositories:
        again, again_artists = _draw_again(repositories, context, n=wanted.n, rng=rng)
        reviewable = repositories.review_draws.list_reviewable(
            but=context.votes, at_most=MAX_CANDIDATES, seed=int(rng.integers(2**31))
        )
        pool, labelled = read_pool(repositories, context, reviewable, projection)
    artist_of = dict(zip(reviewable.artist_groups, pool.artists.tolist(), strict=True))
    batch = draw_batch(
        pool,
        labelled,
        n=wanted.n - len(again),
        rng=rng,
        excluded_artists=[artist_of[group] for group in again_artists if group in artist_of],
    )
    new = [
        NewDraw(
            track_id=reviewable.track_ids[drawn.row],
            probability=drawn.probability,
            n_tracks=reviewable.n_tracks,
            reason=drawn.reason,
        )
        for drawn in batch
    ]
    no_music = {draw.track_id for draw, drawn in zip(new, batch, strict=True) if not reviewable.is_music[drawn.row]}
    draws = [_with_answer(ports, context, draw, is_music=draw.track_id not in no_music) for draw in (*new, *again)]
    draws = [draws[i] for i in rng.permutation(len(draws))]
    ports.store.transact(
        "review.draw",
        lambda repositories: repositories.review_draws.save_draws(context.annotator, context.taxonomy, draws),
    )
    queue_windows(ports, [draw.track_id for draw in draws], context.model)
    return _respond(ports, context, draws, n_tracks=reviewable.n_tracks)


def _draw_again(
    repositories: Repositories, context: ReviewContext, *, n: int, rng: np.random.Generator
) -> tuple[list[NewDraw], list[str]]:
    """Tracks that the person labelled at least a week ago, one an artist, and their artist groups."""
    wanted = count_asked_again(n, rng=rng)
    due = list_due_again(
        context.votes, repositories.review_draws.list_draws(context.annotator, context.taxonomy), now=datetime.now(UTC)
    )
    artist_of = repositories.review_draws.filter_reviewable(due)
    draws: list[NewDraw] = []
    left = list(artist_of)
    while left and len(draws) < wanted:
        track_id = left[int(rng.integers(len(left)))]
        draws.append(
            NewDraw(
                track_id=track_id,
                probability=1 / len(left),
                n_tracks=len(artist_of),
                reason=ReviewReason.ASKED_AGAIN,
                asked_again=True,
                earlier_label=context.votes[track_id].emotion,
            )
        )
        left = [other for other in left if artist_of[other] != artist_of[track_id]]
    return draws, [artist_of[draw.track_id] for draw in draws]


def list_due_again(votes: Votes, draws: Sequence[StoredDraw], *, now: datetime) -> list[UUID]:
    """Tracks that were labelled a week ago or earlier, and not asked about again since, nor within a week in vain."""
    asked = {
        stored.survivor_id
        for stored in draws
        if stored.draw.asked_again
        and stored.survivor_id in votes
        and stored.draw.drawn_at > votes[stored.survivor_id].at
        and (stored.draw.label is not None or stored.draw.drawn_at > now - ASKED_AGAIN_AFTER)
    }
    return [
        track_id for track_id, vote in votes.items() if vote.at <= now - ASKED_AGAIN_AFTER and track_id not in asked
    ]


def _with_answer(ports: ApiPorts, context: ReviewContext, draw: NewDraw, *, is_music: bool) -> NewDraw:
    """The draw with what the model says of the track now; without where it has no answer."""
    if context.model is None:
        return draw
    try:
        output = predict_track(ports, draw.track_id, context.model)
    except ProblemError:
        return draw
    if isinstance(output, PendingTrack):
        return draw
    return _keep_answer(draw, context.model, output, is_music=is_music)


def _keep_answer(draw: NewDraw, model: Model, output: ScoredOutput, *, is_music: bool) -> NewDraw:
    numbers: Floats = np.asarray(output.numbers)
    return replace(
        draw,
        model_id=model.id,
        probabilities=dict(zip(model.card["classes"], np.round(numbers, 6).tolist(), strict=True)),
        predicted=find_top_emotion(model, output.numbers) if is_music else None,
        basis=output.basis.value,
    )


def _respond(ports: ApiPorts, context: ReviewContext, draws: Collection[NewDraw], *, n_tracks: int) -> ReviewResponse:
    ids = [draw.track_id for draw in draws]
    with ports.store.read() as repositories:
        tracks = {track.id: track for track in repositories.tracks.list_by_id(ids)}
        sources = repositories.tracks.list_sources(ids)
    items = []
    for draw in draws:
        track = tracks[draw.track_id]
        latest = file_to_play(sources[track.id], is_described=True)
        items.append(
            ReviewItemResponse(
                track_id=track.id,
                title=track.title,
                artist=track.artist,
                album=track.album,
                duration_s=track.duration_s,
                path=ports.library.host_path(latest) if latest else None,
                reason=draw.reason,
                reason_text=REASON_TEXTS[ReviewReason(draw.reason)],
                href=f"/tracks/{track.id}",
            )
        )
    return ReviewResponse(
        annotator=context.annotator.name,
        taxonomy=context.taxonomy,
        emotions=list(require_taxonomy(context.taxonomy).emotions),
        n_tracks=n_tracks,
        n_labelled=len(context.votes),
        items=items,
    )
