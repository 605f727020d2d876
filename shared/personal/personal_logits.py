"""What one person's labels change of a shared model's probabilities: a scale, a bias for each class, and weights. Pure.

    personal logits = scale · shared logits + bias + weights · z

with z the whitened components of what audio taggers gave for a track. Scale - 1, bias and weights are penalised alike
(ridge), on the multinomial log-loss of the person's labels. The strength of the penalty is chosen among values that
include infinity, which is the shared model itself: the strongest whose log-loss on left-out artists is within one
standard error of the smallest (Hastie, Tibshirani and Friedman 2009, section 7.10).

Each artist is left out by one Newton step from the solution of all labels (approximate leave-one-out; Rad and Maleki
2020), which is exact up to the second order and needs no other fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import log_softmax, softmax

from shared.arrays import Floats, Indices, Probabilities

STRENGTHS = (2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0)
"""Finite strengths of the penalty."""
MIN_LABELS = 5
MIN_ARTISTS = 3
"""With fewer of either the shared model answers: a standard error over two artists says nothing."""
MIN_PROBABILITY = 1e-6
"""Below it a probability is rounding."""
_MAX_STEPS = 50
_SMALL_DECREASE = 1e-9
"""Of the loss, relative: a solution."""
_SMALLEST_STEP = 1e-4


@dataclass(frozen=True, eq=False)
class PersonalHead:
    """Makes a person's probabilities of those of the shared model."""

    scale: float
    bias: Floats
    """`(k,)`."""
    weights: Floats
    """`(k, d)`, of `components - centre`."""
    centre: Floats
    """`(d,)`."""
    strength: float = np.inf
    """Of the penalty; infinite for the shared model."""

    @classmethod
    def from_shared(cls, *, n_classes: int, n_components: int = 0) -> "PersonalHead":
        """The head that changes nothing."""
        weights, centre = np.zeros((n_classes, n_components)), np.zeros(n_components)
        return cls(scale=1.0, bias=np.zeros(n_classes), weights=weights, centre=centre)

    @classmethod
    def from_parameters(cls, parameters: dict[str, Any], *, strength: float | None) -> "PersonalHead":
        """The reverse of `to_parameters`; a strength of None is infinite."""
        bias = np.array(parameters["bias"], dtype=np.float64)
        centre = np.array(parameters["centre"], dtype=np.float64)
        return cls(
            scale=float(parameters["scale"]),
            bias=bias,
            weights=np.array(parameters["weights"], dtype=np.float64).reshape(len(bias), len(centre)),
            centre=centre,
            strength=np.inf if strength is None else strength,
        )

    def to_parameters(self) -> dict[str, Any]:
        """JSON-able form, without the strength: JSON has no infinity."""
        return {
            "scale": self.scale,
            "bias": self.bias.tolist(),
            "weights": self.weights.tolist(),
            "centre": self.centre.tolist(),
        }

    @property
    def is_shared(self) -> bool:
        """Whether it changes nothing."""
        return bool(np.isinf(self.strength))

    def predict_probabilities(self, shared: Probabilities, components: Floats) -> Probabilities:
        """`(n, k)` of the shared model's `(n, k)` and of components `(n, d)`.

        A row of components that holds NaN is of a track without tagger outputs: weights say nothing of it. So are all
        rows where d is 0.
        """
        if self.is_shared:
            return shared
        logits = self.scale * compute_logits(shared) + self.bias
        if components.shape[1]:
            centred = components - self.centre
            logits = logits + np.where(np.isnan(centred).any(axis=1, keepdims=True), 0.0, centred) @ self.weights.T
        personal: Probabilities = softmax(logits, axis=1)
        return personal


class StrengthFigure(TypedDict):
    """How well one strength does on artists that are left out."""

    strength: float | None
    """None: the shared model."""
    log_loss: float


class PersonalFigures(TypedDict):
    """What the choice of a strength rests on, all on left-out artists."""

    strengths: list[StrengthFigure]
    shared_log_loss: float | None
    personal_log_loss: float | None
    shared_accuracy: float | None
    personal_accuracy: float | None


@dataclass(frozen=True, eq=False)
class PersonalFit:
    """A head, and what its strength was chosen by."""

    head: PersonalHead
    figures: PersonalFigures


