// Windows: a task for each app, its activities in a back stack, and what is in front. One window is drawn at a time;
// what a covered activity must remember is in its record's `view`, never in its elements.

import { APPS } from "../apps/index.js";
import { h } from "./dom.js";
import * as keyboard from "./keyboard.js";
import { home as homeScreen, recents as recentsScreen } from "./launcher.js";
import { move } from "./motion.js";
import * as overlays from "./overlays.js";
import * as shade from "./shade.js";
import { nextId, now, scope, state } from "./state.js";

let tasks = []; // the most recently used last
let front = null; // a task, or null: the launcher
let shown = null; // the record whose window is drawn
let place = "home"; // what the launcher shows: home, drawer or recents

const stage = () => document.getElementById("stage");
const record = (app, activity, args = {}) => ({ app, activity, args, view: {}, scrolls: [] });
const top = (task) => task.stack[task.stack.length - 1];

/** What apps are given: their part of the state, what they remember while shown, and ways to elsewhere. */
function contextOf(it, isPreview) {
  return {
    isPreview,
    app: it.app,
    activity: it.activity,
    args: it.args,
    view: it.view,
    state,
    data: state[it.app],
    init(make) {
      if (!it.view.made) Object.assign(it.view, make(), { made: true });
      return it.view;
    },
    start: (activity, args, app = it.app) => start(app, activity, args),
    finish: (levels = 1) => finish(levels),
    replace: (activity, args) => {
      front.stack.pop();
      start(it.app, activity, args);
    },
    refresh: () => refresh(),
    set(changes) {
      Object.assign(it.view, changes);
      refresh();
    },
    toast: overlays.toast,
    dialog: overlays.dialog,
    confirm: overlays.confirm,
    menu: overlays.menu,
    choose: overlays.choose,
    permission: (name, then) => overlays.permission(it.app, name, then),
    nextId,
    now,
  };
}

function draw(it, isPreview = false) {
  scope.app = it.app;
  const node = h("div.window", {
    "data-package": it.app === "launcher" ? "com.standin.launcher" : `com.standin.${it.app}`,
  });
  if (it.app === "launcher") node.append(place === "recents" ? recentsScreen(tasks) : homeScreen(place === "drawer"));
  else node.append(APPS[it.app].activities[it.activity](contextOf(it, isPreview)));
  if (it.app !== "launcher" && state.faults.spinner)
    node.append(h("div.spinner-veil", { desc: "Loading" }, h("div.spinner")));
  return node;
}

function keepScrolls() {
  if (!shown?.node) return;
  shown.scrolls = [...shown.node.querySelectorAll(".scroll")].map((node) => node.scrollTop);
}

function restoreScrolls(it) {
  it.node.querySelectorAll(".scroll").forEach((node, place_) => {
    node.scrollTop = it.scrolls[place_] ?? 0;
  });
}

const ENTER = {
  push: [
    { transform: "translateX(30%)", opacity: 0 },
    { transform: "none", opacity: 1 },
  ],
  pop: [
    { transform: "translateX(-20%)", opacity: 0 },
    { transform: "none", opacity: 1 },
  ],
  open: [
    { transform: "scale(0.85)", opacity: 0 },
    { transform: "none", opacity: 1 },
  ],
  close: [
    { transform: "scale(1.1)", opacity: 0 },
    { transform: "none", opacity: 1 },
  ],
  up: [
    { transform: "translateY(40%)", opacity: 0 },
    { transform: "none", opacity: 1 },
  ],
};

/** Put a record's window in front; the one before fades under it until the new one has come. */
function show(it, how) {
  keepScrolls();
  overlays.closeDialogs();
  keyboard.dismiss();
  const before = [...stage().children].filter((node) => node.classList.contains("window"));
  it.node = draw(it);
  shown = it;
  for (const node of before) {
    node.classList.add("leaving");
    node.setAttribute("aria-hidden", "true");
  }
  stage().append(it.node);
  restoreScrolls(it);
  if (how === "none") return before.forEach((node) => node.remove());
  document.getElementById("phone").dataset.moving = "true";
  const rtl = document.documentElement.dir === "rtl" && (how === "push" || how === "pop");
  const frames = rtl ? ENTER[how === "push" ? "pop" : "push"] : ENTER[how];
  const arrived = move(it.node, frames).then(() => {
    before.forEach((node) => node.remove());
    document.getElementById("phone").dataset.moving = "false";
  });
  return arrived;
}

