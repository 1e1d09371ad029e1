"""How different two colours look, to eyes with three kinds of cone and to eyes with two.

Independent of the library: sRGB (IEC 61966-2-1), relative luminance and contrast (WCAG 2.2),
OKLab (Ottosson, 2020), protanopia and deuteranopia as simulated by Machado et al. (2009).
"""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

EYES: dict[str, Vector] = {
    "trichromat": np.eye(3),
    "protanope": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranope": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(colour: str) -> Vector:
    """#rrggbb as linear light, (3,)."""
    channel = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channel <= 0.04045, channel / 12.92, ((channel + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    dark, light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (light + 0.05) / (dark + 0.05)


def distance(one: str, other: str, eyes: str = "trichromat") -> float:
    """Distance in OKLab as those eyes see it; about 0.02 is just noticeable side by side."""
    seen = [np.clip(EYES[eyes] @ linear(c), 0, 1) for c in (one, other)]
    first, second = (_TO_OKLAB @ np.cbrt(_TO_CONES @ rgb) for rgb in seen)
    return float(np.linalg.norm(first - second))
