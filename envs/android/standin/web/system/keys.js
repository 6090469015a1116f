// Key codes by Android's names.

import * as keyboard from "./keyboard.js";
import * as shade from "./shade.js";
import * as shell from "./shell.js";
import { state } from "./state.js";
import { sleep, unlock, volume, wake } from "./system.js";

const CHARACTERS = {
  SPACE: " ",
  COMMA: ",",
  PERIOD: ".",
  SLASH: "/",
  BACKSLASH: "\\",
  MINUS: "-",
  EQUALS: "=",
  SEMICOLON: ";",
  APOSTROPHE: "'",
  AT: "@",
  PLUS: "+",
  STAR: "*",
  POUND: "#",
  GRAVE: "`",
  LEFT_BRACKET: "[",
  RIGHT_BRACKET: "]",
};

/** Without a field, arrows and Tab walk over what can be tapped. */
function walk(step) {
  const nodes = [
    ...document.querySelectorAll(
      "#stage .window:not(.leaving) [data-clickable], #stage .scrim [data-clickable], #stage input, #stage textarea",
    ),
  ].filter((node) => node.getClientRects().length > 0);
  if (nodes.length === 0) return;
  const place = nodes.indexOf(document.activeElement);
  const node = nodes[place < 0 ? (step > 0 ? 0 : nodes.length - 1) : (place + step + nodes.length) % nodes.length];
  if (!keyboard.isField(node)) node.tabIndex = -1;
  node.focus();
  node.scrollIntoView({ block: "nearest" });
}

function caret(step) {
  const field = keyboard.focused();
  const to = Math.max(0, Math.min(field.value.length, (step < 0 ? field.selectionStart : field.selectionEnd) + step));
  field.setSelectionRange(to, to);
}

function enter() {
  if (keyboard.focused()) keyboard.enter();
  else if (document.activeElement !== document.body) document.activeElement?.click();
}

const inField = (then, otherwise) => () => (keyboard.focused() ? then() : otherwise());
const edge = (end) => () => {
  const field = keyboard.focused();
  if (field) field.setSelectionRange(end ? field.value.length : 0, end ? field.value.length : 0);
};

const AWAKE = {
  BACK: shell.back,
  ESCAPE: shell.back,
  HOME: () => {
    shade.close();
    shell.goHome();
  },
  APP_SWITCH: () => {
    shade.close();
    shell.recents();
  },
  NOTIFICATION: () => shade.open(),
  ENTER: enter,
  NUMPAD_ENTER: enter,
  DPAD_CENTER: enter,
  TAB: () => walk(1),
  DEL: () => keyboard.erase(-1),
  FORWARD_DEL: () => keyboard.erase(1),
  DPAD_LEFT: inField(
    () => caret(-1),
    () => walk(-1),
  ),
  DPAD_RIGHT: inField(
    () => caret(1),
    () => walk(1),
  ),
  DPAD_UP: () => walk(-1),
  DPAD_DOWN: () => walk(1),
  MOVE_HOME: edge(false),
  MOVE_END: edge(true),
};

const ALWAYS = {
  POWER: () => (state.device.awake ? sleep() : wake()),
  SLEEP: sleep,
  WAKEUP: wake,
  VOLUME_UP: () => volume(1),
  VOLUME_DOWN: () => volume(-1),
  VOLUME_MUTE: () => volume(0),
};

/** Press a key; whether the phone knows it. */
export function press(code) {
  const name = code.replace(/^KEYCODE_/, "");
  if (Object.hasOwn(ALWAYS, name)) {
    ALWAYS[name]();
    return true;
  }
  const { awake, locked } = state.device;
  if (name === "MENU" && awake && locked) {
    unlock();
    return true;
  }
  const known = Object.hasOwn(AWAKE, name) || Object.hasOwn(CHARACTERS, name) || /^[A-Z0-9]$/.test(name);
  if (!known || !awake || locked) return known;
  if (Object.hasOwn(AWAKE, name)) AWAKE[name]();
  else keyboard.type(CHARACTERS[name] ?? name.toLowerCase());
  return true;
}
