"""The fields of an analysis as somebody would write them who knows librosa: its functions, and numpy where it has none.

Every transform is made once and handed on where librosa takes it. The numbers are of the same kind and count as ours,
not equal to ours: librosa has its own conventions for onsets, salience and chroma.
"""

import hashlib
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import pyloudnorm
import scipy.ndimage
import scipy.signal
import scipy.stats
import soundfile as sf
from numpy.lib.stride_tricks import sliding_window_view

SR, HOP_LENGTH, LONG_N_FFT, LONG_HOP_LENGTH = 22_050, 512, 8192, 4096
FRAMES_PER_S = SR / HOP_LENGTH
Array = np.ndarray[Any, Any]

_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
_TRIADS = np.array([np.roll(np.isin(np.arange(12), notes), i) for notes in ([0, 4, 7], [0, 3, 7]) for i in range(12)])


def talks_mel(path: Path) -> Array:
    """The talk's own two lines."""
    x, sr = librosa.load(path, offset=10, duration=5)
    return librosa.feature.melspectrogram(y=x, sr=sr)


def straight_librosa(path: Path) -> dict[str, Any]:
    """Spectrograms, descriptors and the measured catalogue columns of a clip, by stage."""
    stereo, sr_native = sf.read(path, dtype="float32", always_2d=True)
    mono = stereo.mean(axis=1)
    y = librosa.resample(mono, orig_sr=sr_native, target_sr=SR)
    excerpt = librosa.resample(mono[10 * sr_native : 15 * sr_native], orig_sr=sr_native, target_sr=SR)
    magnitude = np.abs(librosa.stft(y, hop_length=HOP_LENGTH))
    power = magnitude**2
    mel = librosa.feature.melspectrogram(S=power, sr=SR)
    mel_db = librosa.power_to_db(mel, ref=np.max)
    level = librosa.amplitude_to_db(librosa.feature.rms(y=y, hop_length=HOP_LENGTH)[0], ref=1.0)
    audible = level > level.max() - 60
    timbre = _timbre(y, magnitude=magnitude, power=power, mel_db=mel_db)
    rises = librosa.onset.onset_strength_multi(S=mel_db, sr=SR, channels=[0, 16, 48, 88, 128])
    onsets = np.vstack((rises.mean(axis=0), rises))
    beat, rhythm = _rhythm(onsets)
    key, chords, tonality = _tonality(y)
    tune, melody = _melody(magnitude, power=power, level=level, audible=audible, key=key)
    frames = np.vstack((timbre, level, onsets, tune))[:, audible]
    mfcc = librosa.util.normalize(timbre[40:60, audible] - timbre[40:60, audible].mean(axis=1, keepdims=True), axis=1)
    descriptors = np.concatenate(
        (
            _statistics(frames),
            _statistics(chords),
            _dynamics(y, level=level, audible=audible, onsets=beat),
            rhythm,
            melody,
            tonality,
            np.corrcoef(mfcc)[np.tril_indices(20, -1)],
            _modulation(mel_db),
        )
    )
    step = librosa.time_to_frames(5, sr=SR)
    return {
        "mel": librosa.feature.melspectrogram(y=excerpt, sr=SR),
        "excerpts": [mel[:, i : i + 216] for i in range(0, mel.shape[1] - 215, step)],
        "descriptors": descriptors,
        "catalogue": {
            "loudness": pyloudnorm.Meter(sr_native).integrated_loudness(stereo),
            "loudness_dbfs": 10 * np.log10(np.mean(np.square(stereo, dtype=np.float64))),
            "duration_ms": round(1000 * len(mono) / sr_native),
            "key": key,
            "tempo": rhythm[9],
        },
        "audio_sha256": hashlib.sha256(mono.tobytes()).hexdigest(),
    }


def _statistics(rows: Array) -> Array:
    """Mean, deviation, skewness, percentiles 10 and 90, change, deviation of six blocks: of each row."""
    blocks = [part.mean(axis=1) for part in np.array_split(rows, 6, axis=1)]
    std = rows.std(axis=1)
    centred = rows - rows.mean(axis=1, keepdims=True)
    return np.concatenate(
        (
            rows.mean(axis=1),
            std,
            (centred * centred * centred).mean(axis=1) / np.maximum(std, 1e-6) ** 3,
            *np.percentile(rows, (10, 90), axis=1),
            np.abs(np.diff(rows, axis=1)).mean(axis=1),
            np.std(blocks, axis=0),
        )
    )


