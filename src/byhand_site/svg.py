"""From matplotlib's SVG to one inline element: scheme colours, no ids that clash, no styles."""

import json
import os
import re
import xml.etree.ElementTree as ET
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any

from byhand_site.paths import ROOT

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_COORDINATE = re.compile(r"-?\d+\.\d+")
_COLOUR = re.compile(r"\s(?:fill|stroke|color|stop-color)=\"(?!var\(--bh-|url\(#)([^\"]*)\"")


STYLE = "BYHAND_STYLE"
"""What `described` gives, for processes that must not load the package or shouldn't have to."""


def palette() -> ModuleType:
    """Load the module of the palette alone: its package would take NumPy along."""
    path = ROOT / "src" / "byhand" / "show" / "palette.py"
    spec = spec_from_file_location("byhand_site._palette", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def described() -> dict[str, Any]:
    """Describe our one figure style, as JSON can hold it.

    Returns
    -------
    dict
        ``names``: a colour that no figure uses for each name of the palette, whose variable it
        becomes; ``settings``: matplotlib's rcParams in these colours.
    """
    if STYLE in os.environ:
        return dict(json.loads(os.environ[STYLE]))
    ours = palette()
    names = {name: f"#0102{number:02x}" for number, name in enumerate(ours.PALETTE)}
    settings = {**ours.rc(names), "svg.hashsalt": "byhand", "svg.fonttype": "path"}
    return {"names": names, "settings": settings}


def _sentinels() -> dict[str, str]:
    return dict(described()["names"])


def style() -> dict[str, Any]:
    """Our one figure style, in colours that stand for the palette's names."""
    return dict(described()["settings"])


def name_of(colour: str) -> str:
    """Name a colour as the palette does; one that isn't of the palette stays as it is."""
    names = {sentinel: name for name, sentinel in _sentinels().items()}
    return names.get(colour, colour)


def inline(text: str) -> str:
    """Turn matplotlib's SVG file into an element for the body of a page.

    Parameters
    ----------
    text : str
        What ``savefig(format="svg")`` wrote.

    Returns
    -------
    str
        ``<svg>…</svg>`` with presentation attributes only; ids still lack the prefix that
        `with_prefix` gives them.
    """
    root = ET.fromstring(text)
    _drop(root, {"metadata", "style", "title"})
    for element in root.iter():
        _flatten(element)
    _slim(root)
    width, height = root.attrib.pop("width"), root.attrib.pop("height")
    root.attrib.setdefault("viewBox", f"0 0 {width[:-2]} {height[:-2]}")
    return _recolour(ET.tostring(root, encoding="unicode"))


def _drop(root: ET.Element, names: set[str]) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.removeprefix(f"{{{_SVG}}}") in names:
                parent.remove(child)


def _flatten(element: ET.Element) -> None:
    """Drop the namespace, turn style into attributes, round coordinates."""
    element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
    for declaration in element.attrib.pop("style", "").split(";"):
        name, _, value = declaration.partition(":")
        if value:
            element.set(name.strip(), value.strip())
    address = element.attrib.pop(f"{{{_XLINK}}}href", None)
    if address is not None:
        element.set("href", address)
    for name in ("d", "x", "y"):  # never transform: its small factors don't survive rounding
        if name in element.attrib:
            element.set(name, _COORDINATE.sub(_round, element.attrib[name]))


def _slim(root: ET.Element) -> None:
    """Drop ids that nothing refers to, groups that hold nothing, and space between elements."""
    text = ET.tostring(root, encoding="unicode")
    used = set(re.findall(r'url\(#([^)]+)\)|(?<=href="#)([^"]+)', text))
    names = {name for pair in used for name in pair}
    for element in root.iter():
        if element.get("id") not in names:
            element.attrib.pop("id", None)
        element.text = (element.text or "").strip() or None
        element.tail = None
    _drop_empty(root)


def _drop_empty(parent: ET.Element) -> None:
    for child in list(parent):
        _drop_empty(child)
        if child.tag in {"g", "defs"} and not len(child):
            parent.remove(child)
        elif child.tag == "g" and not child.attrib and len(child) == 1:
            parent[list(parent).index(child)] = child[0]


def _round(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _recolour(text: str) -> str:
    for name, sentinel in _sentinels().items():
        text = text.replace(f'"{sentinel}"', f'"var(--bh-{name})"')
    return text


def with_prefix(text: str, prefix: str) -> str:
    """Prefix every id of an inline SVG and what refers to it."""
    text = re.sub(r'(\sid=")', rf"\g<1>{prefix}-", text)
    text = re.sub(r'(\shref="#)', rf"\g<1>{prefix}-", text)
    return re.sub(r"url\(#", f"url(#{prefix}-", text)


def foreign_colours(text: str) -> list[str]:
    """Colours of an SVG that don't come from the palette, and so don't follow the scheme."""
    return sorted(set(_COLOUR.findall(text)) - {"none", "currentColor", "inherit", "transparent"})
