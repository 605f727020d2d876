"""Feature specifications: what is extracted from a clip, and the fingerprint that identifies how it is computed."""

from dataclasses import asdict, dataclass
from functools import cached_property

from shared.domain.catalogue import COMPUTED_UNITS
from shared.domain.declaration_digest import digest_declaration


@dataclass(frozen=True, kw_only=True)
class FeatureField:
    """One thing that an extractor gives. A length that depends on the clip is None in `shape`."""

    name: str
    shape: tuple[int | None, ...]
    dtype: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class MelSpec:
    """The talk's mel spectrogram: `librosa.load(offset=10, duration=5)`, then `melspectrogram`, power 2.

    A clip shorter than `offset_s + duration_s` gives its last `duration_s`; one shorter than `duration_s` is too short.
    Where that excerpt is silent, the next one that is not is taken: later ones first, then those before.
    """

    sr: int = 22_050
    """Hz after resampling."""
    offset_s: float = 10.0
    duration_s: float = 5.0
    n_fft: int = 2048
    hop_length: int = 512
    n_mels: int = 128
    version: int = 3
    """3: stored from -64 dB up, so that a float16 is off by 1/64 dB at most."""

    @property
    def n_samples(self) -> int:
        """Samples of the excerpt after resampling."""
        return round(self.sr * self.duration_s)

    @property
    def n_frames(self) -> int:
        """Frames of the centred transform: 216 with the defaults."""
        return 1 + self.n_samples // self.hop_length

    @property
    def shape(self) -> tuple[int, int]:
        """`(n_mels, n_frames)`: (128, 216) with the defaults."""
        return self.n_mels, self.n_frames

    @property
    def fields(self) -> tuple[FeatureField, ...]:
        """Power; storage turns it into dB."""
        return (FeatureField(name="mel", shape=self.shape, dtype="float32", unit="power"),)


@dataclass(frozen=True, kw_only=True)
class ExcerptsSpec:
    """Mel spectrograms of the size of `MelSpec` over the whole clip: one every `hop_s`, from its start.

    They are cut from one spectrogram of the whole clip. Where `max_excerpts` at `hop_s` do not reach the clip's end
    (or `max_span_s`), they stand further apart, evenly, so that a song is still covered. Silent ones are left out.
    """

    hop_s: float = 5.0
    max_excerpts: int = 24
    """A stored excerpt takes 55 kB: at most 1.3 MB a track."""
    max_span_s: float = 300.0
    """Nothing later than this is decoded."""
    version: int = 2
    """2: stored from -64 dB up."""

    def fields(self, mel: MelSpec) -> tuple[FeatureField, ...]:
        """A stack of spectrograms like that of `mel`, and where each begins in the clip."""
        return (
            FeatureField(name="excerpts", shape=(None, *mel.shape), dtype="float32", unit="power"),
            FeatureField(name="excerpt_starts_s", shape=(None,), dtype="float64", unit="s"),
        )


@dataclass(frozen=True, kw_only=True)
class CatalogueSpec:
    """The Spotify-style columns, measured over the descriptor window; loudness over all that is decoded."""

    version: int = 2
    """2: key, mode and time signature only where clear; no speechiness, no liveness."""

    @property
    def fields(self) -> tuple[FeatureField, ...]:
        """One number a column, or null; each says whether it was measured or is a proxy."""
        return tuple(
            FeatureField(name=name, shape=(), dtype="float64", unit=unit) for name, unit in COMPUTED_UNITS.items()
        )


@dataclass(frozen=True, kw_only=True)
class WaveformSpec:
    """The samples of the talk's excerpt themselves, at its rate, for learned front ends. Stored only where asked for.

    Rounded to whole numbers, full scale is 32,768; what lies beyond full scale is cut off.
    """

    version: int = 1

    def fields(self, mel: MelSpec) -> tuple[FeatureField, ...]:
        """One array: (110250,) with the defaults."""
        return (FeatureField(name="waveform", shape=(mel.n_samples,), dtype="int16", unit="1/32768 of full scale"),)


@dataclass(frozen=True, kw_only=True)
class DescriptorSpec:
    """The window that the descriptors summarise, and the version of the code that does it.

    The window starts at the middle of the clip, but early enough to be whole, and at `max_start_s` at the latest, so
    that a recording of hours costs no more than a song. A clip shorter than `window_s` is taken whole.
    """

    sr: int = 22_050
    window_s: float = 30.0
    max_start_s: float = 60.0
    n: int = 1433
    names: str = "7896b5206d81"
    """Twelve hexadecimal digits over the names and units of all descriptors, in order; a test compares."""
    version: int = 2
    """Raised with every change that changes a value."""

    @property
    def fields(self) -> tuple[FeatureField, ...]:
        """One vector; each column's unit is declared beside its name."""
        return (FeatureField(name="descriptors", shape=(self.n,), dtype="float32", unit="by column"),)


@dataclass(frozen=True, kw_only=True)
class FingerprintSpec:
    """The acoustic fingerprint: what of a recording survives another encoding (`services.featurizer.fingerprint`).

    Two fingerprints are compared only where they were made by the same `version`.
    """

    sr: int = 11_025
    """Hz after resampling."""
    n_fft: int = 4096
    hop_length: int = 512
    lag_frames: int = 4
    """The change of the spectrum over this many frames (186 ms) gives the bits."""
    f_min: float = 300.0
    f_max: float = 3500.0
    """Hz: 33 bands between them, equally wide in log frequency, kept by every encoder."""
    max_span_s: float = 300.0
    """Nothing later than this is decoded."""
    version: int = 1
    """Raised with every change that changes a value."""

    @property
    def fields(self) -> tuple[FeatureField, ...]:
        """A word every 46 ms, and the levels of the bands every 1.5 s."""
        return (
            FeatureField(name="fingerprint_words", shape=(None,), dtype="uint32", unit="32 bits"),
            FeatureField(name="fingerprint_levels", shape=(None, 33), dtype="uint8", unit="0.5 dB from -100 dB"),
        )


@dataclass(frozen=True, kw_only=True)
class FeatureSpec:
    """Everything that decides what a feature's value is. A row is written under one spec.

    Rows of two specs are read together where both have the same fingerprint of the stage that is read (`stages`).
    """

    mel: MelSpec = MelSpec()
    excerpts: ExcerptsSpec = ExcerptsSpec()
    catalogue: CatalogueSpec = CatalogueSpec()
    descriptors: DescriptorSpec = DescriptorSpec()
    waveform: WaveformSpec = WaveformSpec()
    acoustic_fingerprint: FingerprintSpec = FingerprintSpec()
    min_duration_s: float = 5.0
    """Shorter clips are refused as `too_short`."""
    silence_dbfs: float = -70.0
    """A window whose loudest sample stays below this is silent; a clip of such windows alone is refused."""
    version: int = 2

    @property
    def stage_fields(self) -> dict[str, tuple[FeatureField, ...]]:
        """What each stage gives, declared before it is computed."""
        return {
            "mel": self.mel.fields,
            "excerpts": self.excerpts.fields(self.mel),
            "catalogue": self.catalogue.fields,
            "descriptors": self.descriptors.fields,
            "waveform": self.waveform.fields(self.mel),
            "acoustic_fingerprint": self.acoustic_fingerprint.fields,
        }

    @property
    def fields(self) -> tuple[FeatureField, ...]:
        """All that is extracted, stage by stage."""
        return tuple(field for fields in self.stage_fields.values() for field in fields)

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits over all parameters and all that is declared, in a fixed order."""
        declared = {**asdict(self), "fields": [asdict(field) for field in self.fields]}
        return digest_declaration(declared)
