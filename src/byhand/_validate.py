"""The border: turn what a caller passes into float64 arrays, or say what is wrong.

Public functions and constructors call these checks once; the rules behind them trust their input.
Every message names the symbol, what was needed and what came.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
"""An array of float64, whatever its shape."""

# A row of probabilities may miss one by this much: a softmax in float32 stays far inside it.
_ROW_SUM_TOLERANCE = 1e-6


def shown(shape: tuple[int, ...]) -> str:
    """Write a shape as Python does: ``(5, 2)``, ``(3,)``."""
    return str(tuple(int(length) for length in shape))


def _as_numbers(value: ArrayLike, symbol: str) -> Array:
    try:
        array = np.asarray(value)
    except ValueError as error:  # rows of unequal length
        raise ValueError(f"{symbol} must be a rectangular array of numbers; got {error}") from None
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{symbol} must be real numbers; got dtype {array.dtype}")
    return array.astype(np.float64, copy=False)


def as_floats(value: ArrayLike, symbol: str) -> Array:
    """Convert to float64 and require finite entries; integers and booleans are welcome."""
    array = _as_numbers(value, symbol)
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):  # not wrong.size: the place of a single number is empty
        place = ", ".join(str(index) for index in wrong[0])
        where = f"{symbol}[{place}]" if place else symbol
        raise ValueError(f"{symbol} must be finite; {where} is {array[tuple(wrong[0])]}")
    return array


def as_matrix(value: ArrayLike, symbol: str, columns: str | int) -> Array:
    """Convert to a finite, non-empty (n, columns) matrix; `columns` is a number or a letter."""
    matrix = as_floats(value, symbol)
    needed = f"{symbol} must be (n, {columns}), one row per sample"
    if matrix.ndim == 1:
        hint = f"reshape a single sample to (1, {columns})"
        raise ValueError(f"{needed}; got {shown(matrix.shape)}: {hint}")
    if matrix.ndim != 2 or (isinstance(columns, int) and matrix.shape[1] != columns):
        raise ValueError(f"{needed}; got {shown(matrix.shape)}")
    if matrix.size == 0:
        raise ValueError(f"{symbol} must hold at least one sample; got {shown(matrix.shape)}")
    return matrix


def require_shape(array: Array, symbol: str, shape: tuple[int, ...], why: str) -> None:
    """Require a shape; `why` names what sets it, as in ``y_hat``."""
    if array.shape != shape:
        raise ValueError(
            f"{symbol} must be {shown(shape)}, the shape of {why}; got {shown(array.shape)}"
        )


def require_unit_interval(array: Array, symbol: str) -> None:
    """Require every entry to lie in [0, 1]."""
    outside = array[(array < 0.0) | (array > 1.0)]
    if outside.size:
        raise ValueError(f"{symbol} must lie in [0, 1]; got {outside[0]}")


def require_distributions(array: Array, symbol: str) -> None:
    """Require every row to be a distribution: entries in [0, 1] that sum to one."""
    require_unit_interval(array, symbol)
    sums = array.sum(axis=1)  # (n,)
    wrong = np.flatnonzero(np.abs(sums - 1.0) > _ROW_SUM_TOLERANCE)
    if wrong.size:
        row = int(wrong[0])
        raise ValueError(f"each row of {symbol} must sum to 1; row {row} sums to {sums[row]:.6g}")


def require_count(value: object, symbol: str) -> int:
    """Require a whole number of at least one, such as a layer size."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(f"{symbol} must be a whole number of at least 1; got {value!r}")
    return int(value)


def as_number(value: ArrayLike, symbol: str, need: str, allowed: Callable[[float], bool]) -> float:
    """Convert to one finite number and require it to be allowed; `need` says what is."""
    number = as_floats(value, symbol)
    if number.ndim or not allowed(float(number)):
        raise ValueError(f"{symbol} must be one number {need}; got {value!r}")
    return float(number)


def require_instance(value: object, kind: type, symbol: str) -> None:
    """Require an object of one type."""
    if not isinstance(value, kind):
        came = type(value).__name__
        raise ValueError(  # noqa: TRY004 (every error of the border is a ValueError)
            f"{symbol} must be a {kind.__name__}; got {came}"
        )


def frozen(array: Array) -> Array:
    """Return a read-only copy, so that a record stays what it was checked to be."""
    copy = np.array(array)
    copy.flags.writeable = False
    return copy
