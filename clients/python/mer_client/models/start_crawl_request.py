from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.start_crawl_request_audio_type_0_item import (
    StartCrawlRequestAudioType0Item,
    check_start_crawl_request_audio_type_0_item,
)
from ..models.start_crawl_request_source import StartCrawlRequestSource, check_start_crawl_request_source
from ..models.start_crawl_request_taxonomy_type_0 import (
    StartCrawlRequestTaxonomyType0,
    check_start_crawl_request_taxonomy_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.start_crawl_request_moods import StartCrawlRequestMoods


T = TypeVar("T", bound="StartCrawlRequest")


@_attrs_define
class StartCrawlRequest:
    """What to crawl, and the emotion that it is labelled with.

    Attributes:
        source (StartCrawlRequestSource): One of folder, table, m3u, xspf, pls, asx, wpl, jspf, mtg_jamendo, demo,
            spotify, deezer, itunes, jamendo, reccobeats, navidrome
        path (None | str | Unset): Folder or table, under a library root; relative to it, or absolute
        audio_path (None | str | Unset): A published set: the folder of its audio, if not beside its table
        playlists (list[str] | Unset): Ids or links of playlists
        searches (list[str] | Unset): Words to search for; for Jamendo: tags
        tracks (list[str] | Unset): The source's own ids of tracks
        moods (StartCrawlRequestMoods | Unset): Emotion → playlists (searches, where the source has no playlists)
        emotion (None | str | Unset): What everything found stands for, where it has no label
        taxonomy (None | StartCrawlRequestTaxonomyType0 | Unset): The words of `emotion`, and of the table's labels
        tags (list[str] | Unset): Free words that everything found stands for
        audio (list[StartCrawlRequestAudioType0Item] | None | Unset): Where audio may come from, in order: deezer,
            itunes, jamendo, navidrome; [] for none
        limit (int | None | Unset): At most so many items; of a web source: of each playlist and search
        min_s (float | None | Unset): Shorter tracks are passed over, seconds (reason `excluded`)
        max_s (float | None | Unset): Longer tracks are passed over, seconds: DJ sets, audiobooks
        accept_empty (bool | Unset): A library root, or a disk or share below it, that holds no file any more is meant
            so: what it held is marked missing Default: False.
        exclude (list[str] | Unset): Names of files, folders and titles that are passed over: whole words, or patterns
            with * and ?
        reread (bool | Unset): Decode every file again, also those whose size and date did not change Default: False.
        restore_deleted (bool | Unset): Take in again what was removed; else it is passed over (reason `deleted`)
            Default: False.
    """

    source: StartCrawlRequestSource
    path: None | str | Unset = UNSET
    audio_path: None | str | Unset = UNSET
    playlists: list[str] | Unset = UNSET
    searches: list[str] | Unset = UNSET
    tracks: list[str] | Unset = UNSET
    moods: StartCrawlRequestMoods | Unset = UNSET
    emotion: None | str | Unset = UNSET
    taxonomy: None | StartCrawlRequestTaxonomyType0 | Unset = UNSET
    tags: list[str] | Unset = UNSET
    audio: list[StartCrawlRequestAudioType0Item] | None | Unset = UNSET
    limit: int | None | Unset = UNSET
    min_s: float | None | Unset = UNSET
    max_s: float | None | Unset = UNSET
    accept_empty: bool | Unset = False
    exclude: list[str] | Unset = UNSET
    reread: bool | Unset = False
    restore_deleted: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        source: str = self.source

        path: None | str | Unset
        if isinstance(self.path, Unset):
            path = UNSET
        else:
            path = self.path

        audio_path: None | str | Unset
        if isinstance(self.audio_path, Unset):
            audio_path = UNSET
        else:
            audio_path = self.audio_path

        playlists: list[str] | Unset = UNSET
        if not isinstance(self.playlists, Unset):
            playlists = self.playlists

        searches: list[str] | Unset = UNSET
        if not isinstance(self.searches, Unset):
            searches = self.searches

        tracks: list[str] | Unset = UNSET
        if not isinstance(self.tracks, Unset):
            tracks = self.tracks

        moods: dict[str, Any] | Unset = UNSET
        if not isinstance(self.moods, Unset):
            moods = self.moods.to_dict()

        emotion: None | str | Unset
        if isinstance(self.emotion, Unset):
            emotion = UNSET
        else:
            emotion = self.emotion

        taxonomy: None | str | Unset
        if isinstance(self.taxonomy, Unset):
            taxonomy = UNSET
        elif isinstance(self.taxonomy, str):
            taxonomy = self.taxonomy
        else:
            taxonomy = self.taxonomy

        tags: list[str] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags

        audio: list[str] | None | Unset
        if isinstance(self.audio, Unset):
            audio = UNSET
        elif isinstance(self.audio, list):
            audio = []
            for audio_type_0_item_data in self.audio:
                audio_type_0_item: str = audio_type_0_item_data
                audio.append(audio_type_0_item)

        else:
            audio = self.audio

        limit: int | None | Unset
        if isinstance(self.limit, Unset):
            limit = UNSET
        else:
            limit = self.limit

        min_s: float | None | Unset
        if isinstance(self.min_s, Unset):
            min_s = UNSET
        else:
            min_s = self.min_s

        max_s: float | None | Unset
        if isinstance(self.max_s, Unset):
            max_s = UNSET
        else:
            max_s = self.max_s

        accept_empty = self.accept_empty

        exclude: list[str] | Unset = UNSET
        if not isinstance(self.exclude, Unset):
            exclude = self.exclude

        reread = self.reread

        restore_deleted = self.restore_deleted

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "source": source,
            }
        )
        if path is not UNSET:
            field_dict["path"] = path
        if audio_path is not UNSET:
            field_dict["audio_path"] = audio_path
        if playlists is not UNSET:
            field_dict["playlists"] = playlists
        if searches is not UNSET:
            field_dict["searches"] = searches
        if tracks is not UNSET:
            field_dict["tracks"] = tracks
        if moods is not UNSET:
            field_dict["moods"] = moods
        if emotion is not UNSET:
            field_dict["emotion"] = emotion
        if taxonomy is not UNSET:
            field_dict["taxonomy"] = taxonomy
        if tags is not UNSET:
            field_dict["tags"] = tags
        if audio is not UNSET:
            field_dict["audio"] = audio
        if limit is not UNSET:
            field_dict["limit"] = limit
        if min_s is not UNSET:
            field_dict["min_s"] = min_s
        if max_s is not UNSET:
            field_dict["max_s"] = max_s
        if accept_empty is not UNSET:
            field_dict["accept_empty"] = accept_empty
        if exclude is not UNSET:
            field_dict["exclude"] = exclude
        if reread is not UNSET:
            field_dict["reread"] = reread
        if restore_deleted is not UNSET:
            field_dict["restore_deleted"] = restore_deleted

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.start_crawl_request_moods import StartCrawlRequestMoods  # noqa: PLC0415

        d = dict(src_dict)
        source = check_start_crawl_request_source(d.pop("source"))

        def _parse_path(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        path = _parse_path(d.pop("path", UNSET))

        def _parse_audio_path(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        audio_path = _parse_audio_path(d.pop("audio_path", UNSET))

        playlists = cast(list[str], d.pop("playlists", UNSET))

        searches = cast(list[str], d.pop("searches", UNSET))

        tracks = cast(list[str], d.pop("tracks", UNSET))

        _moods = d.pop("moods", UNSET)
        moods: StartCrawlRequestMoods | Unset
        if isinstance(_moods, Unset):
            moods = UNSET
        else:
            moods = StartCrawlRequestMoods.from_dict(_moods)

        def _parse_emotion(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        emotion = _parse_emotion(d.pop("emotion", UNSET))

        def _parse_taxonomy(data: object) -> None | StartCrawlRequestTaxonomyType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                taxonomy_type_0 = check_start_crawl_request_taxonomy_type_0(data)

                return taxonomy_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | StartCrawlRequestTaxonomyType0 | Unset, data)

        taxonomy = _parse_taxonomy(d.pop("taxonomy", UNSET))

        tags = cast(list[str], d.pop("tags", UNSET))

        def _parse_audio(data: object) -> list[StartCrawlRequestAudioType0Item] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                audio_type_0 = []
                _audio_type_0 = data
                for audio_type_0_item_data in _audio_type_0:
                    audio_type_0_item = check_start_crawl_request_audio_type_0_item(audio_type_0_item_data)

                    audio_type_0.append(audio_type_0_item)

                return audio_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[StartCrawlRequestAudioType0Item] | None | Unset, data)

        audio = _parse_audio(d.pop("audio", UNSET))

        def _parse_limit(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        limit = _parse_limit(d.pop("limit", UNSET))

        def _parse_min_s(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        min_s = _parse_min_s(d.pop("min_s", UNSET))

        def _parse_max_s(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        max_s = _parse_max_s(d.pop("max_s", UNSET))

        accept_empty = d.pop("accept_empty", UNSET)

        exclude = cast(list[str], d.pop("exclude", UNSET))

        reread = d.pop("reread", UNSET)

        restore_deleted = d.pop("restore_deleted", UNSET)

        start_crawl_request = cls(
            source=source,
            path=path,
            audio_path=audio_path,
            playlists=playlists,
            searches=searches,
            tracks=tracks,
            moods=moods,
            emotion=emotion,
            taxonomy=taxonomy,
            tags=tags,
            audio=audio,
            limit=limit,
            min_s=min_s,
            max_s=max_s,
            accept_empty=accept_empty,
            exclude=exclude,
            reread=reread,
            restore_deleted=restore_deleted,
        )

        return start_crawl_request
