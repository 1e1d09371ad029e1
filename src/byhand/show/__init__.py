"""Trace in; table, equation, plot or diagram out.

Everything here returns text or objects and prints nothing. Only ``show.plots`` draws with
matplotlib, and imports it when asked to draw.
"""

from byhand.show.activation_step import activation_step
from byhand.show.arithmetic import arithmetic, arithmetic_text
from byhand.show.loss_step import loss_step, mean_step
from byhand.show.network import network
from byhand.show.numbers import Number, latex, number, text, token
from byhand.show.palette import PALETTE
from byhand.show.svg import Diagram
from byhand.show.tables import at_a_glance, samples, table

__all__ = [
    "PALETTE",
    "Diagram",
    "Number",
    "activation_step",
    "arithmetic",
    "arithmetic_text",
    "at_a_glance",
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
