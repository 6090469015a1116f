"""What is under a point, asked in a script world of ours that the page cannot reach or change."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import FrameLocator, Locator, Page, Selectors

_DEEP = """
  const deep = (x, y) => {
    let element = document.elementFromPoint(x, y);
    while (element && element.shadowRoot) {
      const inner = element.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === element) break;
      element = inner;
    }
    return element;
  };
  const focused = () => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element;
  };
  const from = place => place === 'focus' ? focused() : deep(...place.split(',').map(Number));
"""
# selector "at=PLACE QUERY": PLACE is "x,y" or "focus"; the nearest ancestor that fits QUERY, or the element itself.
_ENGINE = (
    "(() => {"
    + _DEEP
    + """
  const find = selector => {
    const space = selector.indexOf(' ');
    const place = space < 0 ? selector : selector.slice(0, space);
    const element = from(place);
    if (!element || space < 0) return element;
    return element.closest(selector.slice(space + 1));
  };
  return { query: (root, selector) => find(selector),
           queryAll: (root, selector) => { const found = find(selector); return found ? [found] : []; } };
})()"""
)
_FRAMES = "iframe, frame"
# Where a frame's page begins within its box.
_INSET = """e => {
  const style = getComputedStyle(e);
  return [e.clientLeft + parseFloat(style.paddingLeft), e.clientTop + parseFloat(style.paddingTop)];
}"""
_MAX_FRAMES = 8
PATIENCE = 2000.0
"""Milliseconds one question may take."""


async def register(selectors: Selectors) -> None:
    """Make the engine known to a Playwright; once for each."""
    await selectors.register("at", _ENGINE, content_script=True)


@dataclass(frozen=True, slots=True)
class Place:
    """A point of the page, or what has the focus, within the innermost frame that holds it."""

    scope: Page | FrameLocator
    where: str

    def nearest(self, query: str = "") -> Locator:
        """The element there, or its nearest ancestor that fits a CSS query."""
        return self.scope.locator(f"at={self.where} {query}" if query else f"at={self.where}")

    async def has(self, query: str) -> bool:
        return await self.nearest(query).count() > 0


async def point(page: Page, x: float, y: float) -> Place:
    """The place at (x, y) in CSS pixels of the viewport, inside frames if there are any."""
    scope: Page | FrameLocator = page
    left = top = 0.0  # of the scope; boxes are in the page's coordinates, however deep the frame
    place = Place(scope, f"{x:.2f},{y:.2f}")
    for _ in range(_MAX_FRAMES):
        frame = place.nearest(_FRAMES)
        if not await frame.count():
            break
        box = await frame.bounding_box(timeout=PATIENCE)
        if box is None:
            break
        inset = await frame.evaluate(_INSET, timeout=PATIENCE)
        left, top = box["x"] + inset[0], box["y"] + inset[1]
        scope = scope.frame_locator(f"at={place.where} {_FRAMES}")
        place = Place(scope, f"{x - left:.2f},{y - top:.2f}")
    return place


async def may_be(page: Page, x: float, y: float, query: str) -> bool:
    """Whether what fits a CSS query, or a frame, is at (x, y): one question, where `point` asks more."""
    return await Place(page, f"{x:.2f},{y:.2f}").has(f"{query}, {_FRAMES}")


async def focus(page: Page) -> Place:
    """What has the focus, inside frames if there are any."""
    scope: Page | FrameLocator = page
    for _ in range(_MAX_FRAMES):
        if not await scope.locator(f"at=focus {_FRAMES}").count():
            break
        scope = scope.frame_locator(f"at=focus {_FRAMES}")
    return Place(scope, "focus")
