"""Tracks that have tags: those that annotators gave them, and those that a tagger gave.

A track has a tag if its annotations resolve to it (`domain.targets.resolve_tags`: a person's latest word, else those of
playlists and imports), or if the tagger gives it. A person's statement does not take the tagger's tags away, because
a list of words is not said to be complete.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Unpack
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Numeric,
    Select,
    TableValuedAlias,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from shared.domain.annotation import AnnotatorKind
from shared.domain.track_tags import SAME_TAGS
from shared.store.base_repository import BaseRepository
from shared.store.features.given_tags import TAG_VERSION, is_heard_first
from shared.store.tables import AnnotationRow, AnnotatorRow, Track, TrackTagRow
from shared.store.tracks.missing_tracks import MissingWanted
from shared.store.tracks.music_rule import is_music
from shared.store.tracks.repository import TrackFilters, select_listed
from shared.store.tracks.standing_annotations import is_standing

_MEAN_DECIMALS = 6
_STRENGTH = {kind.value: strength for strength, kind in enumerate(AnnotatorKind)}


@dataclass(frozen=True, kw_only=True)
class TagPosition:
    """Where a track stands in the list of those that have some tags: what the list is ordered by."""

    n_by_people: int
    """Of the tags, those that a person gave the track."""
    mean_score: Decimal
    """Mean standardised logit of those that the tagger gave it; 0 where it gave none."""
    track_id: UUID


@dataclass(frozen=True, eq=False)
class TaggedTrack:
    """A track that has the tags, and its position."""

    track: Track
    position: TagPosition


class TaggedTrackRepository(BaseRepository):
    """All SQL on lists of tracks by their tags."""

    def list_page(
        self,
        tags: Sequence[str],
        *,
        after: TagPosition | None = None,
        limit: int = 50,
        **filters: Unpack[TrackFilters],
    ) -> list[TaggedTrack]:
        """Surviving tracks that have all of the `tags`, which are normalised and differ, after the position `after`.

        First those that people gave more of them, then by the mean standardised logit, the highest first.

        Recordings whose annotations have any of the tags are gathered and sorted. All others, which may be a tenth of
        a library, are read in the order of an index where one tag is asked for.
        """
        listed = select_listed(**filters)
        annotated = _select_annotated(tags).cte("annotated")
        parts = (_select_with_annotations(listed, annotated, tags), _select_heard_only(listed, annotated, tags))
        page = union_all(*(_cut_page(part, after=after, limit=limit) for part in parts)).subquery("page")
        query = (
            select(Track, page.c.n_by_people, page.c.mean_score)
            .join(page, page.c.track_id == Track.id)
            .order_by(page.c.n_by_people.desc(), page.c.mean_score.desc(), Track.id)
            .limit(limit)
        )
        return [
            TaggedTrack(track, TagPosition(n_by_people=n_by_people, mean_score=mean_score, track_id=track.id))
            for track, n_by_people, mean_score in self._session.execute(query)
        ]

    def has_tags(self, tags: Sequence[str]) -> ColumnElement[bool]:
        """The condition on surviving tracks of `list_page`."""
        listed = select_listed(missing=MissingWanted.INCLUDE)
        annotated = _select_annotated(tags).cte("annotated")
        parts = (_select_with_annotations(listed, annotated, tags), _select_heard_only(listed, annotated, tags))
        ids = union_all(*(part.tracks.with_only_columns(Track.id, maintain_column_froms=True) for part in parts))
        return Track.id.in_(select(ids.subquery("having_all").c.id))

    def filter_annotated(self, tags: Sequence[str]) -> set[str]:
        """Those of the normalised `tags` that some annotation has that nobody withdrew."""
        return {
            tag
            for tag in tags
            if self._session.scalar(select(exists().where(AnnotationRow.tag_words.contains([tag]), is_standing())))
        }

    def list_most_annotated(self, *, limit: int) -> list[str]:
        """The tags that annotations have most often, the most frequent first."""
        words = _words_of_annotations()
        query = (
            select(words.c.word)
            .select_from(AnnotationRow)
            .join(words, true())
            .where(is_standing())
            .group_by(words.c.word)
            .order_by(func.count().desc(), words.c.word)
            .limit(limit)
        )
        return list(self._session.scalars(query))


@dataclass(frozen=True, eq=False, kw_only=True)
class _OrderedTracks:
    """A query of tracks, and the columns by which it is ordered."""

    tracks: Select[Track]
    n_by_people: ColumnElement[int]
    mean_score: ColumnElement[Decimal]


def _cut_page(query: _OrderedTracks, *, after: TagPosition | None, limit: int) -> Select[*tuple[Any, ...]]:
    """`(track_id, n_by_people, mean_score)` of the first tracks after a position."""
    tracks = query.tracks if after is None else query.tracks.where(_is_after(query, after))
    page = (
        tracks.with_only_columns(
            Track.id.label("track_id"),
            query.n_by_people.label("n_by_people"),
            query.mean_score.label("mean_score"),
        )
        .order_by(query.n_by_people.desc(), query.mean_score.desc(), Track.id)
        .limit(limit)
    )
    return select(page.subquery())


def _is_after(query: _OrderedTracks, position: TagPosition) -> ColumnElement[bool]:
    """The first bound of each column is one that an index can use."""
    n, mean = query.n_by_people, query.mean_score
    is_tied = and_(mean == position.mean_score, Track.id > position.track_id)
    is_within = and_(mean <= position.mean_score, or_(mean < position.mean_score, is_tied))
    return and_(n <= position.n_by_people, or_(n < position.n_by_people, is_within))


def _select_with_annotations(listed: Select[Track], annotated: CTE, tags: Sequence[str]) -> _OrderedTracks:
    """Recordings that have all of the tags, some of them by annotations."""
    tagged = aliased(Track)
    of_tagger: Select[*tuple[Any, ...]] = (
        select(tagged.survivor_id, TrackTagRow.tag, literal_column("0").label("by_people"), TrackTagRow.score)
        .join(tagged, tagged.id == TrackTagRow.track_id)
        .where(
            tagged.survivor_id.in_(select(annotated.c.survivor_id)),
            TrackTagRow.fingerprint == TAG_VERSION,
            TrackTagRow.tag.in_(tags),
            is_heard_first(tagged),
        )
    )
    given = union_all(select(annotated), of_tagger).subquery("given")
    by_tag = (
        select(
            given.c.survivor_id,
            func.max(given.c.by_people).label("by_people"),
            func.max(given.c.score).label("score"),
        )
        .group_by(given.c.survivor_id, given.c.tag)
        .subquery("by_tag")
    )
    having = (
        select(
            by_tag.c.survivor_id,
            cast(func.sum(by_tag.c.by_people), Integer).label("n_by_people"),
            _round(func.coalesce(func.avg(by_tag.c.score), 0)).label("mean_score"),
        )
        .group_by(by_tag.c.survivor_id)
        .having(func.count() == len(tags))
        .subquery("having_tags")
    )
    return _OrderedTracks(
        tracks=listed.join(having, having.c.survivor_id == Track.id),
        n_by_people=having.c.n_by_people,
        mean_score=having.c.mean_score,
    )


def _select_heard_only(listed: Select[Track], annotated: CTE, tags: Sequence[str]) -> _OrderedTracks:
    """Recordings of which the tagger gives all of the tags, and annotations none.

    The tagger knows nothing but music: what it gives to speech or noise is not asked.
    """
    rows = [aliased(TrackTagRow) for _ in tags]
    tagged = aliased(Track)
    query = listed.join(tagged, tagged.survivor_id == Track.id).join(rows[0], rows[0].track_id == tagged.id)
    for row in rows[1:]:
        query = query.join(row, row.track_id == rows[0].track_id)
    query = query.where(
        *(and_(row.fingerprint == TAG_VERSION, row.tag == tag) for row, tag in zip(rows, tags, strict=True)),
        is_heard_first(tagged),
        is_music(),
        Track.id.not_in(select(annotated.c.survivor_id)),
    )
    # of one tag the column itself: the index is in its order
    scores: list[Any] = [row.score for row in rows]
    mean_score = scores[0] if len(scores) == 1 else _round(sum(scores[1:], scores[0]) / len(scores))
    return _OrderedTracks(tracks=query, n_by_people=cast(literal_column("0"), Integer), mean_score=mean_score)


def _round(mean: ColumnElement[Any]) -> ColumnElement[Decimal]:
    return func.round(mean, _MEAN_DECIMALS)


def _select_annotated(tags: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """The tags of deciding annotations, as `domain.targets.select_deciding` picks them."""
    words = _words_of_annotations()
    others = {spelling: tag for spelling, tag in SAME_TAGS.items() if tag in tags}
    spellings = [*tags, *others]
    return (
        select(
            Track.survivor_id,
            (case(others, value=words.c.word, else_=words.c.word) if others else words.c.word).label("tag"),
            case((AnnotatorRow.kind == AnnotatorKind.PERSON.value, 1), else_=0).label("by_people"),
            cast(null(), Numeric).label("score"),
        )
        .select_from(AnnotationRow)
        .join(Track, Track.id == AnnotationRow.track_id)
        .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
        .join(words, words.c.word.in_(spellings))
        .where(AnnotationRow.tag_words.overlap(spellings), is_standing(), ~_is_overruled())
    )


def _words_of_annotations() -> TableValuedAlias:
    """`(word)`: a row for each tag of each annotation."""
    return func.unnest(AnnotationRow.tag_words).table_valued("word", name="words").render_derived()


def _is_overruled() -> ColumnElement[bool]:
    """Another annotation with tags decides: its annotator's own later one, a stronger one, or a person's later one."""
    other, annotator, track = aliased(AnnotationRow), aliased(AnnotatorRow), aliased(Track)
    is_person = and_(annotator.kind == AnnotatorKind.PERSON.value, AnnotatorRow.kind == AnnotatorKind.PERSON.value)
    is_later = tuple_(other.at, other.id) > tuple_(AnnotationRow.at, AnnotationRow.id)
    is_stronger = _strength(annotator.kind) < _strength(AnnotatorRow.kind)
    return (
        exists()
        .where(
            track.survivor_id == Track.survivor_id,
            other.track_id == track.id,
            annotator.id == other.annotator_id,
            other.tags.is_not(None),
            is_standing(other),
            or_(is_stronger, and_(is_later, or_(other.annotator_id == AnnotationRow.annotator_id, is_person))),
        )
        .correlate(AnnotationRow, AnnotatorRow, Track)
    )


def _strength(kind: Any) -> ColumnElement[int]:
    return case(_STRENGTH, value=kind, else_=len(_STRENGTH))