def _timbre(y: Array, *, magnitude: Array, power: Array, mel_db: Array) -> Array:
    mfcc = librosa.feature.mfcc(S=mel_db, n_mfcc=20)
    total = power.sum(axis=0) + 1e-20
    share = power / total
    hz = librosa.fft_frequencies(sr=SR)
    centroid = librosa.feature.spectral_centroid(S=magnitude, sr=SR)
    bandwidth = librosa.feature.spectral_bandwidth(S=magnitude, sr=SR, centroid=centroid)
    weight = librosa.util.normalize(magnitude, norm=1, axis=0)
    apart = ((hz[:, np.newaxis] - centroid) / np.maximum(bandwidth, 1)).astype(np.float32)
    cubes = weight * apart * apart * apart  # ** 3 would be ten times slower
    return np.vstack(
        (
            librosa.power_to_db(librosa.feature.melspectrogram(S=power, sr=SR, n_mels=40)),
            mfcc,
            librosa.feature.delta(mfcc),
            librosa.feature.spectral_contrast(S=magnitude, sr=SR),
            centroid,
            bandwidth,
            np.sum(cubes, axis=0),
            np.sum(cubes * apart, axis=0),
            *(librosa.feature.spectral_rolloff(S=magnitude, sr=SR, roll_percent=part) for part in (0.5, 0.85, 0.95)),
            librosa.feature.spectral_flatness(S=magnitude),
            -np.sum(share * np.log(share + 1e-20), axis=0) / np.log(len(hz)),
            10 * np.log10(share.max(axis=0) * len(hz) + 1e-20),
            np.linalg.norm(np.diff(librosa.util.normalize(magnitude, norm=2, axis=0), axis=1, prepend=0), axis=0),
            librosa.feature.zero_crossing_rate(y, hop_length=HOP_LENGTH),
            10 * np.log10(share[hz < 200].sum(axis=0) + 1e-6),
            10 * np.log10(share[hz >= 4000].sum(axis=0) + 1e-6),
        )
    )


def _dynamics(y: Array, *, level: Array, audible: Array, onsets: Array) -> Array:
    low, high = np.percentile(level, (10, 95))
    rms = librosa.db_to_amplitude(level)
    trend = np.diff([part.mean() for part in np.array_split(level, max(int(level.size / FRAMES_PER_S), 2))])
    inner = onsets[(onsets >= 8) & (onsets < level.size - 9)]
    around = level[inner[:, np.newaxis] + np.arange(-8, 9)] if inner.size else np.zeros((1, 17))
    top = around[:, 6:12].max(axis=1)
    rise, fall = top - around[:, :9].min(axis=1), top - around[:, 8:].min(axis=1)
    steepest = np.diff(around[:, :12], axis=1).max(axis=1) * FRAMES_PER_S
    return np.array(
        (
            high - low,
            np.mean(rms < rms.mean()),
            np.mean(~audible),
            20 * np.log10(np.abs(y).max() / np.sqrt(np.mean(y**2))),
            np.polyfit(librosa.times_like(level, sr=SR), level, 1)[0],
            np.mean(trend > 1.5),
            np.mean(trend < -1.5),
            *(rise.mean(), rise.std(), rise.max(), fall.mean(), fall.std(), steepest.mean()),
        )
    )


