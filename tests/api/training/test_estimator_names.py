from services.crawler.sources import SOURCES
from services.crawler.sources.web import WEB
from services.trainer import estimators
from services.trainer.estimators import load_estimator
from shared.domain.crawl import CRAWL_SOURCES
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.training import ESTIMATORS


def test_a_request_may_name_exactly_the_estimators_that_the_trainer_has() -> None:
    assert sorted(ESTIMATORS) == sorted(estimators.ESTIMATORS)


def test_every_estimator_can_be_loaded_and_knows_its_name() -> None:
    assert {load_estimator(name).name for name in ESTIMATORS} == set(ESTIMATORS)


def test_every_estimator_has_the_hyperparameters_and_defaults_that_are_declared() -> None:
    for name, spec in ESTIMATOR_SPECS.items():
        declared = {key: told.default for key, told in spec.hyperparameters.items()}
        assert load_estimator(name).hyperparameters == declared, name


def test_a_crawl_may_name_exactly_the_sources_that_the_crawler_has() -> None:
    assert sorted(CRAWL_SOURCES) == sorted([*SOURCES, *WEB])