def compute_logits(probabilities: Probabilities) -> Floats:
    """Their logarithms, `(n, k)`: logits up to a constant in each row."""
    logits: Floats = np.log(np.maximum(probabilities, MIN_PROBABILITY))
    return logits


def fit_personal_head(
    shared: Probabilities,
    z: Floats,
    y: Indices,
    groups: Sequence[str] | NDArray[Any],
    *,
    strengths: Sequence[float] = STRENGTHS,
) -> PersonalFit:
    """Fit to a person's labels `y: (n,)`.

    `shared: (n, k)` are probabilities of the shared model that are not in-sample, `z: (n, d)` whitened components (0
    where a track has none), `groups` the artist of each row. The head reads `z` as its components.
    """
    n_classes, n_components = shared.shape[1], z.shape[1]
    _, artists = np.unique(np.asarray(groups), return_inverse=True)
    n_artists = int(artists.max(initial=-1)) + 1
    nothing = PersonalHead.from_shared(n_classes=n_classes, n_components=n_components)
    if len(y) < MIN_LABELS or n_artists < MIN_ARTISTS:
        return PersonalFit(nothing, _EMPTY_FIGURES)
    regression = _OffsetRegression(compute_logits(shared), z, y)
    solutions: list[tuple[float, Floats, Floats]] = [
        (np.inf, np.zeros(regression.n_parameters), regression.logits),
    ]
    parameters = np.zeros(regression.n_parameters)
    for strength in sorted(strengths, reverse=True):
        parameters = regression.solve(strength, start=parameters)
        solutions.append((strength, parameters, regression.leave_groups_out(parameters, strength, artists)))
    losses = np.stack([_log_losses(logits, y) for _, _, logits in solutions])
    chosen = _choose_strongest(losses, artists)
    strength, parameters, logits = solutions[chosen]
    figures: PersonalFigures = {
        "strengths": [
            {"strength": None if np.isinf(one) else one, "log_loss": float(loss)}
            for (one, _, _), loss in zip(solutions, losses.mean(axis=1), strict=True)
        ],
        "shared_log_loss": float(losses[0].mean()),
        "personal_log_loss": float(losses[chosen].mean()),
        "shared_accuracy": float((solutions[0][2].argmax(axis=1) == y).mean()),
        "personal_accuracy": float((logits.argmax(axis=1) == y).mean()),
    }
    if np.isinf(strength):
        return PersonalFit(nothing, figures)
    linear = parameters[1:].reshape(n_classes, n_components + 1)
    head = PersonalHead(
        scale=float(1 + parameters[0]),
        bias=linear[:, 0].copy(),
        weights=linear[:, 1:].copy(),
        centre=np.zeros(n_components),
        strength=float(strength),
    )
    return PersonalFit(head, figures)


_EMPTY_FIGURES: PersonalFigures = {
    "strengths": [],
    "shared_log_loss": None,
    "personal_log_loss": None,
    "shared_accuracy": None,
    "personal_accuracy": None,
}


def _log_losses(logits: Floats, y: Indices) -> Floats:
    losses: Floats = -log_softmax(logits, axis=1)[np.arange(len(y)), y]
    return losses


def _choose_strongest(losses: Floats, groups: Indices) -> int:
    """Of `(n_strengths, n)` losses, the strongest strength first, the first that is within one standard error of the
    best one.
    """
    best = losses[losses.mean(axis=1).argmin()]
    return next(
        place for place, of_strength in enumerate(losses) if is_within_standard_error(of_strength - best, groups)
    )


def is_within_standard_error(differences: Floats, groups: Indices) -> bool:
    """Whether the mean of differences is at most its standard error, artists being drawn and not tracks."""
    n_groups = int(groups.max()) + 1
    sums = np.bincount(groups, weights=differences - differences.mean(), minlength=n_groups)
    error = np.sqrt((sums**2).sum() * n_groups / (n_groups - 1)) / len(differences)
    return bool(differences.mean() <= error)


