"""The settings of features as `mer up` gives them to the services."""

import os

from services.standalone.data_dir import DataDirectory
from shared.settings import FeatureSettings


def read_feature_settings(home: DataDirectory) -> FeatureSettings:
    """Without MER_TAGGER_FILES with the folder in the data folder. Raises ValidationError."""
    if "MER_TAGGER_FILES" in os.environ:
        return FeatureSettings()
    return FeatureSettings(tagger_files=(home.taggers,))
