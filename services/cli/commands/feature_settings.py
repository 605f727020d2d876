"""The settings of features as `mer up` gives them to the services, and what is wrong with settings."""

import os

from pydantic import ValidationError

from services.standalone.data_dir import DataDirectory
from shared.settings import FeatureSettings


def read_feature_settings(home: DataDirectory) -> FeatureSettings:
    """Without MER_TAGGER_FILES with the folder in the data folder. Raises ValidationError."""
    if "MER_TAGGER_FILES" in os.environ:
        return FeatureSettings()
    return FeatureSettings(tagger_files=(home.taggers,))


def list_setting_problems(error: ValidationError) -> list[str]:
    """What is wrong with settings, each by the variable that is to be mended.

    What settings say together names no variable: that is said of the taggers alone.
    """
    return [
        f"MER_{str(one['loc'][0]).upper() if one['loc'] else 'TAGGERS'}: {one['msg'].removeprefix('Value error, ')}"
        for one in error.errors()
    ]
