"""The loss, worked: of one sample from its output, and of the batch from its samples."""

import numpy as np
from numpy.typing import ArrayLike

from byhand.losses import Loss, binary_cross_entropy
from byhand.mlp import ForwardTrace
from byhand.show.lines import Line, aligned
from byhand.show.loss_terms import BRACKETS, RULES, SYMBOLIC, TEXT, Output, joined
from byhand.show.neurons import indexed
from byhand.show.numbers import number, written

__all__ = ["loss_step", "loss_text", "mean_step", "sample_losses"]


def sample_losses(trace: ForwardTrace, y: ArrayLike, loss: Loss) -> tuple[float, ...]:
    """Compute the loss of each sample of a trace; raises what the loss raises."""
    return tuple(float(value) for value in loss.per_sample(y, trace.y_hat))


def loss_step(
    trace: ForwardTrace,
    y: ArrayLike,
    sample: int = 1,
    *,
    loss: Loss = binary_cross_entropy,
    key: str | None = None,
    detail: bool = False,
    decimals: int = 3,
) -> str:
    r"""Work out the loss of one sample as display maths.

    Parameters
    ----------
    trace : ForwardTrace
        A forward pass.
    y : array_like, shape (n, k)
        What is right, for the whole batch.
    sample : int
        Which sample, counted from 1.
    loss : Loss
        One of the losses of :mod:`byhand.losses`.
    key : str, optional
        Prefix of the sample's keys, such as ``"churn.s1"``: outputs and loss are then tokens.
    detail : bool
        Whether 1 - y_hat is a token too (``churn.s1.one_minus_y_hat``).
    decimals : int
        Digits after the point; what lies between gets one more.

    Returns
    -------
    str
        ``$$\begin{aligned}…\end{aligned}$$``.

    Raises
    ------
    ValueError
        If there is no such sample, the loss is none of the library's, or y doesn't fit.
    """
    row, k = indexed(sample, len(trace.X), "sample"), trace.mlp.n_out
    value = number(sample_losses(trace, y, loss)[row], decimals)
    outputs = _outputs(trace, y, sample, loss, key, detail, decimals)
    terms = [pair for it in outputs for pair in RULES[loss.name](it)]
    before, after = BRACKETS[loss.name](k)
    steps = [
        Line(before + joined([line.content for line in step]) + after, all(s.exact for s in step))
        for step in zip(*terms, strict=True)
    ]
    result = Line(written(value, f"{key}.loss" if key else None), value.exact)
    return aligned("L", [Line(SYMBOLIC[loss.name](k)), *steps, result])


def _outputs(
    trace: ForwardTrace,
    y: ArrayLike,
    sample: int,
    loss: Loss,
    key: str | None,
    detail: bool,
    decimals: int,
) -> list[Output]:
    if loss.name not in RULES:
        raise ValueError(f"loss must be one of {', '.join(RULES)}; got {loss.name!r}")
    row, k = sample - 1, trace.mlp.n_out
    pairs = zip(np.asarray(y, dtype=float)[row], trace.y_hat[row], strict=True)
    return [
        Output(j, k, float(truth), float(y_hat), key, detail, decimals)
        for j, (truth, y_hat) in enumerate(pairs, start=1)
    ]


def loss_text(
    trace: ForwardTrace,
    y: ArrayLike,
    sample: int = 1,
    *,
    loss: Loss = binary_cross_entropy,
    key: str | None = None,
    decimals: int = 3,
) -> tuple[str, str]:
    """Name the loss and write one sample's as text, its outputs put in; as `loss_step` does.

    Returns
    -------
    tuple of str
        Such as ``("BCE", "−ln(1 − 0.536)")``.
    """
    indexed(sample, len(trace.X), "sample")
    outputs = _outputs(trace, y, sample, loss, key, False, decimals)
    return TEXT[loss.name](outputs)


def mean_step(
    trace: ForwardTrace,
    y: ArrayLike,
    *,
    loss: Loss = binary_cross_entropy,
    key: str | None = None,
    decimals: int = 3,
) -> str:
    r"""Work out the mean loss of the batch from its samples' losses, as display maths.

    Parameters
    ----------
    trace : ForwardTrace
        A forward pass.
    y : array_like, shape (n, k)
        What is right.
    loss : Loss
        One of the losses of :mod:`byhand.losses`.
    key : str, optional
        Prefix of the example's keys, such as ``"churn"``: the losses are then the tokens of
        ``churn.s1.loss`` and so on, and their mean that of ``churn.loss``.
    decimals : int
        Digits after the point.

    Returns
    -------
    str
        ``$$\begin{aligned}…\end{aligned}$$``.

    Raises
    ------
    ValueError
        If y doesn't fit the trace or the loss.
    """
    losses = sample_losses(trace, y, loss)
    shown = [number(value, decimals) for value in losses]
    names = [f"{key}.s{i}.loss" if key else None for i in range(1, len(losses) + 1)]
    n, mean = len(losses), number(loss.value(y, trace.y_hat), decimals)
    terms = joined([written(each, name) for each, name in zip(shown, names, strict=True)])
    return aligned(
        "L",
        [
            Line(rf"\frac{{1}}{{{n}}} \sum_{{i=1}}^{{{n}}} L_i"),
            Line(rf"\frac{{1}}{{{n}}} \left({terms}\right)", all(each.exact for each in shown)),
            Line(written(mean, f"{key}.loss" if key else None), mean.exact),
        ],
    )
