"""Candidates on audio taggers: names and blocks of their columns, scaling, and what their cards say."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from services.trainer.candidates.later_songs import evaluate_later_songs
from services.trainer.candidates.training import TrainedCandidate, train_candidate
from services.trainer.candidates.without_taggers import UntaggedFigures
from services.trainer.dataset.snapshot import TrainingSet
from services.trainer.estimators import load_estimator
from services.trainer.estimators.block_scaling import BlockScaler
from services.trainer.estimators.composition import AveragedClassifier
from services.trainer.estimators.ensemble import EnsembleConfig
from services.trainer.estimators.regressors import as_regressor
from services.trainer.estimators.svm import SvmConfig
from services.trainer.fitting.cross_validation import fit_final
from services.trainer.heads.strategy import CandidateSpec
from services.trainer.onnx.export import export_model
from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.dataset import AUDIO_TAGS, TAGGED_DESCRIPTORS, TAGGER_INPUTS
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.model_card import ModelCard
from shared.domain.taggers import BUILT_IN_TAGGERS, TaggerBlock, TaggerSpec
from shared.domain.training import TrainRequest
from shared.inference.model_inputs import block_widths, feature_names
from shared.registry.parity import TOLERANCE, require_parity
from tests.unit.trainer.heads import PLANE, ignore, items_of, placed, tagged, training_set
from tests.unit.trainer.heads import TAGS as TAG_OUTPUTS
from tests.unit.trainer.small import SMALL

NARROW = TaggerSpec(
    name="narrow",
    weights="0" * 12,
    sr=16_000,
    patch_s=1.0,
    max_patches=1,
    blocks=(TaggerBlock(name="mood", size=2, unit="logit", value_names=("glad", "glum")),),
    licence="ISC",
    citation="Ada (2020), A narrow tagger",
    trained_on="tags of a thousand songs",
)
WIDE = replace(NARROW, name="wide", blocks=(TaggerBlock(name="embedding", size=40, unit="1"),))
TAGGERS = (NARROW, WIDE)
N_DESCRIPTORS = 6
BLOCKS = {AUDIO_TAGS: (2, 40), TAGGED_DESCRIPTORS: (N_DESCRIPTORS, 2, 40)}
MOODS = ("calm", "sad")


def test_a_few_values_of_another_purpose_are_scaled_with_the_block_before_them() -> None:
    joined = TaggerBlock(name="event", size=3, unit="probability", joins_previous=True)
    spec = replace(WIDE, blocks=(NARROW.blocks[0], *WIDE.blocks, joined))
    assert spec.scaled_widths == (2, 43)
    assert block_widths(TAGGED_DESCRIPTORS, n_descriptors=6, taggers=[spec, NARROW]) == (6, 2, 43, 2)
    assert (
        spec.fingerprint == replace(spec, blocks=(*spec.blocks[:2], replace(joined, joins_previous=False))).fingerprint
    )
    for tagger in BUILT_IN_TAGGERS.values():
        assert sum(tagger.scaled_widths) == tagger.n_values
    assert BUILT_IN_TAGGERS["yamnet"].scaled_widths == (521, 1024, 1024 + 28 + 1)


def rows_of(blocks: tuple[int, ...] = (), *, n_features: int = 48) -> TrainingRows:
    y = np.arange(20) % 2
    return TrainingRows(
        y=y, groups=np.array([f"a{i // 2}" for i in range(20)]), n_features=n_features, seed=0, blocks=blocks
    )


def test_columns_are_the_descriptors_and_the_values_of_the_taggers_in_their_order() -> None:
    descriptors = [f"d{n}" for n in range(N_DESCRIPTORS)]
    of_taggers = ("narrow_mood_glad", "narrow_mood_glum", *(f"wide_embedding_{n}" for n in range(40)))
    named = {kind: feature_names(kind, descriptors=descriptors, n_mels=128, taggers=TAGGERS) for kind in TAGGER_INPUTS}
    assert named == {AUDIO_TAGS: of_taggers, TAGGED_DESCRIPTORS: (*descriptors, *of_taggers)}
    for kind in TAGGER_INPUTS:
        assert block_widths(kind, n_descriptors=N_DESCRIPTORS, taggers=TAGGERS) == BLOCKS[kind]
        assert sum(BLOCKS[kind]) == len(named[kind])
    assert block_widths("descriptors", n_descriptors=N_DESCRIPTORS, taggers=TAGGERS) == ()


def test_every_classical_estimator_reads_audio_tags_and_no_network_does() -> None:
    others = {"fusion", "audio_tagger_finetuned"}
    reading = {name for name, spec in ESTIMATOR_SPECS.items() if set(TAGGER_INPUTS) <= set(spec.inputs)}
    assert reading == {name for name, spec in ESTIMATOR_SPECS.items() if not spec.is_network} - others


def test_a_block_weighs_by_itself_and_not_by_the_number_of_its_columns() -> None:
    x = np.random.default_rng(0).normal(5.0, 3.0, size=(300, 48)).astype(np.float32)
    scaled = BlockScaler((6, 2, 40)).fit(x).transform(x)
    weights = [(scaled[:, part] ** 2).sum(axis=1).mean() for part in (slice(0, 6), slice(6, 8), slice(8, 48))]
    np.testing.assert_allclose(weights, 1.0, rtol=1e-4)
    with pytest.raises(ValueError, match="blocks of 8 columns do not fit 48"):
        BlockScaler((6, 2)).fit(x)


def test_a_machine_on_blocks_has_a_cost_and_a_reach_of_its_own_where_it_was_told_none() -> None:
    blocked = rows_of((6, 2, 40))
    assert SvmConfig().effective_hyperparameters(blocked) == {"C": 3.0, "gamma": pytest.approx(0.5 / 3)}
    assert SvmConfig().effective_hyperparameters(rows_of()) == {"C": 1.0, "gamma": "scale"}
    assert SvmConfig(C=7.0, gamma=0.2).effective_hyperparameters(blocked) == {"C": 7.0, "gamma": 0.2}


def test_rows_keep_their_blocks_unless_they_are_seen_through_other_columns() -> None:
    blocked = rows_of((6, 2, 40))
    assert blocked.take_rows(np.arange(4)).blocks == blocked.with_seed(1).blocks == (6, 2, 40)
    assert blocked.with_columns(n_features=6, inputs="descriptors").blocks == ()
    assert (blocked.total_variance, rows_of().total_variance) == (3, 48)


def test_an_ensemble_on_blocks_is_a_kernel_ridge_and_trees_and_says_so() -> None:
    blocked = rows_of((100, 200), n_features=300)
    average = EnsembleConfig().build_classifier(blocked)
    assert isinstance(average, AveragedClassifier)
    assert [type(member).__name__ for member in average.members] == ["KernelRidgeClassifier", "ExtraTreesClassifier"]
    assert average.weights == [3.0, 1.0]
    assert EnsembleConfig().effective_hyperparameters(blocked) == {"n_trees": 400}
    plain = EnsembleConfig(n_seeds=2).build_classifier(rows_of(n_features=300))
    assert isinstance(plain, AveragedClassifier)
    assert len(plain.members) == 6
    assert plain.weights[-2:] == [0.25, 0.25]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["svm", "logistic", "kernel_ridge", "ensemble", "stacking"])
def test_scaling_by_blocks_is_exported_without_loss(name: str, make_table: Any) -> None:
    x, items = make_table(("calm", "sad"), n=120, n_features=120, signal=0.7)
    x[:, 6:] = x[:, 6:] * 400 + 1000
    build = load_estimator(name, **SMALL.get(name, {})).build_classifier
    fitted = fit_final(build, x, items, MOODS, seed=1, inputs=TAGGED_DESCRIPTORS, blocks=(6, 2, 112))
    assert require_parity(export_model(fitted), x, fitted.probabilities(x)) <= TOLERANCE
    plain = fit_final(build, x, items, MOODS, seed=1, inputs=TAGGED_DESCRIPTORS)
    assert np.abs(plain.probabilities(x) - fitted.probabilities(x)).max() > 0.01, "the blocks count"


@pytest.mark.parametrize("name", ["svm", "ensemble"])
def test_regressors_scale_by_blocks_too(name: str) -> None:
    x, y = placed(n=60)
    told = {"n_trees": 10, "n_rounds": 5, "n_seeds": 1} if name == "ensemble" else {}
    answers = []
    for blocks in ((1, 5), ()):
        regressor = as_regressor(load_estimator(name, **told), rows_of(blocks, n_features=6))
        answers.append(regressor.fit(x, y[:, 0]).predict_proba(x))
    assert np.abs(answers[0] - answers[1]).max() > 1e-3


def tagged_set(
    x: NDArray[np.float32], y: NDArray[np.float64], *, kind: str, outputs: tuple[str, ...], has_descriptors: bool = True
) -> TrainingSet:
    """A training set whose tagger tells what its six descriptors tell as well, but in noise."""
    noisy = x + np.random.default_rng(1).normal(scale=2.0, size=x.shape).astype(np.float32)
    values = np.hstack([x, np.random.default_rng(2).normal(size=(len(x), 36))]).astype(np.float32)
    told = training_set(noisy, y, kind=kind, outputs=outputs)
    versions = {spec.name: spec.fingerprint for spec in TAGGERS}
    return replace(
        told,
        x={AUDIO_TAGS: values, TAGGED_DESCRIPTORS: np.hstack([noisy, values])},
        origins=dict.fromkeys(TAGGER_INPUTS, ("audio",)),
        stages={"descriptors": "d" * 12, **versions},
        taggers=TAGGERS,
        descriptors=noisy if has_descriptors else None,
    )


def train(data: TrainingSet, inputs: str, estimator: str = "logistic", **more: Any) -> TrainedCandidate:
    request = TrainRequest(estimators=(estimator,), inputs=(inputs,), kind=data.model_head.kind)
    return train_candidate(data, estimator=estimator, inputs=inputs, request=request, on_fold=ignore, **more)


@pytest.mark.slow
@pytest.mark.parametrize("inputs", TAGGER_INPUTS)
def test_a_card_says_what_others_trained_on_and_how_good_it_is_without(inputs: str) -> None:
    data = tagged_set(*tagged(), kind="tags", outputs=TAG_OUTPUTS)
    card = train(data, inputs).card
    assert card.stage_fingerprints == {
        **({"descriptors": "d" * 12} if inputs == TAGGED_DESCRIPTORS else {}),
        "narrow": NARROW.fingerprint,
        "wide": WIDE.fingerprint,
    }
    assert len(card.feature_names) == card.n_features == sum(BLOCKS[inputs])
    assert list(card.taggers) == ["narrow", "wide"]
    assert card.taggers["narrow"] == {
        "fingerprint": NARROW.fingerprint,
        "licence": "ISC",
        "citation": NARROW.citation,
        "trained_on": NARROW.trained_on,
    }
    assert any("narrow" in limit and NARROW.trained_on in limit and "ISC" in limit for limit in card.limits)
    without = card.metrics["without_taggers"]
    assert without["inputs"] == "descriptors"
    gain = without["gain"]
    assert gain["theirs"] == pytest.approx(without["pr_auc"]["value"])
    assert gain["mine"] == pytest.approx(card.metrics["pr_auc"]["value"])
    assert gain["low"] < gain["difference"] < gain["high"]
    assert gain["difference"] > 0.1
    assert ModelCard.from_json(card.to_json()) == card


@pytest.mark.slow
def test_figures_without_taggers_are_those_of_the_same_estimator_on_descriptors() -> None:
    x, y = placed()
    data = tagged_set(x, y, kind="dimensions", outputs=PLANE)
    assert data.descriptors is not None
    alone = train(
        replace(data, x={"descriptors": data.descriptors}, origins={"descriptors": ("audio",)}), "descriptors", "svm"
    )
    card = train(data, AUDIO_TAGS, "svm").card
    assert card.metrics["without_taggers"]["r2"] == alone.card.metrics["r2"]
    assert alone.card.taggers == {}
    assert "without_taggers" not in alone.card.metrics


@pytest.mark.slow
def test_figures_that_are_known_already_are_not_computed_again() -> None:
    data = tagged_set(*placed(), kind="dimensions", outputs=PLANE)
    known = UntaggedFigures(predictions=np.zeros((len(data.items), 2)), figure={"value": 0.0, "low": -0.1, "high": 0.1})
    without: Mapping[str, Any] = train(data, AUDIO_TAGS, "svm", untagged=known).card.metrics["without_taggers"]
    assert without["r2"] == {"value": 0.0, "low": -0.1, "high": 0.1}
    assert without["gain"]["theirs"] <= 0.0


def test_a_card_says_why_there_is_no_figure_without_taggers() -> None:
    data = tagged_set(*placed(n=80), kind="dimensions", outputs=PLANE, has_descriptors=False)
    without = train(data, AUDIO_TAGS, "tree").card.metrics["without_taggers"]
    assert without == {
        "inputs": "descriptors",
        "not_computed": "not all tracks of the training set have descriptors",
    }


@pytest.mark.slow
def test_a_card_shows_the_figure_on_songs_that_came_out_after_the_taggers_were_trained() -> None:
    x, y = placed()
    data = tagged_set(x, y, kind="dimensions", outputs=PLANE)
    taggers = tuple(replace(spec, trained_until=2011) for spec in data.taggers)
    years = np.where(np.arange(len(x)) < 100, 2015.0, 1990.0)
    years[:10] = np.nan
    dated = replace(data, taggers=taggers, years=years)
    later = train(dated, AUDIO_TAGS, "tree").card.metrics["later_songs"]
    assert (later["after"], later["n_unknown"]) == (2011, 10)
    assert [later[part]["n_songs"] for part in ("later", "earlier")] == [90, 60]
    assert later["later"]["r2"]["low"] < later["later"]["r2"]["value"] < later["later"]["r2"]["high"]
    few = replace(dated, years=np.where(np.arange(len(x)) < 40, 2015.0, np.nan))
    part = train(few, AUDIO_TAGS, "tree").card.metrics["later_songs"]
    assert part["later"] == {"n_songs": 40, "n_artists": 40, "not_computed": "it takes 50 songs by 10 artists"}
    for unknown in (replace(dated, years=np.full(len(x), np.nan)), replace(data, years=years)):
        assert "later_songs" not in train(unknown, AUDIO_TAGS, "tree").card.metrics


def test_the_figure_of_later_songs_is_that_of_their_own_predictions() -> None:
    x, y = tagged()
    data = tagged_set(x, y, kind="tags", outputs=TAG_OUTPUTS)
    candidate = CandidateSpec(
        request=TrainRequest(kind="tags"),
        estimator="tree",
        inputs=AUDIO_TAGS,
        x=x,
        items=data.items,
        head=data.model_head,
        seed=0,
    )
    right = np.where(np.arange(len(y))[:, np.newaxis] < 80, y, 1 - y)
    years = np.where(np.arange(len(y)) < 80, 2015.0, 1990.0)
    figures = evaluate_later_songs(candidate, right, taggers=[replace(NARROW, trained_until=2011)], years=years)
    assert figures is not None
    assert figures["later"]["pr_auc"]["value"] == 1.0
    assert figures["earlier"]["pr_auc"]["value"] < 0.6
    unknown = evaluate_later_songs(candidate, right, taggers=[replace(NARROW, trained_until=2011), WIDE], years=years)
    assert unknown is None, "the songs may be among those of the other tagger"
    one_artist = [i % 40 for i in range(len(y))]
    rare = np.where(np.array(one_artist)[:, np.newaxis] < 2, y, 0.0)
    sparse = replace(candidate, items=items_of(rare, n_artists=40))
    refused = evaluate_later_songs(sparse, right, taggers=[replace(NARROW, trained_until=2011)], years=years)
    assert refused is not None
    assert refused["later"]["not_computed"] == "it takes 3 artists of each label"
