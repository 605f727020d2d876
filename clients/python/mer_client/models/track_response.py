from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.track_response_basis_type_0 import TrackResponseBasisType0, check_track_response_basis_type_0
from ..models.track_response_content_kind_type_0 import (
    TrackResponseContentKindType0,
    check_track_response_content_kind_type_0,
)
from ..models.track_response_decided_by_type_0 import (
    TrackResponseDecidedByType0,
    check_track_response_decided_by_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.annotation_response import AnnotationResponse
    from ..models.clip_response import ClipResponse
    from ..models.contradiction_response import ContradictionResponse
    from ..models.feature_state_response import FeatureStateResponse
    from ..models.label_response import LabelResponse
    from ..models.merge_reference import MergeReference
    from ..models.personal_response import PersonalResponse
    from ..models.source_response import SourceResponse
    from ..models.track_tag_response import TrackTagResponse


T = TypeVar("T", bound="TrackResponse")


@_attrs_define
class TrackResponse:
    """A track with everything that is known of it.

    Attributes:
        id (UUID):
        title (None | str):
        artist (None | str):
        album (None | str):
        isrc (None | str):
        duration_s (float | None):
        corrected (list[str]): Those of title, artist and album that a person corrected
        synthetic (bool):
        taxonomy (str): Of `emotion` and `predicted`
        emotion (None | str): What stands for it in the taxonomy, as `/tracks/<id>/emotion` says it; null where nobody
            labelled it and it is no music, or the champion cannot score it, or has not yet
        emotion_name (None | str): The word for `emotion`: of `quadrant4` happy, tense, sad or calm, of other taxonomies
            `emotion` itself; null where `emotion` is null
        decided_by (None | TrackResponseDecidedByType0): `person`, `model`, `playlist` or `import`
        predicted (None | str): What the champion predicts; null where it cannot, or has not yet
        probability (float | None): Of `predicted`
        basis (None | TrackResponseBasisType0): What the model's prediction rests on: `held_out` (the track is not in
            its training set), `out_of_fold` (it is; predicted by a model fitted without it), `in_sample` (predicted by the
            model that learned from it); null where no model answers
        model_id (None | UUID): The champion, or the starter, that predicted
        sources (list[SourceResponse]):
        labels (list[LabelResponse]): The label in each taxonomy that has one
        contradictions (list[ContradictionResponse]): Taxonomies in which annotations contradict each other evenly
        annotations (list[AnnotationResponse]): Every annotation, oldest first
        merges (list[MergeReference]): Tracks that this one stands for, the earliest merge first
        href (str):
        artists (list[str] | Unset): Each artist that the tags of its file credit, in their order
        album_artist (None | str | Unset):
        track_number (int | None | Unset):
        disc_number (int | None | Unset):
        year (int | None | Unset):
        genres (list[str] | Unset):
        moods (list[str] | Unset): The words of a MOOD tag in its file; nobody's label, and not learned from
        tags (list[TrackTagResponse] | Unset): What annotators say, then what the audio tagger hears, the clearest first
        content_kind (None | TrackResponseContentKindType0 | Unset): What is heard in what is no music, by YAMNet:
            `speech`, `noise`, `applause`, `other`; null for music, for what somebody gave a mood, and where YAMNet was not
            asked
        prediction_set (list[str] | None | Unset): Of the model, as `/tracks/<id>/emotion` says it; null where it has
            none
        certainty (None | str | Unset): In words, where it was measured: `7 in 10` (of such answers were right),
            `either` (of two), `unsure`; of a person's label the name, else `playlist` or `import`
        sure (bool | None | Unset): Whether the model is sure; null where that was not measured
        starter (bool | Unset): Whether the starter that ships with mer predicted Default: False.
        personal (None | PersonalResponse | Unset): Whose answer it is; null where no `annotator` is named
        clip (ClipResponse | None | Unset): Audio that was fetched for it, the latest
        features (FeatureStateResponse | None | Unset):
        missing_since (datetime.datetime | None | Unset): Its last file is gone since then; null also for one that never
            had a file
    """

    id: UUID
    title: None | str
    artist: None | str
    album: None | str
    isrc: None | str
    duration_s: float | None
    corrected: list[str]
    synthetic: bool
    taxonomy: str
    emotion: None | str
    emotion_name: None | str
    decided_by: None | TrackResponseDecidedByType0
    predicted: None | str
    probability: float | None
    basis: None | TrackResponseBasisType0
    model_id: None | UUID
    sources: list[SourceResponse]
    labels: list[LabelResponse]
    contradictions: list[ContradictionResponse]
    annotations: list[AnnotationResponse]
    merges: list[MergeReference]
    href: str
    artists: list[str] | Unset = UNSET
    album_artist: None | str | Unset = UNSET
    track_number: int | None | Unset = UNSET
    disc_number: int | None | Unset = UNSET
    year: int | None | Unset = UNSET
    genres: list[str] | Unset = UNSET
    moods: list[str] | Unset = UNSET
    tags: list[TrackTagResponse] | Unset = UNSET
    content_kind: None | TrackResponseContentKindType0 | Unset = UNSET
    prediction_set: list[str] | None | Unset = UNSET
    certainty: None | str | Unset = UNSET
    sure: bool | None | Unset = UNSET
    starter: bool | Unset = False
    personal: None | PersonalResponse | Unset = UNSET
    clip: ClipResponse | None | Unset = UNSET
    features: FeatureStateResponse | None | Unset = UNSET
    missing_since: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.clip_response import ClipResponse  # noqa: PLC0415
        from ..models.feature_state_response import FeatureStateResponse  # noqa: PLC0415
        from ..models.personal_response import PersonalResponse  # noqa: PLC0415

        id = str(self.id)

        title: None | str
        title = self.title

        artist: None | str
        artist = self.artist

        album: None | str
        album = self.album

        isrc: None | str
        isrc = self.isrc

        duration_s: float | None
        duration_s = self.duration_s

        corrected = self.corrected

        synthetic = self.synthetic

        taxonomy = self.taxonomy

        emotion: None | str
        emotion = self.emotion

        emotion_name: None | str
        emotion_name = self.emotion_name

        decided_by: None | str
        if isinstance(self.decided_by, str):
            decided_by = self.decided_by
        else:
            decided_by = self.decided_by

        predicted: None | str
        predicted = self.predicted

        probability: float | None
        probability = self.probability

        basis: None | str
        if isinstance(self.basis, str):
            basis = self.basis
        else:
            basis = self.basis

        model_id: None | str
        if isinstance(self.model_id, UUID):
            model_id = str(self.model_id)
        else:
            model_id = self.model_id

        sources = []
        for sources_item_data in self.sources:
            sources_item = sources_item_data.to_dict()
            sources.append(sources_item)

        labels = []
        for labels_item_data in self.labels:
            labels_item = labels_item_data.to_dict()
            labels.append(labels_item)

        contradictions = []
        for contradictions_item_data in self.contradictions:
            contradictions_item = contradictions_item_data.to_dict()
            contradictions.append(contradictions_item)

        annotations = []
        for annotations_item_data in self.annotations:
            annotations_item = annotations_item_data.to_dict()
            annotations.append(annotations_item)

        merges = []
        for merges_item_data in self.merges:
            merges_item = merges_item_data.to_dict()
            merges.append(merges_item)

        href = self.href

        artists: list[str] | Unset = UNSET
        if not isinstance(self.artists, Unset):
            artists = self.artists

        album_artist: None | str | Unset
        if isinstance(self.album_artist, Unset):
            album_artist = UNSET
        else:
            album_artist = self.album_artist

        track_number: int | None | Unset
        if isinstance(self.track_number, Unset):
            track_number = UNSET
        else:
            track_number = self.track_number

        disc_number: int | None | Unset
        if isinstance(self.disc_number, Unset):
            disc_number = UNSET
        else:
            disc_number = self.disc_number

        year: int | None | Unset
        if isinstance(self.year, Unset):
            year = UNSET
        else:
            year = self.year

        genres: list[str] | Unset = UNSET
        if not isinstance(self.genres, Unset):
            genres = self.genres

        moods: list[str] | Unset = UNSET
        if not isinstance(self.moods, Unset):
            moods = self.moods

        tags: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = []
            for tags_item_data in self.tags:
                tags_item = tags_item_data.to_dict()
                tags.append(tags_item)

        content_kind: None | str | Unset
        if isinstance(self.content_kind, Unset):
            content_kind = UNSET
        elif isinstance(self.content_kind, str):
            content_kind = self.content_kind
        else:
            content_kind = self.content_kind

        prediction_set: list[str] | None | Unset
        if isinstance(self.prediction_set, Unset):
            prediction_set = UNSET
        elif isinstance(self.prediction_set, list):
            prediction_set = self.prediction_set

        else:
            prediction_set = self.prediction_set

        certainty: None | str | Unset
        if isinstance(self.certainty, Unset):
            certainty = UNSET
        else:
            certainty = self.certainty

        sure: bool | None | Unset
        if isinstance(self.sure, Unset):
            sure = UNSET
        else:
            sure = self.sure

        starter = self.starter

        personal: dict[str, Any] | None | Unset
        if isinstance(self.personal, Unset):
            personal = UNSET
        elif isinstance(self.personal, PersonalResponse):
            personal = self.personal.to_dict()
        else:
            personal = self.personal

        clip: dict[str, Any] | None | Unset
        if isinstance(self.clip, Unset):
            clip = UNSET
        elif isinstance(self.clip, ClipResponse):
            clip = self.clip.to_dict()
        else:
            clip = self.clip

        features: dict[str, Any] | None | Unset
        if isinstance(self.features, Unset):
            features = UNSET
        elif isinstance(self.features, FeatureStateResponse):
            features = self.features.to_dict()
        else:
            features = self.features

        missing_since: None | str | Unset
        if isinstance(self.missing_since, Unset):
            missing_since = UNSET
        elif isinstance(self.missing_since, datetime.datetime):
            missing_since = self.missing_since.isoformat()
        else:
            missing_since = self.missing_since

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "title": title,
                "artist": artist,
                "album": album,
                "isrc": isrc,
                "duration_s": duration_s,
                "corrected": corrected,
                "synthetic": synthetic,
                "taxonomy": taxonomy,
                "emotion": emotion,
                "emotion_name": emotion_name,
                "decided_by": decided_by,
                "predicted": predicted,
                "probability": probability,
                "basis": basis,
                "model_id": model_id,
                "sources": sources,
                "labels": labels,
                "contradictions": contradictions,
                "annotations": annotations,
                "merges": merges,
                "href": href,
            }
        )
        if artists is not UNSET:
            field_dict["artists"] = artists
        if album_artist is not UNSET:
            field_dict["album_artist"] = album_artist
        if track_number is not UNSET:
            field_dict["track_number"] = track_number
        if disc_number is not UNSET:
            field_dict["disc_number"] = disc_number
        if year is not UNSET:
            field_dict["year"] = year
        if genres is not UNSET:
            field_dict["genres"] = genres
        if moods is not UNSET:
            field_dict["moods"] = moods
        if tags is not UNSET:
            field_dict["tags"] = tags
        if content_kind is not UNSET:
            field_dict["content_kind"] = content_kind
        if prediction_set is not UNSET:
            field_dict["prediction_set"] = prediction_set
        if certainty is not UNSET:
            field_dict["certainty"] = certainty
        if sure is not UNSET:
            field_dict["sure"] = sure
        if starter is not UNSET:
            field_dict["starter"] = starter
        if personal is not UNSET:
            field_dict["personal"] = personal
        if clip is not UNSET:
            field_dict["clip"] = clip
        if features is not UNSET:
            field_dict["features"] = features
        if missing_since is not UNSET:
            field_dict["missing_since"] = missing_since

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.annotation_response import AnnotationResponse  # noqa: PLC0415
        from ..models.clip_response import ClipResponse  # noqa: PLC0415
        from ..models.contradiction_response import ContradictionResponse  # noqa: PLC0415
        from ..models.feature_state_response import FeatureStateResponse  # noqa: PLC0415
        from ..models.label_response import LabelResponse  # noqa: PLC0415
        from ..models.merge_reference import MergeReference  # noqa: PLC0415
        from ..models.personal_response import PersonalResponse  # noqa: PLC0415
        from ..models.source_response import SourceResponse  # noqa: PLC0415
        from ..models.track_tag_response import TrackTagResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        def _parse_title(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        title = _parse_title(d.pop("title"))

        def _parse_artist(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        artist = _parse_artist(d.pop("artist"))

        def _parse_album(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        album = _parse_album(d.pop("album"))

        def _parse_isrc(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        isrc = _parse_isrc(d.pop("isrc"))

        def _parse_duration_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        duration_s = _parse_duration_s(d.pop("duration_s"))

        corrected = cast(list[str], d.pop("corrected"))

        synthetic = d.pop("synthetic")

        taxonomy = d.pop("taxonomy")

        def _parse_emotion(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        emotion = _parse_emotion(d.pop("emotion"))

        def _parse_emotion_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        emotion_name = _parse_emotion_name(d.pop("emotion_name"))

        def _parse_decided_by(data: object) -> None | TrackResponseDecidedByType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_by_type_0 = check_track_response_decided_by_type_0(data)

                return decided_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrackResponseDecidedByType0, data)

        decided_by = _parse_decided_by(d.pop("decided_by"))

        def _parse_predicted(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        predicted = _parse_predicted(d.pop("predicted"))

        def _parse_probability(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        probability = _parse_probability(d.pop("probability"))

        def _parse_basis(data: object) -> None | TrackResponseBasisType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                basis_type_0 = check_track_response_basis_type_0(data)

                return basis_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrackResponseBasisType0, data)

        basis = _parse_basis(d.pop("basis"))

        def _parse_model_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                model_id_type_0 = UUID(data)

                return model_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        model_id = _parse_model_id(d.pop("model_id"))

        sources = []
        _sources = d.pop("sources")
        for sources_item_data in _sources:
            sources_item = SourceResponse.from_dict(sources_item_data)

            sources.append(sources_item)

        labels = []
        _labels = d.pop("labels")
        for labels_item_data in _labels:
            labels_item = LabelResponse.from_dict(labels_item_data)

            labels.append(labels_item)

        contradictions = []
        _contradictions = d.pop("contradictions")
        for contradictions_item_data in _contradictions:
            contradictions_item = ContradictionResponse.from_dict(contradictions_item_data)

            contradictions.append(contradictions_item)

        annotations = []
        _annotations = d.pop("annotations")
        for annotations_item_data in _annotations:
            annotations_item = AnnotationResponse.from_dict(annotations_item_data)

            annotations.append(annotations_item)

        merges = []
        _merges = d.pop("merges")
        for merges_item_data in _merges:
            merges_item = MergeReference.from_dict(merges_item_data)

            merges.append(merges_item)

        href = d.pop("href")

        artists = cast(list[str], d.pop("artists", UNSET))

        def _parse_album_artist(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        album_artist = _parse_album_artist(d.pop("album_artist", UNSET))

        def _parse_track_number(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        track_number = _parse_track_number(d.pop("track_number", UNSET))

        def _parse_disc_number(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        disc_number = _parse_disc_number(d.pop("disc_number", UNSET))

        def _parse_year(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        year = _parse_year(d.pop("year", UNSET))

        genres = cast(list[str], d.pop("genres", UNSET))

        moods = cast(list[str], d.pop("moods", UNSET))

        _tags = d.pop("tags", UNSET)
        tags: list[TrackTagResponse] | Unset = UNSET
        if _tags is not UNSET:
            tags = []
            for tags_item_data in _tags:
                tags_item = TrackTagResponse.from_dict(tags_item_data)

                tags.append(tags_item)

        def _parse_content_kind(data: object) -> None | TrackResponseContentKindType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                content_kind_type_0 = check_track_response_content_kind_type_0(data)

                return content_kind_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrackResponseContentKindType0 | Unset, data)

        content_kind = _parse_content_kind(d.pop("content_kind", UNSET))

        def _parse_prediction_set(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                prediction_set_type_0 = cast(list[str], data)

                return prediction_set_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        prediction_set = _parse_prediction_set(d.pop("prediction_set", UNSET))

        def _parse_certainty(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        certainty = _parse_certainty(d.pop("certainty", UNSET))

        def _parse_sure(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        sure = _parse_sure(d.pop("sure", UNSET))

        starter = d.pop("starter", UNSET)

        def _parse_personal(data: object) -> None | PersonalResponse | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                personal_type_0 = PersonalResponse.from_dict(data)

                return personal_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PersonalResponse | Unset, data)

        personal = _parse_personal(d.pop("personal", UNSET))

        def _parse_clip(data: object) -> ClipResponse | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                clip_type_0 = ClipResponse.from_dict(data)

                return clip_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ClipResponse | None | Unset, data)

        clip = _parse_clip(d.pop("clip", UNSET))

        def _parse_features(data: object) -> FeatureStateResponse | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                features_type_0 = FeatureStateResponse.from_dict(data)

                return features_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FeatureStateResponse | None | Unset, data)

        features = _parse_features(d.pop("features", UNSET))

        def _parse_missing_since(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                missing_since_type_0 = datetime.datetime.fromisoformat(data)

                return missing_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        missing_since = _parse_missing_since(d.pop("missing_since", UNSET))

        track_response = cls(
            id=id,
            title=title,
            artist=artist,
            album=album,
            isrc=isrc,
            duration_s=duration_s,
            corrected=corrected,
            synthetic=synthetic,
            taxonomy=taxonomy,
            emotion=emotion,
            emotion_name=emotion_name,
            decided_by=decided_by,
            predicted=predicted,
            probability=probability,
            basis=basis,
            model_id=model_id,
            sources=sources,
            labels=labels,
            contradictions=contradictions,
            annotations=annotations,
            merges=merges,
            href=href,
            artists=artists,
            album_artist=album_artist,
            track_number=track_number,
            disc_number=disc_number,
            year=year,
            genres=genres,
            moods=moods,
            tags=tags,
            content_kind=content_kind,
            prediction_set=prediction_set,
            certainty=certainty,
            sure=sure,
            starter=starter,
            personal=personal,
            clip=clip,
            features=features,
            missing_since=missing_since,
        )

        track_response.additional_properties = d
        return track_response

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
