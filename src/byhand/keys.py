"""Names of numbers: ``churn.s1.z1_2`` is sample 1, pre-activation, layer 1, unit 2."""


def key(
    prefix: str, symbol: str, layer: int | None = None, *units: int, n_units: int | None = None
) -> str:
    """Name a number as ``prefix.symbol``, then the layer and, after underscores, the units.

    Everything counts from 1. Where a layer has one unit, that unit's number is left out, so the
    second layer's only pre-activation is ``z2``. The last of `units` is the unit of the layer; a
    weight names the input it comes from before it.

    Parameters
    ----------
    prefix : str
        The example, with the sample or epoch where needed: ``"churn"``, ``"churn.s1"``.
    symbol : str
        ``"z"``, ``"a"``, ``"dW"``, ``"loss"``, and ``"y_hat"`` for the network's output.
    layer : int, optional
        Number of the layer, the first hidden one being 1.
    *units : int
        Unit of the layer, or input and unit for a weight.
    n_units : int, optional
        How many units the layer has; required where units are given.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If prefix or symbol is empty, a number is below 1, units come without n_units, or the
        unit lies beyond n_units.

    Examples
    --------
    >>> key("churn.s1", "z", 1, 2, n_units=2)
    'churn.s1.z1_2'
    >>> key("churn.s1", "z", 2, 1, n_units=1)
    'churn.s1.z2'
    >>> key("churn.s1", "dW", 1, 2, 1, n_units=2)
    'churn.s1.dW1_2_1'
    """
    if not prefix or not symbol:
        raise ValueError(f"a key needs a prefix and a symbol; got {prefix!r} and {symbol!r}")
    if units:
        units = _named_units(units, n_units)
    if layer is not None and layer < 1:
        raise ValueError(f"layer counts from 1; got {layer}")
    number = "" if layer is None else str(layer)
    return f"{prefix}.{symbol}{number}" + "".join(f"_{unit}" for unit in units)


def _named_units(units: tuple[int, ...], n_units: int | None) -> tuple[int, ...]:
    if n_units is None:
        raise ValueError(f"n_units must say how many units the layer has; got units {units}")
    if min(units) < 1:
        raise ValueError(f"units count from 1; got {units}")
    if units[-1] > n_units:
        raise ValueError(f"the layer has n_units = {n_units}; got unit {units[-1]}")
    return units if n_units > 1 else units[:-1]