def _rhythm(onsets: Array) -> tuple[Array, Array]:
    """Onset frames, and the numbers."""
    found = [librosa.onset.onset_detect(onset_envelope=one, sr=SR) for one in onsets]
    seconds = onsets.shape[1] / FRAMES_PER_S
    envelope, beat = onsets[0], found[0]
    similar = librosa.autocorrelate(onsets - onsets.mean(axis=1, keepdims=True), max_size=261, axis=1)
    similar = similar / np.maximum(similar[:, :1], 1e-9)
    tempogram = librosa.feature.tempogram(onset_envelope=envelope, sr=SR)
    tempo = float(librosa.feature.tempo(onset_envelope=envelope, sr=SR, tg=tempogram)[0])
    local = librosa.feature.tempo(onset_envelope=envelope, sr=SR, tg=tempogram, aggregate=None)
    share = librosa.util.normalize(np.maximum(tempogram[10:], 0), norm=1, axis=0)
    grid = 60 * FRAMES_PER_S / tempo
    profile = [
        envelope[np.rint(np.arange(i * grid / 16, envelope.size - 1, grid)).astype(int)].mean() for i in range(16)
    ]
    best = int(np.argmax(profile))
    lags = np.minimum(np.rint(grid * np.array([2, 4, 3, 6])).astype(int), 260)
    intervals = np.diff(beat) / FRAMES_PER_S
    return beat, np.array(
        (
            *(len(one) / seconds for one in found),
            *((envelope[beat].mean(), envelope[beat].std()) if beat.size else (0, 0)),
            *((intervals.mean(), intervals.std()) if intervals.size else (0, 0)),
            tempo,
            *similar[:, 10:65].max(axis=1),
            profile[best] / envelope.mean(),
            profile[best] / max(profile[best - 8], 1e-3),
            similar[0, lags[:2]].max(),
            similar[0, lags[2:]].max(),
            *np.interp(60 * FRAMES_PER_S / np.geomspace(240, 20, 25), np.arange(261), similar[0]),
            tempogram[10:].max(axis=0).mean(),
            tempogram[10:].max(axis=0).std(),
            -np.sum(share * np.log(share + 1e-9), axis=0).mean(),
            np.log2(local).std(),
        )
    )


def _melody(magnitude: Array, *, power: Array, level: Array, audible: Array, key: int) -> tuple[Array, Array]:
    """Rows by frame, and the numbers."""
    _, strengths = librosa.piptrack(S=magnitude, sr=SR, fmin=50, fmax=5000, threshold=0.03)
    bins_hz = librosa.midi_to_hz(np.arange(33, 93, 0.2))
    salience = librosa.salience(
        strengths[:466],  # to 5 kHz
        freqs=librosa.fft_frequencies(sr=SR)[:466],
        harmonics=list(range(1, 9)),
        weights=list(0.8 ** np.arange(8)),
        filter_peaks=False,
        fill_value=0.0,
    )
    salience = np.stack([salience[i] for i in np.rint(bins_hz * 2048 / SR).astype(int)])
    salience /= max(salience.max(), 1e-9)
    top = salience.max(axis=0)
    total = salience.sum(axis=0) + 1e-9
    relative = salience / np.maximum(top, 1e-9)
    maxima = relative * librosa.util.localmax(relative, axis=0)
    share = salience / total
    layers = np.sum(maxima > 0.6, axis=0)
    rows = np.vstack(
        (
            top,
            top / total * len(bins_hz),
            -np.sum(share * np.log(share + 1e-9), axis=0) / np.log(len(bins_hz)),
            np.sort(maxima, axis=0)[-2],
            share.reshape(5, 60, -1).sum(axis=1),
            layers,
            np.sum(maxima > 0.3, axis=0),
            np.minimum(np.sum(strengths**2, axis=0) / (power.sum(axis=0) + 1e-20), 1),
            np.count_nonzero(strengths, axis=0),
        )
    )
    voiced = audible & (top > 0.35 * np.percentile(top[audible], 90))
    smooth = scipy.signal.medfilt(np.argmax(salience, axis=0).astype(float), 5) / 5
    counted = np.bincount(np.where(audible, np.minimum(layers, 4), 0), minlength=5) / layers.size
    histogram = salience[:, audible].sum(axis=1).reshape(15, -1).sum(axis=1)
    return rows, np.concatenate(
        (
            [voiced.mean()],
            _pitch(smooth[voiced]),
            _notes(smooth, voiced=voiced, key=key),
            [np.abs(np.diff(smooth))[voiced[1:]].mean() * FRAMES_PER_S],
            _waves(100 * smooth, voiced=voiced, smallest=8, largest=150),
            _waves(level, voiced=voiced, smallest=0.7, largest=15)[:3],
            counted,
            [np.mean(np.diff(layers) != 0)],
            histogram / max(histogram.sum(), 1e-9),
        )
    )


