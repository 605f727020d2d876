"""What each item of a list says of its track, so that a source takes back what it no longer says.

A piece that could not be read, or that a rule passes over, still names its track; the item points to it then, so that
nothing is taken back of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from uuid import UUID

from services.crawler.sources.port import CrawlSource, NamingSource, ReadList, SourceListing
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.crawl import CrawlRequest
from shared.domain.job import ItemState
from shared.domain.track import CollectedTrack, SourceRef
from shared.errors import Reason
from shared.json_objects import JsonObject
from shared.store.jobs.items import ItemOutcome
from shared.store.repositories import Repositories
from shared.store.tables import JobItem
from shared.store.tracks.source_statements import words_of

_NAMES_NOTHING = frozenset({Reason.STRAY_HEADER})


def confirm_statements(
    repositories: Repositories,
    items: Sequence[JobItem],
    tracks: Mapping[int, CollectedTrack],
    outcomes: Sequence[ItemOutcome],
    *,
    requests: Mapping[UUID, CrawlRequest],
    sources: Mapping[str, CrawlSource],
) -> list[ItemOutcome]:
    """The outcomes with what each item says, or at least the track that it names.

    `tracks`: what was collected, by item; `outcomes` are those of all items. Folders that say something of a file that
    lies in them now take the word of the folders that it lay in before.
    """
    statements = {
        outcome.item_id: (outcome.track_id, *words)
        for outcome in outcomes
        if outcome.track_id and (words := words_of(tracks.get(outcome.item_id)))
    }
    ids = repositories.annotations.list_standing_ids(statements.values())
    repositories.withdraw_moved({track_id for track_id, annotator, _ in statements.values() if _is_folder(annotator)})
    named = _find_named_tracks(repositories, items, outcomes, requests=requests, sources=sources)
    return [
        replace(
            outcome,
            annotation_id=ids.get(statements[outcome.item_id]) if outcome.item_id in statements else None,
            track_id=outcome.track_id or named.get(outcome.item_id),
        )
        for outcome in outcomes
    ]


def lists_read(listing: SourceListing, request: CrawlRequest) -> list[JsonObject] | None:
    """Whose lists a crawl has read when its listing ends, as a job keeps it; None where it did not read all of them."""
    if request.limit is not None:
        return None
    says_words = request.emotion is not None or bool(request.moods)
    if listing.pages is None or not (says_words or request.tags):
        return [asdict(one) for one in listing.read_lists]
    taxonomies = (request.taxonomy or "mood4",) if says_words else (None,)
    playlists = [target.name for target in request.list_targets() if target.kind == "playlist"]
    # those that are empty by now have no pieces; all others are called what their source calls them
    names = [f"{request.source} {name}" for name in playlists]
    kind = AnnotatorKind.PLAYLIST
    return [asdict(ReadList(kind=kind, name=name, taxonomies=taxonomies)) for name in (None, *names)]


def _is_folder(annotator: Annotator) -> bool:
    return annotator.kind is AnnotatorKind.IMPORT and annotator.name.startswith("folder ")


def _find_named_tracks(
    repositories: Repositories,
    items: Sequence[JobItem],
    outcomes: Sequence[ItemOutcome],
    *,
    requests: Mapping[UUID, CrawlRequest],
    sources: Mapping[str, CrawlSource],
) -> dict[int, UUID]:
    """By item the known track of a piece that was not collected. Jobs with a piece that names nothing are noted."""
    lost = {
        one.item_id for one in outcomes if one.track_id is None and one.state in (ItemState.FAILED, ItemState.SKIPPED)
    }
    lost -= {one.item_id for one in outcomes if one.reason in _NAMES_NOTHING}
    refs = {item.id: _list_item_refs(item, requests[item.job_id], sources) for item in items if item.id in lost}
    nameless = [item.job_id for item in items if item.id in lost and not refs[item.id]]
    if nameless:
        repositories.jobs.note_unnamed(nameless)
    known = repositories.tracks.by_refs([ref for of_item in refs.values() for ref in of_item])
    known_tracks = {item_id: [known[ref] for ref in of_item if ref in known] for item_id, of_item in refs.items()}
    return {item_id: track_ids[0] for item_id, track_ids in known_tracks.items() if track_ids}


def _list_item_refs(item: JobItem, request: CrawlRequest, sources: Mapping[str, CrawlSource]) -> tuple[SourceRef, ...]:
    source = sources[request.source]
    if isinstance(source, NamingSource):
        return source.list_refs(item.payload, request)
    its_id = item.payload.get("id")
    return (SourceRef(item.payload.get("ref_source", request.source), str(its_id)),) if its_id else ()
