// What the apps' screens are built of.

import { h, ownTouches } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

/** A screen: an app bar, a scrolling body, and perhaps a floating button and a bar at the bottom. */
export function screen({ title, up, actions = [], body, fab, bottom, cls = "", large = false }) {
  return h(
    "div.screen",
    { cls },
    h(
      "div.appbar",
      { cls: large ? "large" : "" },
      up && iconButton({ id: "navigate_up", name: "back", desc: t("Navigate up"), on: up }),
      h("div.title", { id: "title" }, title),
      actions.map((action) => action && iconButton(action)),
    ),
    h(
      "div.middle",
      {},
      h("div.scroll", { id: "list" }, body, fab && h("div.under-fab")),
      fab && h("button.fab", { id: fab.id, on: fab.on, desc: fab.desc }, icon(fab.name ?? "add")),
    ),
    bottom && h("div.bottom", {}, bottom),
  );
}

export const iconButton = ({ id, name, desc, on, cls = "" }) =>
  h("button.icon-button", { id, on, desc, cls, type: "android.widget.ImageButton" }, icon(name));

export const button = ({ id, text, on, kind = "filled", desc, name }) =>
  h("button.button", { id, on, desc, cls: kind }, name && icon(name, 18), text);

export function row({ id, title, sub, lead, trail, on, long, cls = "", checked, type, desc }) {
  return h(
    "div.row",
    { id, on, long, cls, checked, type, desc },
    typeof lead === "string" ? h("div.lead", {}, icon(lead)) : lead,
    h("div.texts", {}, h("div.primary", {}, title), sub !== undefined && sub !== "" && h("div.secondary", {}, sub)),
    typeof trail === "string" ? h("div.trail", {}, trail) : trail,
  );
}

export const toggle = ({ value, ...rest }) =>
  row({ ...rest, checked: value, type: "android.widget.Switch", trail: knob(value) });

export const knob = (value) => h("div.switch", { cls: value ? "on" : "" }, h("div.knob"));

/** A switch apart from its row. */
export const toggleButton = ({ id, value, on, desc }) =>
  h("div.toggle-button", { id, on, desc, checked: value, type: "android.widget.Switch" }, knob(value));

export const radio = ({ value, ...rest }) =>
  row({
    ...rest,
    checked: value,
    type: "android.widget.RadioButton",
    lead: h("div.radio", { cls: value ? "on" : "" }),
  });

export const checkbox = ({ value, ...rest }) =>
  row({
    ...rest,
    checked: value,
    type: "android.widget.CheckBox",
    lead: h("div.checkbox", { cls: value ? "on" : "" }, value && icon("check", 16)),
  });

export const heading = (text) => h("div.heading", {}, text);
export const paragraph = (text, cls = "") => h("div.paragraph", { cls }, text);
export const empty = (text, name = "info") => h("div.empty", {}, icon(name, 48), h("div", {}, text));

/** A letter in a circle, coloured by the name. */
export function avatar(name, size = 40) {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + letter.codePointAt(0)) % 360;
  return h(
    "div.avatar",
    {
      style: {
        width: `${size}px`,
        height: `${size}px`,
        background: `hsl(${hash} 45% 45%)`,
        fontSize: `${size * 0.45}px`,
      },
      "aria-hidden": "true",
    },
    [...name][0] ?? "?",
  );
}

/**
 * A text field. Every change goes to `on`, so that what was typed outlives a redraw; `done` is what Enter does.
 * `mode`: text, number or phone: which keyboard comes.
 */
export function field({
  id,
  label,
  value,
  on,
  done,
  action,
  mode = "text",
  lines = 1,
  cls = "",
  limit,
  plain = false,
}) {
  const node = h(lines > 1 ? "textarea.input" : "input.input", {
    id,
    placeholder: label,
    "data-mode": mode,
    autocomplete: "off",
    spellcheck: "false",
    inputmode: "none",
    type: "android.widget.EditText",
    ...(lines > 1 ? { rows: lines } : {}),
    ...(limit ? { maxlength: limit } : {}),
  });
  node.value = value ?? "";
  node.dataset.action = action ?? (done ? "done" : "");
  node.addEventListener("input", () => on(node.value));
  if (done) node.addEventListener("done", () => done(node.value));
  if (plain) {
    node.classList.add("plain");
    return node;
  }
  return h("label.field", { cls }, cls ? null : h("span.field-label", { "aria-hidden": "true" }, label), node);
}

export const searchField = ({ id = "search", label = t("Search"), value, on, done }) =>
  h(
    "div.search",
    {},
    icon("search"),
    field({ id, label, value, on, done, action: "search", plain: true }),
    value && iconButton({ id: `${id}_clear`, name: "close", desc: t("Clear text"), on: () => on("", true) }),
  );

export const chips = (items) =>
  h(
    "div.chips",
    {},
    items.map(({ id, text, on, selected }) =>
      h("button.chip", { id, on, cls: selected ? "selected" : "", checked: Boolean(selected) }, text),
    ),
  );

export const tabs = (items) =>
  h(
    "div.tabs",
    {},
    items.map(({ id, text, name, on, selected }) =>
      h(
        "button.tab",
        { id, on, cls: selected ? "selected" : "", checked: Boolean(selected), desc: text },
        icon(name),
        h("span", {}, text),
      ),
    ),
  );

/** A slider: a tap or a drag anywhere on its track sets the value. */
export function slider({ id, label, value, most, on, name }) {
  const fill = h("div.slider-fill");
  const thumb = h("div.slider-thumb");
  const track = h("div.slider-track", {}, fill, thumb);
  const node = h(
    "div.slider",
    { id, desc: label, type: "android.widget.SeekBar", "data-text": value, "data-clickable": "true" },
    name && icon(name),
    track,
  );
  const draw = (to) => {
    fill.style.width = `${(100 * to) / most}%`;
    thumb.style.insetInlineStart = `${(100 * to) / most}%`;
    node.dataset.text = String(to);
  };
  const set = (event) => {
    const box = track.getBoundingClientRect();
    const part = (event.clientX - box.left) / box.width;
    const along = document.documentElement.dir === "rtl" ? 1 - part : part;
    const to = Math.max(0, Math.min(most, Math.round(along * most)));
    draw(to);
    on(to);
  };
  ownTouches(node);
  let held = false;
  node.addEventListener("pointerdown", (event) => {
    held = true;
    node.setPointerCapture(event.pointerId);
    set(event);
  });
  node.addEventListener("pointermove", (event) => {
    if (held) set(event);
  });
  node.addEventListener("pointerup", () => {
    held = false;
  });
  node.addEventListener("pointercancel", () => {
    held = false;
  });
  draw(value);
  return node;
}

/** − n + */
export const stepper = ({ id, value, least = 0, most = 99, on, name }) =>
  h(
    "div.stepper",
    {},
    iconButton({
      id: `${id}_less`,
      name: "minus",
      desc: t("Decrease {0}", name),
      on: () => value > least && on(value - 1),
    }),
    h("div.stepper-value", { id: `${id}_value` }, String(value)),
    iconButton({
      id: `${id}_more`,
      name: "add",
      desc: t("Increase {0}", name),
      on: () => value < most && on(value + 1),
    }),
  );
