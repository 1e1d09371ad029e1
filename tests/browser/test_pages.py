"""Every page, in both schemes, wide and narrow: it loads clean, fits, and can be read."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CHAPTER, DESKTOP, LAB, PAGES, PHONE, Open, arrive

SCHEMES = {"dark": "slate", "light": "default"}
FRAMES = {"index.html", CHAPTER, LAB, "ledger.html", "reference/index.html"}

# Elements with text of their own that can be seen, whose colour is too near to what lies behind.
FAINT = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const kept = (make) => {
    const known = new Map();
    return (key) => known.has(key) ? known.get(key) : known.set(key, make(key)).get(key);
  };
  const rgba = kept((text) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  });
  const over = (top, bottom) => {
    const a = top[3] / 255;
    return [0, 1, 2].map((i) => a * top[i] + (1 - a) * bottom[i]).concat(255);
  };
  const behind = kept((node) => {
    if (!node) return [255, 255, 255, 255];
    const color = rgba(getComputedStyle(node).backgroundColor);
    return color[3] === 255 ? color : over(color, behind(node.parentElement));
  });
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => {
      v /= 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = kept((pair) => {
    const [text, back] = pair.split(" on ");
    const under = back.split(",").map(Number);
    const [a, b] = [light(over(rgba(text), under)), light(under)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  });
  const read = (node) => {
    if (!node.closest("header, main, footer")) return false;
    if (node.closest(".katex-mathml, script, style, title, option, [disabled]")) return false;
    const box = node.getBoundingClientRect();
    const how = { opacityProperty: true, visibilityProperty: true };
    return box.width > 1 && box.height > 1 && node.checkVisibility(how);
  };
  const nodes = new Set(document.querySelectorAll("svg.figure :is(text, use)"));
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (texts.currentNode.data.trim()) nodes.add(texts.currentNode.parentElement);
  }
  const found = {};
  for (const node of nodes) {
    const style = getComputedStyle(node), svg = node.closest("svg");
    const ratio = contrast(`${svg ? style.fill : style.color} on ${behind(svg || node)}`);
    const large = !svg && parseFloat(style.fontSize) >= 24;
    if (ratio < (large ? 3 : 4.5) - 0.01 && read(node)) {
      const names = [node, node.parentElement].map((one) => one.getAttribute("class"));
      const text = node.textContent.trim().slice(0, 30);
      found[`${node.tagName}.${names.join(" in ")}`] = `${ratio.toFixed(2)}: ${text}`;
    }
  }
  return found;
}
"""
# By how far a page scrolls sideways, and what of its text reaches beyond the window's right edge
# without being in a box that scrolls on its own.
WIDER = """
() => {
  scrollTo(99, 0);
  const far = scrollX ? [`scrolls by ${scrollX}`] : [];
  const scrolls = (node) => {
    for (let up = node.parentElement; up && !up.matches("article"); up = up.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(up).overflowX)) return true;
    }
    return Boolean(node.ownerSVGElement || node.closest(".num-card, .katex-mathml"));
  };
  for (const node of document.querySelectorAll("article *")) {
    const beyond = node.getBoundingClientRect().right + scrollX > innerWidth + 1;
    if (beyond && node.checkVisibility() && !scrolls(node)) {
      far.push(`${node.tagName}.${node.getAttribute("class")}`);
    }
  }
  return far;
}
"""


def settled(page: Page, script: str) -> Any:
    """Look until nothing is found, or what is found has stood for two seconds."""
    end = time.monotonic() + 2
    while (found := page.evaluate(script)) and time.monotonic() < end:
        page.wait_for_timeout(100)
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_clean_fits_and_can_be_read(visit: Open, path: str) -> None:
    """Look at it on a phone in the dark, then in the light, then in a wide window.

    What a wide window adds is the frame, the same on each page: in the dark, some pages show it.
    """
    visited = visit(PHONE, "dark")
    page = visited.open(path)
    if path == "ledger.html":  # whose entries wait until they are looked at
        page.add_style_tag(content="article section { content-visibility: visible !important }")
    looks = [(PHONE, "dark"), (PHONE, "light"), (DESKTOP, "light")]
    looks += [(DESKTOP, "dark")] * (path in FRAMES)
    for number, (width, scheme) in enumerate(looks):
        page.set_viewport_size({"width": width, "height": 844})
        body = page.locator("body")
        if body.get_attribute("data-md-color-scheme") != SCHEMES[scheme]:
            page.get_by_title(f"Switch to the {scheme} scheme").click()
        expect(body).to_have_attribute("data-md-color-scheme", SCHEMES[scheme])
        expect(body).not_to_have_attribute("data-md-color-switching", "")
        assert settled(page, FAINT) == {}, f"{width} px, {scheme}"
        if number in {0, 2}:  # the first at its width: a scheme moves nothing
            assert settled(page, WIDER) == [], f"{width} px, {scheme}"
    assert visited.troubles == []


def test_the_page_of_an_address_that_is_not_there_says_so(visit: Open) -> None:
    visited = visit()
    page = visited.open("404.html")
    assert page.locator("h1").inner_text() == "No such page"
    page.locator("article").get_by_role("link", name="list of chapters").click()
    arrive(page, r"/index\.html#what-is-in-the-course")
    assert visited.troubles == []


def test_figures_follow_the_scheme(visit: Open) -> None:
    colours = []
    for scheme in ("light", "dark"):
        page = visit(scheme=scheme).open(CHAPTER)
        used = page.evaluate(
            """() => [...document.querySelectorAll("svg.figure")].map((figure) => {
              const inside = [...figure.querySelectorAll("*")];
              return [...new Set(inside.map((node) => getComputedStyle(node).fill))].sort().join();
            })"""
        )
        colours.append(used)
    light, dark = colours
    assert len(light) == len(dark) > 3
    assert all(one != other for one, other in zip(light, dark, strict=True))


def test_a_scheme_chosen_by_hand_stays(visit: Open) -> None:
    visited = visit()
    page = visited.open("index.html")
    page.get_by_title("Switch to the dark scheme").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.goto(visited.home + CHAPTER)
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    expect(page.locator("html")).to_have_css("color-scheme", "dark")  # the window's scroll bars
    page.get_by_title("Switch to the light scheme").click()
    expect(page.locator("html")).not_to_have_css("color-scheme", "dark")
    assert visited.troubles == []


def test_fonts_are_ours(visit: Open) -> None:
    page = visit().open(CHAPTER)
    families = page.evaluate(
        """() => [...document.fonts].filter((font) => font.status === "loaded")
          .map((font) => font.family.replaceAll('"', ""))"""
    )
    assert {"KaTeX_Main", "KaTeX_Math"} <= set(families)
    body = page.evaluate("() => getComputedStyle(document.querySelector('article p')).fontFamily")
    assert body.split(",")[0].strip('"') in families


def test_faint_text_and_a_wide_element_would_be_found(visit: Open) -> None:
    page = visit().open("index.html")
    page.add_style_tag(content="article p { color: #999 !important }")
    assert any(name.startswith("P.") for name in page.evaluate(FAINT))
    page.evaluate(
        """() => {
          const wide = document.createElement("div");
          wide.style.cssText = "min-width: 3000px; height: 9px";
          document.querySelector("article").append(wide);
        }"""
    )
    assert any(name.startswith("DIV") for name in page.evaluate(WIDER))
