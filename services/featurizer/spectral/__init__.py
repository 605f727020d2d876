"""From samples to spectra."""
