// The phone as the Python side sees it: `window.phone`.

import { APPS } from "./apps/index.js";
import * as clock from "./apps/clock.js";
import * as calendar from "./apps/calendar.js";
import * as messages from "./apps/messages.js";
import { watchLongPresses } from "./system/dom.js";
import { hierarchy } from "./system/hierarchy.js";
import * as keyboard from "./system/keyboard.js";
import { press } from "./system/keys.js";
import { watchLock } from "./system/launcher.js";
import * as overlays from "./system/overlays.js";
import { setting } from "./system/settings.js";
import * as shade from "./system/shade.js";
import * as shell from "./system/shell.js";
import { plusSeconds, replace, state } from "./system/state.js";
import { redraw, unlock } from "./system/system.js";
import { t } from "./system/words.js";

const SYSTEM = {
  "com.android.systemui": "System UI",
  "com.android.permissioncontroller": "Permission controller",
  "com.standin.launcher": "Launcher",
  "com.standin.keyboard": "Keyboard",
};
let started = false;

/** Whether screenshots are black: the window in front is protected. */
function secure() {
  if (!state.device.awake) return false;
  if (state.faults.secure || shade.isOpen() || state.device.locked) return state.faults.secure;
  return shell.isProtected(shell.frontApp());
}

function load(document_) {
  replace(document_);
  if (!started) {
    started = true;
    watchLongPresses();
    keyboard.watch();
    shade.watch();
    watchLock(unlock);
  }
  shell.restart();
  redraw();
}

function status() {
  const field = keyboard.focused();
  const { device } = state;
  return {
    ...shell.focus(),
    rotation: device.rotation,
    keyboard: keyboard.isShown(),
    keyboard_frame: keyboard.frame(),
    focused: field !== null,
    field: field ? field.value : null,
    awake: device.awake,
    locked: device.locked,
    secure: secure(),
    packages: Object.fromEntries(Object.keys(APPS).map((app) => [`com.standin.${app}`, t(state.labels[app])])),
    system_packages: SYSTEM,
    activities: Object.fromEntries(
      Object.keys(APPS).map((app) => [
        `com.standin.${app}`,
        Object.keys(APPS[app].activities).map((name) => `.${name}`),
      ]),
    ),
    recents: shell.recentPackages(),
    language: device.language,
    battery: device.battery,
    charging: device.charging,
    clock: device.clock,
    input_method: device.input_method,
    dark: device.dark,
    font_scale: device.font_scale,
    notifications: state.notifications,
  };
}

/** Move the clock: alarms, timers and reminders whose time comes are posted. */
function advance(seconds) {
  const before = state.device.clock;
  state.device.clock = plusSeconds(before, seconds);
  clock.pass(before, state.device.clock);
  calendar.pass(before, state.device.clock);
  redraw();
}

/** Resolves once nothing moves or scrolls (nor, with `toasts`, will vanish by itself), or to false after `most` ms. */
async function settle(most, toasts) {
  const end = performance.now() + most;
  let last = performance.now();
  const touch = () => {
    last = performance.now();
  };
  addEventListener("scroll", touch, true);
  const frame = () =>
    new Promise((resolve) => {
      requestAnimationFrame(resolve);
    });
  let still = false;
  while (!still && performance.now() < end) {
    await frame();
    const moving = document
      .getAnimations()
      .some((one) => Number.isFinite(Number(one.effect?.getComputedTiming().endTime)));
    if (moving || (toasts && overlays.isPending())) touch();
    still = performance.now() - last > 80;
  }
  removeEventListener("scroll", touch, true);
  return still;
}

const packageOf = (name) => (name.startsWith("com.standin.") ? name.slice("com.standin.".length) : "");

window.phone = {
  load,
  state: () => state,
  status,
  hierarchy,
  settle,
  advance,
  key: press,
  clearText: () => keyboard.clear(),
  hasField: () => keyboard.focused() !== null && state.device.awake && !state.device.locked,
  enter: () => keyboard.enter(),
  launch(name) {
    if (name === "com.standin.launcher") {
      shell.goHome();
      return true;
    }
    return shell.launch(packageOf(name));
  },
  start(name, activity, args = {}) {
    const short = activity.replace(name, "").replace(/^\./, "");
    const app = packageOf(name);
    if (short === "MainActivity") return shell.launch(app);
    return Object.hasOwn(APPS, app) && APPS[app].exported.includes(short) && shell.open(app, short, args);
  },
  setting(space, name, value = null) {
    const answer = setting(space, name, value);
    if (value !== null) redraw();
    return answer;
  },
  turn(rotation) {
    state.device.rotation = rotation;
    redraw();
  },
  fault(name, value) {
    if (name === "animation") state.device.animation = { window: value, transition: value, animator: value };
    else state.faults[name] = value;
    redraw();
  },
  notify: (note) => shade.notify({ ...note, app: packageOf(note.package) }),
  receive: (message) => {
    messages.receive(message);
    redraw();
  },
};