const launcherRecord = record("launcher", "Launcher");

export function goHome(how = "close") {
  front = null;
  place = "home";
  show(launcherRecord, how);
  shade.draw();
}

export function openDrawer(open) {
  if (front || place === (open ? "drawer" : "home")) return;
  place = open ? "drawer" : "home";
  launcherRecord.scrolls = [];
  show(launcherRecord, open ? "up" : "close");
}

export function recents() {
  if (!front && place === "recents") return goHome();
  front = null;
  place = "recents";
  return show(launcherRecord, "open");
}

/** Whether an app's windows may not be in pictures (FLAG_SECURE). */
export const isProtected = (app) =>
  state.device.secure.includes(`com.standin.${app}`) || (app === "pay" && state.pay.secure);

/** What recents shows a task as: its last picture is not kept, so the window is drawn again. */
export const previewOf = (task) => {
  if (isProtected(task.app)) return h("div.window");
  const node = draw(top(task), true);
  scope.app = "launcher";
  return node;
};

export function dismissTask(task) {
  tasks = tasks.filter((other) => other !== task);
  if (place === "recents") refresh();
}

export function dismissAll() {
  tasks = [];
  goHome();
}

function bringUp(task, how) {
  tasks = [...tasks.filter((other) => other !== task), task];
  front = task;
  place = "home";
  show(top(task), how);
}

/** Bring an app to the front: its task as it was left, or a new one. */
export function launch(app) {
  if (!Object.hasOwn(APPS, app)) return false;
  shade.close();
  const task = tasks.find((other) => other.app === app) ?? { app, stack: [record(app, "MainActivity")] };
  bringUp(task, "open");
  return true;
}

/** Start an activity on top of what is in front, or in a task of its app when the launcher is. */
export function start(app, activity, args = {}) {
  if (!Object.hasOwn(APPS, app) || !Object.hasOwn(APPS[app].activities, activity)) return false;
  shade.close();
  if (!front) {
    let task = tasks.find((other) => other.app === app);
    if (!task) task = { app, stack: [record(app, "MainActivity")] };
    if (activity !== "MainActivity") task.stack.push(record(app, activity, args));
    bringUp(task, "open");
    return true;
  }
  front.stack.push(record(app, activity, args));
  show(top(front), "push");
  return true;
}

/** Open an activity in its own app's task, as a notification does. */
export function open(app, activity, args) {
  if (front?.app !== app) front = null;
  return start(app, activity, args);
}

export function finish(levels = 1) {
  if (!front) return;
  for (let level = 0; level < levels && front.stack.length > 1; level += 1) front.stack.pop();
  show(top(front), "pop");
}

function leaveRoot() {
  front.stack = [record(front.app, "MainActivity")];
  goHome();
}

/** The Back button, in Android's order: what lies on top goes first. */
export function back() {
  if (!state.device.awake || state.device.locked) return;
  if (shade.isOpen()) shade.close();
  else if (keyboard.isShown()) keyboard.hide();
  else if (overlays.closeTop()) {
    /* a dialog went */
  } else if (!front) {
    if (place !== "home") goHome();
  } else if (shown.view.onBack?.()) {
    /* the app answered */
  } else if (front.stack.length > 1) finish();
  else leaveRoot();
}

/** Draw what is in front again; the scrolling, and the field with the focus, stay. */
export function refresh() {
  if (!shown) return;
  keepScrolls();
  keyboard.keepingFocus(() => {
    const node = draw(shown);
    shown.node.replaceWith(node);
    shown.node = node;
    restoreScrolls(shown);
  });
}

/** Forget every task: the phone was switched on. */
export function restart() {
  tasks = [];
  overlays.clear();
  shade.close(true);
  keyboard.dismiss();
  stage().replaceChildren();
  goHome("none");
}

export const frontApp = () => (front ? shown.app : null);
export function focus() {
  const overlay = overlays.frontPackage();
  if (state.device.locked || shade.isOpen())
    return { package: "com.android.systemui", activity: shade.isOpen() ? ".Shade" : ".Keyguard" };
  if (overlay) return overlay;
  if (front) return { package: `com.standin.${shown.app}`, activity: `.${shown.activity}` };
  return {
    package: "com.standin.launcher",
    activity: { home: ".Launcher", drawer: ".Drawer", recents: ".RecentsActivity" }[place],
  };
}
export const recentPackages = () => tasks.map((task) => `com.standin.${task.app}`).reverse();
