"""Why a track has no prediction of a model: it is still being analysed, or it lacks what the model reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from services.api.deps import ApiPorts
from services.api.errors import not_scorable
from shared.domain.dataset import NETWORK_INPUTS, SOUND, TAGGER_POOL, TAGGER_READERS
from shared.domain.job import ItemState, Stage
from shared.domain.stages import list_stages_read
from shared.domain.taggers import TaggerSpec, list_versions
from shared.errors import Reason
from shared.inference.model_inputs import ModelReading
from shared.store.features.tagger_outputs import TaggerVersions
from shared.store.tables import Model

_MISSING_INPUTS = MappingProxyType(
    {
        "spectrogram": "the model reads the mel spectrograms of the whole clip, and this track has none: POST "
        "/features/recompute",
        SOUND: "the model reads descriptors and the mel spectrograms of the whole clip, and this track has no "
        "spectrograms: POST /features/recompute",
        "waveform": "the model reads samples, and this track's are not stored: set MER_STORE_WAVEFORMS and POST "
        "/features/recompute",
    }
)
"""What to do about a track that was analysed and lacks what a network reads."""


OUTDATED = "outdated"
"""The track has what the model reads in another version only."""


@dataclass(frozen=True)
class PendingTrack:
    """The track is still being analysed: ask again."""

    stage: Stage
    state: ItemState


def explain_unscored(ports: ApiPorts, track_id: UUID, model: Model) -> PendingTrack:
    """Why a track cannot be scored: it is still being analysed, or ProblemError with what it lacks."""
    with ports.store.read() as repositories:
        open_stage = repositories.job_items.get_open_stage(track_id)
        features = (
            repositories.features(spec=model.spec, kind=_audio_kind(model)).list_by_track([track_id]).get(track_id)
        )
        stages = list_stages_read(model.inputs, model.card["origins"])
        outdated = repositories.features(spec=model.spec).list_outdated_stages(track_id, stages=stages)
        current_specs = repositories.spec_stages.list_specs_sharing(ports.spec.fingerprint, stages)
        versions = ModelReading.from_card(model.card).taggers
        outdated_taggers = repositories.tagger_outputs.list_outdated(track_id, versions=versions)
        untagged = repositories.tagger_outputs.list_missing(track_id, versions=versions)
    if open_stage is not None:
        return PendingTrack(*open_stage)
    if (features is None and outdated) or outdated_taggers:
        is_current = model.spec in current_specs and _are_taggers_current(versions, ports.features.known_taggers)
        raise not_scorable(OUTDATED, _explain_outdated([*outdated, *outdated_taggers], is_current=is_current))
    lacks_catalogue = model.inputs == "fusion" and features is not None and features.state == "ready"
    if model.inputs == "catalogue" or lacks_catalogue:
        columns = ModelReading.from_card(model.card).columns
        raise not_scorable(
            "no_catalogue_features",
            f"the model reads {len(columns)} catalogue columns ({', '.join(columns)}), and this track has not all of "
            "them: crawl a table that has, or train on descriptors",
        )
    if model.inputs in TAGGER_READERS and untagged and features is not None and features.state == "ready":
        is_pool = model.inputs == TAGGER_POOL
        setting = "MER_STORE_TAGGER_POOL asks for them" if is_pool else "MER_TAGGERS names them"
        raise not_scorable(
            "no_audio_tags",
            f"the model reads the values of {', '.join(versions)}, and this track has none of {', '.join(untagged)} "
            f"yet: they are computed in the background where {setting}, and POST /features/recompute asks for them now",
        )
    if model.inputs in NETWORK_INPUTS and features is not None and features.state == "ready":
        raise not_scorable(f"no_{model.inputs}", _MISSING_INPUTS[model.inputs])
    if features is not None and features.reason is not None:
        raise not_scorable(features.reason, f"this track has no features: {features.detail}")
    raise not_scorable(
        Reason.NO_AUDIO.value, "the model reads audio, and this track came without: crawl the folder that holds it"
    )


def _audio_kind(model: Model) -> str:
    """What of the model's input follows from audio: of fusion the descriptors, whose columns may be delivered."""
    return "descriptors" if model.inputs == "fusion" else model.inputs


def _are_taggers_current(versions: TaggerVersions, known_taggers: Iterable[TaggerSpec]) -> bool:
    """Whether taggers of today give these versions."""
    today = list_versions(known_taggers)
    return all(today.get(name) == digits for name, digits in versions.items())


def _explain_outdated(stages: Sequence[str], *, is_current: bool) -> str:
    names = " and ".join(stages)
    if is_current:
        return f"this track's {names} were made by another version than the model reads: POST /features/recompute"
    return (
        f"the model reads an earlier version of {names} than this track has: POST /features/recompute for the library, "
        "then train on today's"
    )
