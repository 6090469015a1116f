// Making elements. Text only ever becomes text nodes: what is on the screen may be hostile.

import { scope } from "./state.js";

const longs = new WeakMap();
const LONG_PRESS = 500; // ms, Android's ViewConfiguration.getLongPressTimeout
const SLOP = 10;

/**
 * An element. `spec` is "tag.class.class"; properties: id (the data-id, of the app in front unless it has a colon),
 * on (a tap), long (a long press), desc, cls, style, type (an Android widget class), checked; others are attributes.
 */
export function h(spec, properties = {}, ...kids) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag);
  node.classList.add(...classes);
  const { id, on, long, desc, cls, style, type, checked, ...attributes } = properties;
  if (id !== undefined) node.dataset.id = id.includes(":") ? id : `${scope.app}:${id}`;
  if (desc) node.setAttribute("aria-label", desc);
  if (cls) node.classList.add(...cls.split(" ").filter(Boolean));
  if (style) Object.assign(node.style, style);
  if (type) node.dataset.type = type;
  if (checked !== undefined) node.dataset.checked = String(Boolean(checked));
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (on) {
    node.dataset.clickable = "true";
    node.classList.add("tappable");
    node.addEventListener("click", (event) => {
      event.stopPropagation();
      on();
    });
  }
  if (long) {
    longs.set(node, long);
    node.dataset.long = "true";
  }
  put(node, kids);
  return node;
}

export function put(node, kids) {
  for (const kid of kids.flat(Infinity)) {
    if (kid === null || kid === undefined || kid === false) continue;
    node.append(typeof kid === "object" ? kid : document.createTextNode(String(kid)));
  }
}

/**
 * Keep the moves on a node to its own listeners. Chromium else takes them for the start of a scroll, finds nothing to
 * scroll, and swallows the next tap as if it had stopped a fling.
 */
export function ownTouches(node, isOwn = () => true) {
  node.addEventListener(
    "touchmove",
    (event) => {
      if (event.cancelable && isOwn(event)) event.preventDefault();
    },
    { passive: false },
  );
}

/** Long presses, for the whole page: the finger stays, and lifting it is then no tap. */
export function watchLongPresses() {
  let timer = 0;
  let start = null;
  let swallow = false;
  const cancel = () => clearTimeout(timer);
  addEventListener(
    "pointerdown",
    (event) => {
      cancel();
      swallow = false;
      start = event;
      const target = event.target.closest?.("[data-long]");
      if (!target) return;
      timer = setTimeout(() => {
        swallow = true;
        longs.get(target)?.();
      }, LONG_PRESS);
    },
    true,
  );
  addEventListener(
    "pointermove",
    (event) => {
      if (start && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > SLOP) cancel();
    },
    true,
  );
  addEventListener("pointerup", cancel, true);
  addEventListener("pointercancel", cancel, true);
  addEventListener(
    "click",
    (event) => {
      if (!swallow) return;
      swallow = false;
      event.stopPropagation();
      event.preventDefault();
    },
    true,
  );
  addEventListener("contextmenu", (event) => event.preventDefault());
}