class _OffsetRegression:
    """Multinomial regression with the shared logits as offset. Parameters are scale - 1, then for each class its bias
    and its weights.
    """

    def __init__(self, logits: Floats, z: Floats, y: Indices) -> None:
        n, n_classes = logits.shape
        n_inputs = z.shape[1] + 1
        self.logits = logits
        self.n_parameters = 1 + n_classes * n_inputs
        self._y = y
        self._targets = np.eye(n_classes)[y]
        self._jacobian = np.zeros((n, n_classes, self.n_parameters))
        self._jacobian[:, :, 0] = logits
        for k in range(n_classes):
            start = 1 + k * n_inputs
            self._jacobian[:, k, start] = 1.0
            self._jacobian[:, k, start + 1 : start + n_inputs] = z
        self._flat = self._jacobian.reshape(n * n_classes, self.n_parameters)

    def solve(self, strength: float, *, start: Floats) -> Floats:
        """The parameters that minimise the penalised loss, by Newton's method with halved steps."""
        parameters, loss = start, self._compute_loss(start, strength)
        for _ in range(_MAX_STEPS):
            probabilities = softmax(self._compute_logits(parameters), axis=1)
            gradient = self._flat.T @ (probabilities - self._targets).ravel() + strength * parameters
            step = cho_solve(cho_factor(self._compute_hessian(probabilities, strength)), gradient)
            size = 1.0
            while (new_loss := self._compute_loss(parameters - size * step, strength)) > loss and size > _SMALLEST_STEP:
                size /= 2
            if new_loss > loss:
                break
            parameters, decrease, loss = parameters - size * step, loss - new_loss, new_loss
            if decrease < _SMALL_DECREASE * max(1.0, abs(loss)):
                break
        return parameters

    def leave_groups_out(self, parameters: Floats, strength: float, groups: Indices) -> Floats:
        """Logits `(n, k)` of each row without the labels of its group, by one Newton step from the solution."""
        logits = self._compute_logits(parameters)
        probabilities = softmax(logits, axis=1)
        residuals = probabilities - self._targets
        curvatures = _list_curvatures(probabilities)
        hessian = self._compute_hessian(probabilities, strength)
        factor = cho_factor(hessian)
        n_classes = logits.shape[1]
        left_out = np.empty_like(logits)
        order = np.argsort(groups, kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
            n_logits = len(rows) * n_classes
            of_group = self._jacobian[rows].reshape(n_logits, -1)
            if n_logits > self.n_parameters:
                # of an artist with many labels: the same step by the parameters, which are fewer than the logits
                curved = (curvatures[rows] @ self._jacobian[rows]).reshape(n_logits, -1)
                without = cho_factor(hessian - of_group.T @ curved)
                change = of_group @ cho_solve(without, of_group.T @ residuals[rows].ravel())
            else:
                leverage = of_group @ cho_solve(factor, of_group.T)
                curvature = np.zeros_like(leverage)
                for place, row in enumerate(rows):
                    block = slice(place * n_classes, (place + 1) * n_classes)
                    curvature[block, block] = curvatures[row]
                change = np.linalg.solve(np.eye(n_logits) - leverage @ curvature, leverage @ residuals[rows].ravel())
            left_out[rows] = logits[rows] + change.reshape(-1, n_classes)
        return left_out

    def _compute_logits(self, parameters: Floats) -> Floats:
        logits: Floats = self.logits + (self._flat @ parameters).reshape(self.logits.shape)
        return logits

    def _compute_loss(self, parameters: Floats, strength: float) -> float:
        fit = _log_losses(self._compute_logits(parameters), self._y).sum()
        return float(fit + 0.5 * strength * (parameters**2).sum())

    def _compute_hessian(self, probabilities: Probabilities, strength: float) -> Floats:
        """`(n_parameters, n_parameters)`: second derivatives of the penalised loss."""
        curved = (_list_curvatures(probabilities) @ self._jacobian).reshape(self._flat.shape)
        hessian: Floats = self._flat.T @ curved
        hessian[np.diag_indices_from(hessian)] += strength
        return hessian


def _list_curvatures(probabilities: Probabilities) -> Floats:
    """`(n, k, k)`: second derivatives of the log-loss by the logits."""
    diagonal = probabilities[:, :, np.newaxis] * np.eye(probabilities.shape[1])
    curvatures: Floats = diagonal - probabilities[:, :, np.newaxis] * probabilities[:, np.newaxis, :]
    return curvatures
