"""How each kind of head is trained: one table, so that what trains a candidate asks nobody of what kind it is."""

from collections.abc import Mapping
from types import MappingProxyType

from services.trainer.heads.classes import Classes
from services.trainer.heads.dimensions import Dimensions
from services.trainer.heads.strategy import Way
from services.trainer.heads.tags import Tags
from shared.domain.head import CLASSES, DIMENSIONS, TAGS

WAYS: Mapping[str, Way] = MappingProxyType({CLASSES: Classes(), TAGS: Tags(), DIMENSIONS: Dimensions()})
