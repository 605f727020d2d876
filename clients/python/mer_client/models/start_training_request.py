from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.start_training_request_estimators_item import (
    StartTrainingRequestEstimatorsItem,
    check_start_training_request_estimators_item,
)
from ..models.start_training_request_head import StartTrainingRequestHead, check_start_training_request_head
from ..models.start_training_request_imbalance import (
    StartTrainingRequestImbalance,
    check_start_training_request_imbalance,
)
from ..models.start_training_request_inputs_item import (
    StartTrainingRequestInputsItem,
    check_start_training_request_inputs_item,
)
from ..models.start_training_request_library import StartTrainingRequestLibrary, check_start_training_request_library
from ..models.start_training_request_scoring import StartTrainingRequestScoring, check_start_training_request_scoring
from ..models.start_training_request_search import StartTrainingRequestSearch, check_start_training_request_search
from ..models.start_training_request_thresholds import (
    StartTrainingRequestThresholds,
    check_start_training_request_thresholds,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.start_training_request_grid import StartTrainingRequestGrid
    from ..models.start_training_request_hyperparameters import StartTrainingRequestHyperparameters
    from ..models.start_training_request_merge_type_0 import StartTrainingRequestMergeType0


T = TypeVar("T", bound="StartTrainingRequest")


@_attrs_define
class StartTrainingRequest:
    """Candidates: every estimator on every input, on one snapshot of one taxonomy.

    Attributes:
        estimators (list[StartTrainingRequestEstimatorsItem] | Unset): Of svm, majority, tree, forest, extra_trees,
            logistic, kernel_ridge, boosting, stacking, ensemble, audio_tagger_finetuned, fusion, simple_nn, cnn_baseline,
            cnn_fc, cnn_fc_regularised, cnn_rectangular, lstm, crnn, cnn_attention, wave_cnn
        inputs (list[StartTrainingRequestInputsItem] | Unset): Of descriptors, catalogue, mel, fusion, spectrogram,
            waveform, sound, audio_tags, descriptors+audio_tags, tagger_pool
        head (StartTrainingRequestHead | Unset): What to answer: one of classes, tags, dimensions (valence and arousal)
            Default: 'classes'.
        tags (list[str] | Unset): For head tags: those to learn; default: all on `min_tracks` tracks
        min_tracks (int | Unset): For head tags without names Default: 20.
        taxonomy (str | Unset): One of mood4, mood3, binary, quadrant4, or the name of a merge Default: 'mood4'.
        merge (None | StartTrainingRequestMergeType0 | Unset): A custom taxonomy: its emotions, and the labels that each
            stands for
        library (StartTrainingRequestLibrary | Unset): real, or synthetic for the demo library; never both Default:
            'real'.
        exclude_sources (list[str] | Unset): Leave out tracks from these sources
        licences (list[str] | Unset): Only tracks whose licence begins so, e.g. CC0 or http://creativecommons.org
        missing (bool | Unset): Learn also from tracks whose last file is gone Default: False.
        hyperparameters (StartTrainingRequestHyperparameters | Unset): By estimator; GET /estimators says what there is
            and what it may be
        imbalance (StartTrainingRequestImbalance | Unset): For rare classes: one of none, weights, soft_weights,
            oversample, smote, borderline_smote, adasyn, smote_tomek Default: 'none'.
        thresholds (StartTrainingRequestThresholds | Unset): Tuned on inner folds: one of none, macro_f1 Default:
            'none'.
        search (StartTrainingRequestSearch | Unset): For hyperparameters, nested: one of none, grid, random, halving
            Default: 'none'.
        scoring (StartTrainingRequestScoring | Unset): Of the search: one of weighted_f1, macro_f1 Default:
            'weighted_f1'.
        grid (StartTrainingRequestGrid | Unset): By estimator: what the search tries; otherwise the estimator's own grid
        n_candidates (int | Unset): Of a random search Default: 16.
        protocol (str | Unset): One of honest, talk; talk (or random_split) leaks, says so, and is never promoted
            Default: 'honest'.
        seed (int | Unset):  Default: 0.
    """

    estimators: list[StartTrainingRequestEstimatorsItem] | Unset = UNSET
    inputs: list[StartTrainingRequestInputsItem] | Unset = UNSET
    head: StartTrainingRequestHead | Unset = "classes"
    tags: list[str] | Unset = UNSET
    min_tracks: int | Unset = 20
    taxonomy: str | Unset = "mood4"
    merge: None | StartTrainingRequestMergeType0 | Unset = UNSET
    library: StartTrainingRequestLibrary | Unset = "real"
    exclude_sources: list[str] | Unset = UNSET
    licences: list[str] | Unset = UNSET
    missing: bool | Unset = False
    hyperparameters: StartTrainingRequestHyperparameters | Unset = UNSET
    imbalance: StartTrainingRequestImbalance | Unset = "none"
    thresholds: StartTrainingRequestThresholds | Unset = "none"
    search: StartTrainingRequestSearch | Unset = "none"
    scoring: StartTrainingRequestScoring | Unset = "weighted_f1"
    grid: StartTrainingRequestGrid | Unset = UNSET
    n_candidates: int | Unset = 16
    protocol: str | Unset = "honest"
    seed: int | Unset = 0

    def to_dict(self) -> dict[str, Any]:
        from ..models.start_training_request_merge_type_0 import StartTrainingRequestMergeType0  # noqa: PLC0415

        estimators: list[str] | Unset = UNSET
        if not isinstance(self.estimators, Unset):
            estimators = []
            for estimators_item_data in self.estimators:
                estimators_item: str = estimators_item_data
                estimators.append(estimators_item)

        inputs: list[str] | Unset = UNSET
        if not isinstance(self.inputs, Unset):
            inputs = []
            for inputs_item_data in self.inputs:
                inputs_item: str = inputs_item_data
                inputs.append(inputs_item)

        head: str | Unset = UNSET
        if not isinstance(self.head, Unset):
            head = self.head

        tags: list[str] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags

        min_tracks = self.min_tracks

        taxonomy = self.taxonomy

        merge: dict[str, Any] | None | Unset
        if isinstance(self.merge, Unset):
            merge = UNSET
        elif isinstance(self.merge, StartTrainingRequestMergeType0):
            merge = self.merge.to_dict()
        else:
            merge = self.merge

        library: str | Unset = UNSET
        if not isinstance(self.library, Unset):
            library = self.library

        exclude_sources: list[str] | Unset = UNSET
        if not isinstance(self.exclude_sources, Unset):
            exclude_sources = self.exclude_sources

        licences: list[str] | Unset = UNSET
        if not isinstance(self.licences, Unset):
            licences = self.licences

        missing = self.missing

        hyperparameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.hyperparameters, Unset):
            hyperparameters = self.hyperparameters.to_dict()

        imbalance: str | Unset = UNSET
        if not isinstance(self.imbalance, Unset):
            imbalance = self.imbalance

        thresholds: str | Unset = UNSET
        if not isinstance(self.thresholds, Unset):
            thresholds = self.thresholds

        search: str | Unset = UNSET
        if not isinstance(self.search, Unset):
            search = self.search

        scoring: str | Unset = UNSET
        if not isinstance(self.scoring, Unset):
            scoring = self.scoring

        grid: dict[str, Any] | Unset = UNSET
        if not isinstance(self.grid, Unset):
            grid = self.grid.to_dict()

        n_candidates = self.n_candidates

        protocol = self.protocol

        seed = self.seed

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if estimators is not UNSET:
            field_dict["estimators"] = estimators
        if inputs is not UNSET:
            field_dict["inputs"] = inputs
        if head is not UNSET:
            field_dict["head"] = head
        if tags is not UNSET:
            field_dict["tags"] = tags
        if min_tracks is not UNSET:
            field_dict["min_tracks"] = min_tracks
        if taxonomy is not UNSET:
            field_dict["taxonomy"] = taxonomy
        if merge is not UNSET:
            field_dict["merge"] = merge
        if library is not UNSET:
            field_dict["library"] = library
        if exclude_sources is not UNSET:
            field_dict["exclude_sources"] = exclude_sources
        if licences is not UNSET:
            field_dict["licences"] = licences
        if missing is not UNSET:
            field_dict["missing"] = missing
        if hyperparameters is not UNSET:
            field_dict["hyperparameters"] = hyperparameters
        if imbalance is not UNSET:
            field_dict["imbalance"] = imbalance
        if thresholds is not UNSET:
            field_dict["thresholds"] = thresholds
        if search is not UNSET:
            field_dict["search"] = search
        if scoring is not UNSET:
            field_dict["scoring"] = scoring
        if grid is not UNSET:
            field_dict["grid"] = grid
        if n_candidates is not UNSET:
            field_dict["n_candidates"] = n_candidates
        if protocol is not UNSET:
            field_dict["protocol"] = protocol
        if seed is not UNSET:
            field_dict["seed"] = seed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.start_training_request_grid import StartTrainingRequestGrid  # noqa: PLC0415
        from ..models.start_training_request_hyperparameters import StartTrainingRequestHyperparameters  # noqa: PLC0415
        from ..models.start_training_request_merge_type_0 import StartTrainingRequestMergeType0  # noqa: PLC0415

        d = dict(src_dict)
        _estimators = d.pop("estimators", UNSET)
        estimators: list[StartTrainingRequestEstimatorsItem] | Unset = UNSET
        if _estimators is not UNSET:
            estimators = []
            for estimators_item_data in _estimators:
                estimators_item = check_start_training_request_estimators_item(estimators_item_data)

                estimators.append(estimators_item)

        _inputs = d.pop("inputs", UNSET)
        inputs: list[StartTrainingRequestInputsItem] | Unset = UNSET
        if _inputs is not UNSET:
            inputs = []
            for inputs_item_data in _inputs:
                inputs_item = check_start_training_request_inputs_item(inputs_item_data)

                inputs.append(inputs_item)

        _head = d.pop("head", UNSET)
        head: StartTrainingRequestHead | Unset
        if isinstance(_head, Unset):
            head = UNSET
        else:
            head = check_start_training_request_head(_head)

        tags = cast(list[str], d.pop("tags", UNSET))

        min_tracks = d.pop("min_tracks", UNSET)

        taxonomy = d.pop("taxonomy", UNSET)

        def _parse_merge(data: object) -> None | StartTrainingRequestMergeType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                merge_type_0 = StartTrainingRequestMergeType0.from_dict(data)

                return merge_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | StartTrainingRequestMergeType0 | Unset, data)

        merge = _parse_merge(d.pop("merge", UNSET))

        _library = d.pop("library", UNSET)
        library: StartTrainingRequestLibrary | Unset
        if isinstance(_library, Unset):
            library = UNSET
        else:
            library = check_start_training_request_library(_library)

        exclude_sources = cast(list[str], d.pop("exclude_sources", UNSET))

        licences = cast(list[str], d.pop("licences", UNSET))

        missing = d.pop("missing", UNSET)

        _hyperparameters = d.pop("hyperparameters", UNSET)
        hyperparameters: StartTrainingRequestHyperparameters | Unset
        if isinstance(_hyperparameters, Unset):
            hyperparameters = UNSET
        else:
            hyperparameters = StartTrainingRequestHyperparameters.from_dict(_hyperparameters)

        _imbalance = d.pop("imbalance", UNSET)
        imbalance: StartTrainingRequestImbalance | Unset
        if isinstance(_imbalance, Unset):
            imbalance = UNSET
        else:
            imbalance = check_start_training_request_imbalance(_imbalance)

        _thresholds = d.pop("thresholds", UNSET)
        thresholds: StartTrainingRequestThresholds | Unset
        if isinstance(_thresholds, Unset):
            thresholds = UNSET
        else:
            thresholds = check_start_training_request_thresholds(_thresholds)

        _search = d.pop("search", UNSET)
        search: StartTrainingRequestSearch | Unset
        if isinstance(_search, Unset):
            search = UNSET
        else:
            search = check_start_training_request_search(_search)

        _scoring = d.pop("scoring", UNSET)
        scoring: StartTrainingRequestScoring | Unset
        if isinstance(_scoring, Unset):
            scoring = UNSET
        else:
            scoring = check_start_training_request_scoring(_scoring)

        _grid = d.pop("grid", UNSET)
        grid: StartTrainingRequestGrid | Unset
        if isinstance(_grid, Unset):
            grid = UNSET
        else:
            grid = StartTrainingRequestGrid.from_dict(_grid)

        n_candidates = d.pop("n_candidates", UNSET)

        protocol = d.pop("protocol", UNSET)

        seed = d.pop("seed", UNSET)

        start_training_request = cls(
            estimators=estimators,
            inputs=inputs,
            head=head,
            tags=tags,
            min_tracks=min_tracks,
            taxonomy=taxonomy,
            merge=merge,
            library=library,
            exclude_sources=exclude_sources,
            licences=licences,
            missing=missing,
            hyperparameters=hyperparameters,
            imbalance=imbalance,
            thresholds=thresholds,
            search=search,
            scoring=scoring,
            grid=grid,
            n_candidates=n_candidates,
            protocol=protocol,
            seed=seed,
        )

        return start_training_request
