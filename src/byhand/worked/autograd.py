"""Computation graphs small enough for a pocket calculator: what the scalar engine makes of them.

The first is y = s·s + s with s = w·x + b, which uses s three times. The second is a sigmoid neuron
with its loss. The third, an exercise, is a·b + a·a.
"""

from byhand.scalar import Value, dot

X = 3.0
"""The first graph's input."""

W = -2.0
"""Its weight."""

B = 4.0
"""Its bias."""

LR = 0.01
"""Length of the one step that is shown."""

NEURON_X = (0.5, 0.1)
"""The neuron's inputs: those of the first customer."""

NEURON_W = (0.5, -0.2)
"""Its weights: those of the churn network's first hidden neuron."""

NEURON_B = 0.1
"""Its bias."""

A = 3.0
"""The leaf a of the exercise a·b + a·a."""

C = -1.0
"""Its other leaf, b: `B` is the bias of the first graph."""

DOUBLINGS = 10
"""How often the graph of an exercise adds a value to itself."""

KINK = 0.001
"""Step of the difference across the kink of ReLU."""

Nodes = dict[str, Value]
"""Values of a graph by name; their gradients are set."""


def shared(w: float = W, x: float = X, b: float = B) -> Nodes:
    """Build y = s·s + s with s = w·x + b, and run backward.

    Parameters
    ----------
    w, x, b : float
        The leaves; the example's own unless you pass others.

    Returns
    -------
    dict of str to Value
        w, x, b, p (the product), s (the sum), q (the square) and y.

    Examples
    --------
    >>> nodes = shared()
    >>> nodes["y"], nodes["w"]
    (Value(2, grad=1), Value(-2, grad=-9))
    """
    leaves = {"w": Value(w), "x": Value(x), "b": Value(b)}
    p = leaves["w"] * leaves["x"]
    s = p + leaves["b"]
    q = s * s
    y = q + s
    y.backward()
    return leaves | {"p": p, "s": s, "q": q, "y": y}


def neuron(label: int) -> Nodes:
    """Build a sigmoid neuron with its cross-entropy, and run backward.

    Parameters
    ----------
    label : int
        0 or 1: the loss is minus the logarithm of the chance given to it.

    Returns
    -------
    dict of str to Value
        x1, x2, w1, w2, b, v (the weighted sum), z, a, c (the chance given to the label: 1 - a or
        a itself), u (its logarithm) and L.

    Raises
    ------
    ValueError
        If the label is neither 0 nor 1.

    Examples
    --------
    >>> neuron(0)["z"], neuron(1)["z"]
    (Value(0.33, grad=0.581759), Value(0.33, grad=-0.418241))
    """
    if label not in (0, 1):
        raise ValueError(f"label must be 0 or 1; got {label!r}")
    x = [Value(entry) for entry in NEURON_X]
    w = [Value(entry) for entry in NEURON_W]
    b = Value(NEURON_B)
    v = dot(w, x)
    z = v + b
    a = z.sigmoid()
    c = a if label else 1 - a
    u = c.log()
    loss = -u
    loss.backward()
    leaves = {"x1": x[0], "x2": x[1], "w1": w[0], "w2": w[1], "b": b}
    return leaves | {"v": v, "z": z, "a": a, "c": c, "u": u, "L": loss}


def declared() -> dict[str, tuple[float, ...]]:
    """List every value that is given rather than computed.

    Returns
    -------
    dict of str to tuple of float
        By symbol.
    """
    return {
        "w, x, b": (W, X, B),
        "lr": (LR,),
        "neuron x": NEURON_X,
        "neuron w": NEURON_W,
        "neuron b": (NEURON_B,),
        "exercise a, b": (A, C),
        "doublings": (float(DOUBLINGS),),
        "kink": (KINK,),
    }


def numbers() -> dict[str, float | int]:
    """Compute every number of the example.

    Returns
    -------
    dict of str to float or int
        By key: ``autograd.s`` is a value, ``autograd.ds`` the derivative of the result with
        respect to it; counts as int.
    """
    parts = (_shared(), _mistakes(), _step(), _neurons(), _exercises())
    return {f"autograd.{name}": value for part in parts for name, value in part.items()}


def _shared() -> dict[str, float | int]:
    nodes = shared()
    named: dict[str, float | int] = {name: nodes[name].data for name in ("p", "s", "q", "y")}
    return named | {f"d{name}": nodes[name].grad for name in ("q", "s", "p", "b", "w", "x")}


def _mistakes() -> dict[str, float | int]:
    """Follow a backward pass that overwrites, and one that lets s pass on its share too early."""
    s = shared()["s"].data
    return {
        "overwritten.ds": s,  # the last of the three shares
        "overwritten.dw": s * X,
        "early.dw": 1.0 * X,  # s has the share of the sum alone
    }


def _step() -> dict[str, float | int]:
    """Step down the gradient once, with the weight and the bias."""
    before = shared()
    w, b = (before[name].data - LR * before[name].grad for name in ("w", "b"))
    return {"step.w": w, "step.b": b, "step.y": shared(w=w, b=b)["y"].data}


def _neurons() -> dict[str, float | int]:
    zero, one = neuron(0), neuron(1)
    named: dict[str, float | int] = {
        f"neuron.{name}": zero[name].data for name in ("v", "z", "a", "c", "u", "L")
    }
    named |= {
        f"neuron.d{name}": zero[name].grad
        for name in ("c", "a", "z", "b", "v", "w1", "w2", "x1", "x2")
    }
    named["neuron.one.L"] = one["L"].data
    return named | {f"neuron.one.d{name}": one[name].grad for name in ("z", "w1", "w2")}


def _exercises() -> dict[str, float | int]:
    a, b = Value(A), Value(C)
    y = a * b + a * a
    y.backward()
    kink = (Value(KINK).relu().data - Value(-KINK).relu().data) / (2.0 * KINK)
    return {
        "ex.y": y.data,
        "ex.da": a.grad,
        "ex.db": b.grad,
        "ex.paths": 2**DOUBLINGS,  # each doubling gives every path a second way on
        "ex.nodes": len(_doubled().graph()),
        "ex.slope": _doubled().slopes[0] ** DOUBLINGS * 2**DOUBLINGS,
        "ex.kink": kink,
        "ex.twice.dw": _twice(),
    }


def _twice() -> float:
    """Run the backward pass a second time without setting the gradients to 0."""
    nodes = shared()
    for node in reversed(nodes["y"].graph()):
        if node is nodes["y"]:
            node.grad = 1.0
        for value, slope in zip(node.inputs, node.slopes, strict=True):
            value.grad += slope * node.grad
    return nodes["w"].grad


def _doubled() -> Value:
    value = Value(1.0)
    for _ in range(DOUBLINGS):
        value = value + value
    return value
