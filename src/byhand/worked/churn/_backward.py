"""The churn example's gradients: of the first customer, of single others, of the mean loss."""

from byhand.losses import binary_cross_entropy
from byhand.mlp import MLP, BackwardTrace
from byhand.worked._backward import backward_numbers, gradient_numbers, stepped
from byhand.worked.churn._data import LR, X, network, y


def backward(sample: int | None = None, mlp: MLP | None = None) -> BackwardTrace:
    """Pass the binary cross-entropy back: that of one customer, or the mean of all five.

    Parameters
    ----------
    sample : int, optional
        Which customer, counted from 1; all five together unless given.
    mlp : MLP, optional
        The network; the example's own unless you pass another.

    Returns
    -------
    BackwardTrace

    Examples
    --------
    >>> print(backward(1).layers[1].dW.round(3).ravel())
    [0.177 0.07 ]
    """
    rows = slice(None) if sample is None else slice(sample - 1, sample)
    mlp = mlp or network()
    trace = mlp.forward(X[rows])
    dz = binary_cross_entropy.gradient_from_logits(y[rows], trace.layers[-1].z)
    return mlp.backward(trace, dz=dz)


def gradients() -> dict[str, float]:
    """Name the derivatives that are printed, and what one step of gradient descent does.

    Returns
    -------
    dict of str to float
        By key without the example's name; ``step_one`` follows the first customer's gradient,
        ``step_mean`` that of the mean loss.
    """
    mlp = network()
    named = backward_numbers("s1", mlp, backward(1))
    for sample in range(2, len(X) + 1):
        output = backward(sample).layers[1]
        named[f"s{sample}.dz2"] = float(output.dz[0, 0])
        named[f"s{sample}.dW2_1"] = float(output.dW[0, 0])
    hidden = backward(2).layers[0]
    named["s2.dz1_1"], named["s2.dW1_2_1"] = float(hidden.dz[0, 0]), float(hidden.dW[1, 0])
    return named | gradient_numbers("mean", mlp, backward()) | _steps(mlp)


def _steps(mlp: MLP) -> dict[str, float]:
    one, mean = stepped(mlp, backward(1), LR), stepped(mlp, backward(), LR)
    slopes = gradient_numbers("mean", mlp, backward()).values()
    return {
        "step_one.W2_1": float(one.layers[1].W[0, 0]),
        "step_one.s1_loss": binary_cross_entropy.value(y[:1], one.predict(X[:1])),
        "step_one.loss": binary_cross_entropy.value(y, one.predict(X)),
        "step_mean.W2_1": float(mean.layers[1].W[0, 0]),
        "step_mean.loss": binary_cross_entropy.value(y, mean.predict(X)),
        "step_mean.fall": LR * sum(slope**2 for slope in slopes),  # to first order
    }