def _pitch(pitch: Array) -> Array:
    if pitch.size <= 1:
        return np.zeros(6)
    moments = (pitch.mean(), pitch.std(), np.nan_to_num(scipy.stats.skew(pitch)))
    return np.array((*moments, *np.percentile(pitch, (10, 90)), np.abs(np.diff(pitch)).mean()))


def _notes(pitch: Array, *, voiced: Array, key: int) -> Array:
    semitone = np.where(voiced, np.rint(scipy.signal.medfilt(pitch, 7)), -1)
    starts = np.flatnonzero(np.diff(semitone, prepend=-2))
    ends = np.append(starts[1:], semitone.size)
    kept = (semitone[starts] >= 0) & (ends - starts >= 4)
    starts, ends = starts[kept], ends[kept]
    if starts.size <= 1:
        return np.zeros(17)
    notes, lengths = semitone[starts], (ends - starts) / FRAMES_PER_S
    steps, gaps = np.diff(notes), (starts[1:] - ends[:-1]) / FRAMES_PER_S
    classes = np.bincount((notes.astype(int) + 9) % 12, weights=lengths, minlength=12) / lengths.sum()
    return np.array(
        (
            notes.size / (pitch.size / FRAMES_PER_S),
            *(lengths.mean(), lengths.std(), np.percentile(lengths, 90)),
            *(notes.mean(), notes.std(), np.ptp(notes)),
            *(np.abs(steps).mean(), np.abs(steps).std()),
            *(np.mean(steps > 0), np.mean(steps < 0), np.mean(steps == 0)),
            *(np.mean((np.abs(steps) > 0) & (np.abs(steps) <= 2)), np.mean(np.abs(steps) > 4), np.mean(gaps < 0.05)),
            scipy.stats.entropy(classes) / np.log(12),
            np.roll(classes, -key)[[0, 2, 5, 7]].sum(),
        )
    )


def _waves(values: Array, *, voiced: Array, smallest: float, largest: float) -> Array:
    """Share, rate, extent and its deviation of swings 4 to 8.5 times a second: vibrato or tremolo."""
    windows = scipy.signal.detrend(sliding_window_view(values, 32)[::8], axis=1)
    spectrum = np.abs(np.fft.rfft(windows * np.hanning(32), 256, axis=1)) * 2 / np.hanning(32).sum()
    hz = np.fft.rfftfreq(256, 1 / FRAMES_PER_S)
    inside = spectrum[:, (hz >= 4) & (hz <= 8.5)]
    extent = inside.max(axis=1)
    outside = spectrum[:, (hz > 8.5) | ((hz > 1.5) & (hz < 4))].max(axis=1)
    steady = sliding_window_view(voiced, 32)[::8].all(axis=1)
    wavy = steady & (extent > smallest) & (extent < largest) & (extent > 1.2 * outside)
    if not wavy.any():
        return np.zeros(4)
    rate = hz[(hz >= 4) & (hz <= 8.5)][np.argmax(inside[wavy], axis=1)]
    return np.array((wavy.mean(), rate.mean(), extent[wavy].mean(), extent[wavy].std()))


