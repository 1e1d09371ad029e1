"""Networks as the training loop has them: parameters that change, their loss, their gradients.

For an MLP this is the fast path. It computes what :meth:`byhand.mlp.MLP.forward` and
:meth:`byhand.mlp.MLP.backward` compute, and :func:`byhand.train.step` is the plain version to read
first. What makes it fast: nothing is checked or kept, and all parameters lie in one long array, so
that an optimiser moves them with one operation. A test holds both versions together.
"""

import copy
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from byhand import losses
from byhand._validate import Array
from byhand.activations import Activation
from byhand.layers import Dense
from byhand.losses import Loss
from byhand.mlp import MLP
from byhand.remedies import Stack, add_l2


def output_step(loss: Loss, activation: Activation, y: Array, z: Array) -> tuple[float, Array]:
    """Compute the mean loss of a batch and its derivative with respect to the last z, unchecked.

    Where the output activation is the loss's link, both come from the logits.

    Parameters
    ----------
    loss : Loss
        The loss.
    activation : Activation
        The output activation.
    y, z : ndarray of float64, shape (n, k)
        What is right, and the last layer's pre-activations.

    Returns
    -------
    value : float
        In the loss's unit.
    dz : ndarray of float64, shape (n, k)

    Examples
    --------
    >>> from byhand.activations import identity
    >>> output_step(losses.mse, identity, np.array([[3.0]]), np.array([[5.0]]))
    (4.0, array([[4.]]))
    """
    n: int = len(y)
    if loss is losses.categorical_cross_entropy and activation.name == loss.link:
        return _softmax_step(y, z)
    if activation.name == loss.link:
        return float(np.add.reduce(loss.f_logits(y, z)) / n), loss.df_logits(y, z) / n
    y_hat = activation.f(z)
    value = float(np.add.reduce(loss.f(y, y_hat)) / n)  # a mean, with less ado
    return value, activation.backward(loss.df(y, y_hat) / n, z)


def _softmax_step(y: Array, z: Array) -> tuple[float, Array]:
    """Share one exponential between the loss, ln sum e^z - y·z, and the gradient, y_hat - y."""
    shifted = z - np.maximum.reduce(z, axis=1, keepdims=True)  # (n, k), at most 0
    e = np.exp(shifted)
    sums = np.add.reduce(e, axis=1, keepdims=True)  # (n, 1)
    value = (np.log(sums).sum() - np.vdot(y, shifted)) / len(y)
    e /= sums
    e -= y
    e /= len(y)
    return float(value), e


def flat_views(arrays: Sequence[Array]) -> tuple[Array, list[Array]]:
    """Copy arrays into one long one.

    Parameters
    ----------
    arrays : sequence of ndarray of float64
        Any shapes.

    Returns
    -------
    flat : ndarray of float64, one-dimensional
        All entries, array after array.
    views : list of ndarray
        The same memory in the shapes that came: what changes in one changes in the other.

    Examples
    --------
    >>> flat, (W, b) = flat_views([np.array([[1.0, 2.0]]), np.array([3.0])])
    >>> flat *= 10  # one operation for all parameters
    >>> W, b
    (array([[10., 20.]]), array([30.]))
    """
    flat = np.concatenate([array.ravel() for array in arrays])
    ends = accumulate(array.size for array in arrays)
    views = [
        flat[end - array.size : end].reshape(array.shape)
        for array, end in zip(arrays, ends, strict=True)
    ]
    return flat, views


