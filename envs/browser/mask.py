"""Takes secrets out of screenshots: wherever the page shows one that was typed, the picture is black."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Error, Selectors

from envs.browser.tab import HangError, Tab, View

# selector "holding=HEX": fields whose value, and the smallest elements whose text, holds the text of these UTF-8 bytes,
# however it is split, spaced or capitalised. It runs in a world of ours, so that no page is told a secret.
_ENGINE = """(() => {
  const flat = text => text.replace(/[\\u00ad\\u200b-\\u200d\\u2060\\ufeff\\s-]+/g, '').toLowerCase();
  // What has no box of its own is drawn in its parent's.
  const boxed = element => getComputedStyle(element).display === 'contents' && element.parentElement
    ? boxed(element.parentElement) : element;
  const all = (root, hex) => {
    const text = flat(new TextDecoder().decode(Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16))));
    const found = new Set();
    const count = node => flat(node.textContent).split(text).length - 1;
    const smallest = (element, times) => {
      let inner = 0;
      for (const child of element.children) {
        const here = count(child);
        inner += here;
        if (here) smallest(child, here);
      }
      if (inner < times) found.add(boxed(element.closest?.('select') ?? element.host ?? element));
    };
    const walk = start => {
      const times = count(start);
      if (times) smallest(start, times);
      for (const element of start.querySelectorAll('*')) {
        if (element.shadowRoot) walk(element.shadowRoot);
        const value = typeof element.value === 'string' && element.type !== 'password' ? element.value : '';
        if (flat(value).includes(text)) found.add(element);
      }
    };
    walk(root.documentElement ?? root);
    return [...found];
  };
  return { query: (root, text) => all(root, text)[0], queryAll: all };
})()"""
_MOST = 100
_PATIENCE = 1000.0
_LIMIT = 5.0


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
    """Where the tab shows one of the values. Raises HangError when the page does not answer."""
    try:
        return await asyncio.wait_for(_find(tab, values), _LIMIT) if values else []
    except TimeoutError as error:
        raise HangError("the page could not be searched for secrets") from error


async def _find(tab: Tab, values: Sequence[str]) -> list[Rectangle]:
    found = []
    for frame in tab.page.frames:
        for value in values:
            try:
                elements = await frame.locator(f"holding={value.encode().hex()}").all()
                if len(elements) > _MOST:  # too many to ask each where it is
                    return [Rectangle(0, 0, math.inf, math.inf)]
                for element in elements:
                    box = await element.bounding_box(timeout=_PATIENCE)
                    if box is not None:
                        found.append(Rectangle(box["x"], box["y"], box["width"], box["height"]))
            except Error:
                if not frame.is_detached():  # a page that changes under the search; one that went away shows nothing
                    return [Rectangle(0, 0, math.inf, math.inf)]
    return found


def black_out(image: NDArray[np.uint8], places: Sequence[Rectangle], view: View) -> NDArray[np.uint8]:
    """The picture of a view with every place blackened."""
    if not places:
        return image
    image = image.copy()
    height, width = image.shape[:2]
    for place in places:
        left, right = ((x - view.left) * width / view.width for x in (place.left, place.left + place.width))
        top, bottom = ((y - view.top) * height / view.height for y in (place.top, place.top + place.height))
        image[_pixel(top, height) : _pixel(bottom + 1, height), _pixel(left, width) : _pixel(right + 1, width)] = 0
    return image


def _pixel(at: float, size: int) -> int:
    return int(min(max(at, 0), size))