def _tonality(y: Array) -> tuple[int, Array, Array]:
    """The key, rows by long frame, and the numbers."""
    long = np.abs(librosa.stft(y, n_fft=LONG_N_FFT, hop_length=LONG_HOP_LENGTH))
    pitches, strengths = librosa.piptrack(S=long, sr=SR, n_fft=LONG_N_FFT, fmin=55, fmax=4200, threshold=0.016)
    tuning = librosa.pitch_tuning(pitches[pitches > 0]) if np.any(pitches > 0) else 0.0
    chroma = librosa.feature.chroma_stft(S=long**2, sr=SR, n_fft=LONG_N_FFT, tuning=tuning, norm=None)
    unit = librosa.util.normalize(chroma, norm=1, axis=0)
    tonnetz = librosa.feature.tonnetz(chroma=chroma)
    fits = (_TRIADS / np.sqrt(3)) @ librosa.util.normalize(scipy.ndimage.uniform_filter1d(chroma, 3, axis=1), norm=2)
    cosine = librosa.util.normalize(chroma, norm=2, axis=0)
    off = np.abs((librosa.hz_to_midi(np.maximum(pitches, 1)) - tuning + 0.5) % 1 - 0.5) > 1 / 3
    rows = np.vstack(
        (
            np.hypot(tonnetz[0::2], tonnetz[1::2]),
            np.linalg.norm(np.diff(tonnetz, axis=1, prepend=tonnetz[:, :1]), axis=0),
            _roughness(pitches, strengths=strengths),
            scipy.stats.entropy(unit + 1e-9, axis=0) / np.log(12),
            unit.max(axis=0),
            *(np.sum(cosine * np.roll(cosine, -lag, axis=0), axis=0) for lag in range(1, 7)),
            fits.max(axis=0),
            fits[:12].max(axis=0) - fits[12:].max(axis=0),
            np.sum(strengths**2 * off, axis=0) / (np.sum(strengths**2, axis=0) + 1e-9),
        )
    )
    mean = unit.mean(axis=1)
    major, minor = _keys(mean)
    ranked = np.sort(np.concatenate((major, minor)))
    key = int(np.argmax(major if major.max() >= minor.max() else minor))
    blocks = [_keys(part.mean(axis=1)) for part in np.array_split(unit, 6, axis=1)]
    modes = [one.max() - other.max() for one, other in blocks]
    best = np.argmax(fits, axis=0)
    numbers = (
        *(mean, np.roll(mean, -key), tonnetz.mean(axis=1)),
        (major.max(), minor.max(), major.max() - minor.max(), ranked[-1] - ranked[-2]),
        (np.mean([np.argmax(np.maximum(*block)) == key for block in blocks]), np.mean(modes), np.std(modes)),
        (np.count_nonzero(np.diff(best)) / (y.size / SR), np.mean(best < 12), 100 * tuning),
    )
    return key, rows, np.concatenate(numbers)


def _keys(chroma: Array) -> tuple[Array, Array]:
    """Correlation with the twelve major and the twelve minor keys."""
    major, minor = (
        np.array([np.corrcoef(chroma, np.roll(profile, i))[0, 1] for i in range(12)]) for profile in (_MAJOR, _MINOR)
    )
    return np.nan_to_num(major), np.nan_to_num(minor)


def _roughness(pitches: Array, *, strengths: Array) -> Array:
    """Sethares' curve over the pairs of the twelve strongest peaks of each frame."""
    pitches, strengths = (np.ascontiguousarray(part[:1562].T) for part in (pitches, strengths))  # to 4200 Hz
    strongest = np.argpartition(strengths, -12, axis=1)[:, -12:]
    hz = np.take_along_axis(pitches, strongest, axis=1).T
    magnitude = np.take_along_axis(strengths, strongest, axis=1).T
    i, j = np.triu_indices(12, 1)
    apart = np.abs(hz[i] - hz[j]) * (0.24 / (0.0207 * np.minimum(hz[i], hz[j]) + 18.96))
    rough = 5.56 * (np.exp(-3.51 * apart) - np.exp(-5.75 * apart))
    roughness: np.ndarray = np.sum(np.minimum(magnitude[i], magnitude[j]) * rough, axis=0)
    return np.asarray(roughness / (magnitude.sum(axis=0) + 1e-9))


def _modulation(mel_db: Array) -> Array:
    bands = mel_db.reshape(16, 8, -1).mean(axis=1)
    windows = sliding_window_view(bands, 256, axis=1)[:, ::128]
    windows = (windows - windows.mean(axis=2, keepdims=True)) * scipy.signal.get_window("hann", 256)
    power = (np.abs(np.fft.rfft(windows, axis=2)) ** 2).mean(axis=1) * (4 / 128**2)
    hz = np.fft.rfftfreq(256, 1 / FRAMES_PER_S)
    edges = (0.17, 0.6, 1.2, 2.0, 3.2, 5.0, 8.0, 12.5, 21.6)
    by_rate = np.add.reduceat(power, np.searchsorted(hz, edges[:-1]), axis=1)
    total = by_rate.sum(axis=0) / max(by_rate.sum(), 1e-9)
    centres = np.sqrt(np.multiply(edges[:-1], edges[1:]))
    return np.concatenate((np.sqrt(by_rate).ravel(), total, [total @ centres]))