class MLPInTraining:
    """A network in training: its parameters in one array, which an optimiser changes in place.

    Parameters
    ----------
    mlp : MLP
        Where to start; it stays as it is.
    loss : Loss
        What to make small.

    Examples
    --------
    >>> line = MLPInTraining(MLP([Dense([[1]], [0], "identity")]), losses.mse)
    >>> value, (gradient,) = line.gradients(np.array([[2.0]]), np.array([[3.0]]))
    >>> value, gradient  # the slopes with respect to W and to b
    (1.0, array([-4., -2.]))
    >>> line.parameters[0] -= 0.25 * gradient
    >>> line.network().layers[0].W, line.network().layers[0].b
    (array([[2.]]), array([0.5]))
    """

    def __init__(self, mlp: MLP, loss: Loss) -> None:
        self.loss = loss
        self.activations = [layer.activation for layer in mlp.layers]
        arrays = [array for layer in mlp.layers for array in (layer.W, layer.b)]
        flat, self.arrays = flat_views(arrays)  # W1, b1, W2, b2, ...
        gradient, self._gradients = flat_views(arrays)
        self.parameters, self._flat_gradients = [flat], [gradient]

    def gradients(self, X: Array, y: Array, l2: float = 0.0) -> tuple[float, list[Array]]:
        """Compute the mean loss of a batch and the gradient, laid out as ``parameters`` is.

        Parameters
        ----------
        X, y : ndarray of float64, shapes (n, n_in) and (n, n_out)
            The batch, unchecked.
        l2 : float
            Strength of the penalty, which enters the gradient and not the loss.

        Returns
        -------
        loss : float
            In the loss's unit.
        gradients : list of ndarray
            Overwritten by the next call.
        """
        A, kept = X, []
        for number, activation in enumerate(self.activations):
            z = A.dot(self.arrays[2 * number])  # (n, n_in) @ (n_in, n_out)
            z += self.arrays[2 * number + 1]
            kept.append((A, z))
            if number + 1 < len(self.activations):
                A = activation.f(z)
        value, dz = output_step(self.loss, self.activations[-1], y, kept[-1][1])
        for number in reversed(range(len(kept))):
            A, _ = kept[number]
            np.dot(A.T, dz, out=self._gradients[2 * number])
            np.add.reduce(dz, axis=0, out=self._gradients[2 * number + 1])
            if number:
                da = dz.dot(self.arrays[2 * number].T)
                dz = self.activations[number - 1].backward(da, kept[number - 1][1])
        if l2:
            add_l2(self.arrays, self._gradients, l2)
        return value, self._flat_gradients

    def evaluate(self, X: Array, y: Array) -> float:
        """Compute the mean loss alone, without a penalty."""
        *hidden, last = zip(self.arrays[::2], self.arrays[1::2], self.activations, strict=True)
        for W, b, activation in hidden:
            X = activation.f(X @ W + b)
        W, b, activation = last
        return output_step(self.loss, activation, y, X @ W + b)[0]

    def network(self) -> MLP:
        """Build the network that the parameters make now."""
        rows = zip(self.arrays[::2], self.arrays[1::2], self.activations, strict=True)
        return MLP([Dense(W, b, activation) for W, b, activation in rows])


class StackInTraining:
    """A stack in training: the same for a network with remedies, part by part.

    Parameters
    ----------
    stack : Stack
        Where to start; it stays as it is.
    loss : Loss
        What to make small.

    Examples
    --------
    >>> stack = Stack([Dense([[1]], [0], "identity")], "identity")
    >>> line = StackInTraining(stack, losses.mse)
    >>> line.gradients(np.array([[2.0]]), np.array([[3.0]]))
    (1.0, [array([-4., -2.])])
    """

    def __init__(self, stack: Stack, loss: Loss) -> None:
        self.stack, self.loss = copy.deepcopy(stack), loss
        self.parameters = self.stack.arrays
        flat, views = flat_views([np.empty(0), *self.parameters])
        self._flat = bool(self.parameters) and self.stack.share(views[1:])
        self.parameters = [flat] if self._flat else self.parameters

    def gradients(self, X: Array, y: Array, l2: float = 0.0) -> tuple[float, list[Array]]:
        """Compute what :meth:`MLPInTraining.gradients` computes, laid out as ``parameters`` is."""
        z, back = self.stack.forward(X, training=True)
        value, dz = output_step(self.loss, self.stack.output, y, z)
        _, gradients = back(dz)
        if l2:
            add_l2(self.stack.arrays, gradients, l2)
        if self._flat:
            gradients = [np.concatenate([gradient.ravel() for gradient in gradients])]
        return value, gradients

    def evaluate(self, X: Array, y: Array) -> float:
        """Compute the mean loss alone, as in inference and without a penalty."""
        z, _ = self.stack.forward(X, training=False)
        return output_step(self.loss, self.stack.output, y, z)[0]

    def network(self) -> Stack:
        """Copy the stack as it is now."""
        return copy.deepcopy(self.stack)
