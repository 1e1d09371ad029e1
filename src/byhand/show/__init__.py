"""Trace in; table, equation, plot or diagram out.

Everything here returns text or objects and prints nothing. Only ``show.plots`` draws with
matplotlib, and imports it when asked to draw.
"""

from byhand.show.activation import activation_step
from byhand.show.backward import backward_step, gradients
from byhand.show.graph_diagram import graph
from byhand.show.loss import loss_step, mean_step
from byhand.show.network_diagram import network
from byhand.show.numbers import Number, latex, number, text, token
from byhand.show.palette import PALETTE
from byhand.show.svg import Diagram
from byhand.show.tables import at_a_glance, samples, table
from byhand.show.weighted_sum import arithmetic, arithmetic_text

__all__ = [
    "PALETTE",
    "Diagram",
    "Number",
    "activation_step",
    "arithmetic",
    "arithmetic_text",
    "at_a_glance",
    "backward_step",
    "gradients",
    "graph",
    "latex",
    "loss_step",
    "mean_step",
    "network",
    "number",
    "samples",
    "table",
    "text",
    "token",
]
