"""Takes secrets out of screenshots: wherever the page shows one that was typed, the picture is black."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Error, Selectors

from envs.browser.tab import Tab, View

# selector "holding=HEX": fields whose value, and elements whose own text, holds the text of these UTF-8 bytes. It runs
# in a world of ours, so that no page is told a secret.
_ENGINE = """(() => {
  const own = element => [...element.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join('');
  const all = (root, hex) => {
    const text = new TextDecoder().decode(Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16)));
    const found = [];
    const walk = start => {
      for (const element of start.querySelectorAll('*')) {
        if (element.shadowRoot) walk(element.shadowRoot);
        const value = typeof element.value === 'string' && element.type !== 'password' ? element.value : '';
        if (value.includes(text) || own(element).includes(text)) found.push(element);
      }
    };
    walk(root);
    // A text that is split over several elements is in none of them alone.
    if (!found.length && (root.body?.textContent ?? '').includes(text)) found.push(root.body);
    return found;
  };
  return { query: (root, text) => all(root, text)[0], queryAll: all };
})()"""
_MOST = 100
_PATIENCE = 1000.0


async def register(selectors: Selectors) -> None:
    """Make the engine known to a Playwright; once for each."""
    await selectors.register("holding", _ENGINE, content_script=True)


@dataclass(frozen=True, slots=True)
class Rectangle:
    """In CSS pixels of the page's viewport."""

    left: float
    top: float
    width: float
    height: float


async def find(tab: Tab, values: Sequence[str]) -> list[Rectangle]:
    """Where the tab shows one of the values."""
    found = []
    for frame in tab.page.frames if values else []:
        for value in values:
            with contextlib.suppress(Error):  # a frame that went away shows nothing
                for element in (await frame.locator(f"holding={value.encode().hex()}").all())[:_MOST]:
                    box = await element.bounding_box(timeout=_PATIENCE)
                    if box is not None:
                        found.append(Rectangle(box["x"], box["y"], box["width"], box["height"]))
    return found


def black_out(image: NDArray[np.uint8], places: Sequence[Rectangle], view: View, scale: float) -> NDArray[np.uint8]:
    """The picture with every place blackened."""
    if not places:
        return image
    image = image.copy()
    for place in places:
        x, y = (place.left - view.left) * scale, (place.top - view.top) * scale
        right, bottom = x + place.width * scale, y + place.height * scale
        image[max(0, int(y)) : max(0, int(bottom) + 1), max(0, int(x)) : max(0, int(right) + 1)] = 0
    return image
