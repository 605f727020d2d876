"""Where a training set comes from, and on what terms: for the model card."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from shared.domain.annotation import Annotation
from shared.domain.head import CLASSES, TAGS
from shared.domain.snapshot import ProvenanceCounts, TermsFlag
from shared.domain.targets import has_tags, has_valence_arousal, select_deciding
from shared.store.repositories import Repositories
from shared.store.tables import TrackSource
from shared.store.tracks.annotations import LabelResolver

UNSTATED = "not stated"

_SPOTIFY = {"spotify"}
_NON_COMMERCIAL = ("-nc", "by-nc", "noncommercial", "non-commercial")


def describe_provenance(
    repositories: Repositories,
    track_ids: Collection[UUID],
    *,
    taxonomy: str,
    inputs: Sequence[str],
    spec: str,
    kind: str = CLASSES,
) -> ProvenanceCounts:
    """Tracks by source, by licence, by the kind of annotator whose word their label is, and what their terms demand.

    A track of several sources counts in each of them.
    """
    sources = repositories.tracks.list_sources(list(track_ids))
    annotations = repositories.annotations.list_by_track(track_ids)
    origins = repositories.catalogue_features(spec=spec).list_catalogue(track_ids) if "catalogue" in inputs else {}
    return {
        "by_source": _count_names(_distinct_values(rows, "source") for rows in sources.values()),
        "by_licence": _count_names(_distinct_values(rows, "licence") for rows in sources.values()),
        "by_annotator": _count_names(_deciding_kinds(repositories, annotations, taxonomy, kind)),
        "terms": list_terms(sources, {track_id: origin for track_id, (origin, _) in origins.items()}),
    }


def list_terms(sources: Mapping[UUID, Sequence[TrackSource]], origins: Mapping[UUID, str]) -> list[TermsFlag]:
    """Flags, each with the number of tracks that it is about, for the person who would publish or sell the model."""
    n_spotify = sum(
        bool({row.source for row in rows} & _SPOTIFY) or origins.get(track_id) in _SPOTIFY
        for track_id, rows in sources.items()
    )
    n_non_commercial = sum(any(_forbids_trade(row.licence) for row in rows) for rows in sources.values())
    n_unstated = sum(not any(row.licence for row in rows) for rows in sources.values())
    counted = [
        ("spotify", n_spotify, "contains rows derived from Spotify, whose terms forbid training models on its content"),
        ("non_commercial", n_non_commercial, "contains tracks whose licence allows no commercial use"),
        ("licence_unstated", n_unstated, "contains tracks whose licence nobody stated"),
    ]
    return [{"flag": flag, "tracks": n, "meaning": meaning} for flag, n, meaning in counted if n]


def _forbids_trade(licence: str | None) -> bool:
    return any(sign in (licence or "").lower() for sign in _NON_COMMERCIAL)


def _distinct_values(rows: Sequence[TrackSource], attribute: str) -> set[str]:
    return {getattr(row, attribute) or UNSTATED for row in rows}


def _deciding_kinds(
    repositories: Repositories, annotations: Mapping[UUID, Sequence[Annotation]], taxonomy: str, kind: str
) -> Iterable[set[str]]:
    """For each track the kind of annotators whose label it is."""
    if kind == CLASSES:
        resolved = LabelResolver(taxonomy).resolve_labels(repositories.annotations, annotations)
        return [{consensus.kind.value} for consensus in resolved.values() if consensus.label is not None]
    says = has_tags if kind == TAGS else has_valence_arousal
    return [
        {annotation.annotator.kind.value for annotation in select_deciding(of_track, says)}
        for of_track in annotations.values()
    ]


def _count_names(names_by_track: Iterable[set[str]]) -> dict[str, int]:
    return dict(Counter(name for names in names_by_track for name in sorted(names)).most_common())
