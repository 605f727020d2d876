"""How each kind of head is trained: one table, so that what trains a candidate asks nobody of what kind it is."""

from collections.abc import Mapping
from types import MappingProxyType

from services.trainer.heads.classes import ClassHead
from services.trainer.heads.dimensions import DimensionHead
from services.trainer.heads.strategy import HeadStrategy
from services.trainer.heads.tags import TagHead
from shared.domain.head import CLASSES, DIMENSIONS, TAGS

HEAD_STRATEGIES: Mapping[str, HeadStrategy] = MappingProxyType(
    {CLASSES: ClassHead(), TAGS: TagHead(), DIMENSIONS: DimensionHead()}
)
