"""The churn example's gradients a second time, with 50 digits; see `_network`."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.oracles._network import Layer, Net, Place, mp

LR = "0.1"


def oracles(
    customers: tuple[tuple[str, str], ...], churned: tuple[str, ...], layers: tuple[Layer, ...]
) -> dict[str, Callable[[], Any]]:
    """Differentiate the loss of each customer and the mean loss, and take a step along both."""
    nets = [Net(x, (y,), layers, "cross-entropy") for x, y in zip(customers, churned, strict=True)]
    first, places = nets[0], nets[0].places()

    def mean(place: Place) -> Any:
        return mp.diff(lambda t: sum(net.loss({place: t}) for net in nets) / len(nets), 0)

    def loss_after(net: Net, moved: dict[Place, Any]) -> Any:
        return Net(net.x, net.y, layers, net.loss_name, moved).loss()

    def mean_loss_after(step: Callable[[Place], Any]) -> Any:
        moved = {place: -mp.mpf(LR) * step(place) for place in places}
        return sum(loss_after(net, moved) for net in nets) / len(nets)

    def one(place: Place) -> Any:
        return first.slope(*place)

    weight = ("W", 2, 1, 1)
    given = first.parameter(weight, {})
    found = first.backward_oracles("churn.s1") | {
        "churn.s2.dz1_1": partial(nets[1].slope, "z", 1, 1),
        "churn.s2.dW1_2_1": partial(nets[1].slope, "W", 1, 2, 1),
        "churn.step_one.W2_1": lambda: given - mp.mpf(LR) * one(weight),
        "churn.step_one.s1_loss": lambda: first.after(LR).loss(),
        "churn.step_one.loss": lambda: mean_loss_after(one),
        "churn.step_mean.W2_1": lambda: given - mp.mpf(LR) * mean(weight),
        "churn.step_mean.loss": lambda: mean_loss_after(mean),
        "churn.step_mean.fall": lambda: mp.mpf(LR) * sum(mean(place) ** 2 for place in places),
    }
    for place in places:
        found[first.label("churn.mean", f"d{place[0]}", place)] = partial(mean, place)
    for i, net in enumerate(nets[1:], start=2):
        found[f"churn.s{i}.dz2"] = partial(net.slope, "z", 2, 1)
        found[f"churn.s{i}.dW2_1"] = partial(net.slope, *weight)
    return found
