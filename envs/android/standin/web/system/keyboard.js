// The soft keyboard. Its keys type into the field with the focus, which keeps the focus while they are tapped.

import { h, put } from "./dom.js";
import { icon } from "./icons.js";
import { move } from "./motion.js";
import { state } from "./state.js";
import { t } from "./words.js";

const LETTERS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const SYMBOLS = ["1234567890", "@#$%&-+()/", "*\"':;!?~="];
const NUMBERS = ["123-", "456/", "789", "+0."];
export const OURS = "com.standin.keyboard/.Keyboard";

let shown = false;
let shift = false;
let symbols = false;
let frozen = false;

const bar = () => document.getElementById("keyboard");
export const isShown = () => shown;
/** Left, top, right and bottom in pixels of the display; of no height when it is not shown. */
export function frame() {
  const { left, top, right, bottom } = bar().getBoundingClientRect();
  return [left, top, right, bottom].map((edge) => Math.round(edge * devicePixelRatio));
}
export const isField = (node) => node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement;
export const focused = () => (isField(document.activeElement) ? document.activeElement : null);

export function watch() {
  addEventListener("focusin", (event) => {
    if (isField(event.target) && !frozen) appear();
  });
  addEventListener("focusout", () => {
    if (!frozen)
      queueMicrotask(() => {
        if (!focused()) disappear();
      });
  });
  addEventListener(
    "click",
    (event) => {
      if (isField(event.target)) appear();
    },
    true,
  );
  addEventListener("input", () => {
    if (shift) {
      shift = false;
      draw();
    }
  });
  // As on Android, only another field takes the focus from a field: tapping a key or a button leaves the keyboard where
  // it is. (It would also move the button away between the tap's mousedown and its click.)
  addEventListener("mousedown", (event) => {
    if (!isField(event.target)) event.preventDefault();
  });
}

function appear() {
  const before = shown;
  shown = true;
  symbols = false;
  shift = focused()?.value === "" && (focused()?.dataset.mode ?? "text") === "text";
  draw();
  if (!before) move(bar(), [{ transform: "translateY(60%)" }, { transform: "none" }], "window", 200);
  requestAnimationFrame(() => focused()?.scrollIntoView({ block: "nearest" }));
}

function disappear() {
  if (!shown) return;
  shown = false;
  bar().replaceChildren();
}

/** Hide it; the field keeps the focus, and a tap on it brings the keyboard back. */
export const hide = disappear;

/** Take the focus away, and the keyboard with it. */
export function dismiss() {
  focused()?.blur();
  disappear();
}

/** Do something that replaces elements; the field of the same data-id has the focus again afterwards. */
export function keepingFocus(work) {
  const field = focused();
  const id = field?.dataset.id;
  const range = field ? [field.selectionStart, field.selectionEnd] : [0, 0];
  frozen = true;
  work();
  const heir = id ? [...document.querySelectorAll("input, textarea")].find((node) => node.dataset.id === id) : null;
  if (heir) {
    heir.focus({ preventScroll: true });
    heir.setSelectionRange(...range);
  }
  frozen = false;
  if (field && !heir) disappear();
}

const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

/** Put a text where the caret is. */
export function type(text) {
  const field = focused();
  if (!field) return;
  const room =
    field.maxLength >= 0
      ? field.maxLength - field.value.length + (field.selectionEnd - field.selectionStart)
      : Infinity;
  field.setRangeText(text.slice(0, room), field.selectionStart, field.selectionEnd, "end");
  changed(field);
}

/** Delete the selection, or one character before (-1) or after (1) the caret. */
export function erase(direction = -1) {
  const field = focused();
  if (!field) return;
  let { selectionStart: from, selectionEnd: to } = field;
  if (from === to) {
    const parts = direction < 0 ? [...field.value.slice(0, from)] : [...field.value.slice(to)];
    const character = direction < 0 ? parts[parts.length - 1] : parts[0];
    if (!character) return;
    if (direction < 0) from -= character.length;
    else to += character.length;
  }
  field.setRangeText("", from, to, "end");
  changed(field);
}

export function clear() {
  const field = focused();
  if (!field || field.value === "") return;
  field.value = "";
  changed(field);
}

/** Enter: a new line, the field's own action, or the next field. */
export function enter() {
  const field = focused();
  if (!field) return;
  if (field instanceof HTMLTextAreaElement && !field.dataset.action) {
    type("\n");
    return;
  }
  if (field.dataset.action) {
    if (field.dataset.action !== "send") dismiss();
    field.dispatchEvent(new Event("done"));
    return;
  }
  const fields = [
    ...document.querySelectorAll(".window:not(.leaving) input, .window:not(.leaving) textarea, .scrim input"),
  ];
  const next = fields[fields.indexOf(field) + 1];
  if (next) next.focus();
  else dismiss();
}

const NAMES = { '"': "quote", "'": "apostrophe" };

function key(id, label, on, cls = "", desc = "") {
  return h("div.key", { id: `keyboard:${id}`, on, cls, desc, type: "android.inputmethodservice.Keyboard$Key" }, label);
}

function letter(character) {
  const text = shift ? character.toUpperCase() : character;
  return key(NAMES[character] ?? character, text, () => {
    type(text);
  });
}

function actionKey() {
  const field = focused();
  const action = field?.dataset.action || (field instanceof HTMLTextAreaElement ? "enter" : "next");
  const look = { search: "search", send: "send", done: "check", enter: "enter", next: "chevron" }[action] ?? "enter";
  const words = { search: t("Search"), send: t("Send"), done: t("Done"), enter: t("Enter"), next: t("Next") }[action];
  return key("enter", icon(look, 20), enter, "action", words);
}

const backspace = () => key("backspace", icon("backspace", 20), () => erase(-1), "wide", t("Delete"));

function rows() {
  if ((focused()?.dataset.mode ?? "text") !== "text") {
    const last = [backspace(), actionKey()];
    return NUMBERS.map((row, place) => [
      ...[...row].map(letter),
      ...(place === 2 ? [last[0]] : place === 3 ? [last[1]] : []),
    ]);
  }
  const [first, second, third] = symbols ? SYMBOLS : LETTERS;
  const shiftKey = key(
    "shift",
    icon("shift", 20),
    () => {
      shift = !shift;
      draw();
    },
    shift ? "wide active" : "wide",
    t("Shift"),
  );
  return [
    [...first].map(letter),
    [...second].map(letter),
    [symbols ? h("div.key.wide.blank") : shiftKey, ...[...third].map(letter), backspace()],
    [
      key(
        "symbols",
        symbols ? "ABC" : "?123",
        () => {
          symbols = !symbols;
          draw();
        },
        "wide action",
        symbols ? t("Letters") : t("Symbols"),
      ),
      key("comma", ",", () => type(",")),
      key("space", " ", () => type(" "), "space", t("Space")),
      key("period", ".", () => type(".")),
      actionKey(),
    ],
  ];
}

function draw() {
  const node = bar();
  node.dataset.package = "com.standin.keyboard";
  node.replaceChildren();
  if (!shown) return;
  if ((state.device.input_method ?? OURS) !== OURS) {
    node.dataset.package = state.device.input_method.split("/")[0];
    node.append(h("div.other-keyboard", { id: "keyboard:other" }, "ADB Keyboard {ON}"));
    return;
  }
  const numeric = (focused()?.dataset.mode ?? "text") !== "text";
  put(node, [rows().map((row) => h("div.keys", { dir: "ltr", cls: numeric ? "numeric" : "" }, row))]);
}
