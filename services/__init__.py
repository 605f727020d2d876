"""The processes: crawler, featurizer, trainer, api, beat; and standalone, which runs them all on one machine."""
