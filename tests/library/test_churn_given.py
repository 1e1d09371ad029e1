"""The churn example and its oracle start from the same decimals."""

from decimal import Decimal
from typing import Any

import pytest

from byhand.worked import churn
from tests.oracles import _churn_backward
from tests.oracles import churn as oracle


def flat(*texts: Any) -> list[Decimal]:
    return [Decimal(text) for row in texts for text in ([row] if isinstance(row, str) else row)]


GIVEN = {
    "X": flat(*oracle.CUSTOMERS),
    "y": flat(*oracle.CHURNED),
    # the oracle keeps the source's layout, by neuron; ours has a column per neuron
    "W1": flat(*zip(*oracle.HIDDEN_WEIGHTS, strict=True)),
    "b1": flat(*oracle.HIDDEN_BIASES),
    "W2": flat(*oracle.OUTPUT_WEIGHTS),
    "b2": flat(oracle.OUTPUT_BIAS),
    "threshold": flat(oracle.THRESHOLD),
    "constant": flat(oracle.CONSTANT),
    "epsilon": flat(oracle.EPSILON),
    "lr": flat(_churn_backward.LR),
    "raised_W2_1": flat(oracle.RAISED_OUTPUT_WEIGHT),
    "shut_b1": flat(*oracle.SHUT_HIDDEN_BIASES),
}


def test_everything_declared_is_compared() -> None:
    assert sorted(churn.declared()) == sorted(GIVEN)


@pytest.mark.parametrize("name", GIVEN)
def test_both_sides_start_from_the_same_decimals(name: str) -> None:
    assert [Decimal(repr(value)) for value in churn.declared()[name]] == GIVEN[name]


@pytest.mark.parametrize("name", ["X", "y", "W1", "b1", "W2", "b2"])
def test_what_is_declared_is_what_the_network_runs_on(name: str) -> None:
    assert tuple(getattr(churn, name).ravel()) == churn.declared()[name]
