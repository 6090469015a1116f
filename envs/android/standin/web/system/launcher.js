// The home screen, the drawer of all apps, recents, and the lock screen.

import { APPS } from "../apps/index.js";
import { h, ownTouches } from "./dom.js";
import { icon } from "./icons.js";
import { button, searchField } from "./kit.js";
import { dismissAll, dismissTask, launch, openDrawer, previewOf, refresh } from "./shell.js";
import * as shade from "./shade.js";
import { clockTime, showDate, state } from "./state.js";
import { t } from "./words.js";

const DOCK = ["contacts", "messages", "web", "camera"];
const FLICK = 60; // px a finger must go for a swipe to count
const LONG_DATE = { weekday: "long", day: "numeric", month: "long" };
const drawer = { query: "" };

const label = (app) => t(state.labels[app] ?? APPS[app].label);

function appIcon(app, from, bare = false) {
  return h(
    "div.app",
    { id: `launcher:${from}_${app}`, on: () => launch(app), long: () => {}, desc: label(app) },
    h("div.app-icon", { style: { background: APPS[app].color } }, icon(APPS[app].icon, 28)),
    bare ? null : h("div.app-label", {}, label(app)),
  );
}

/** A vertical swipe that starts on a node: `on(up)`, once. */
function watchSwipe(node, on) {
  let from = null;
  ownTouches(node);
  node.addEventListener("pointerdown", (event) => {
    from = event.clientY;
  });
  node.addEventListener("pointermove", (event) => {
    if (from === null || Math.abs(event.clientY - from) < FLICK) return;
    const up = event.clientY < from;
    from = null;
    on(up);
  });
  node.addEventListener("pointerup", () => {
    from = null;
  });
  node.addEventListener("pointercancel", () => {
    from = null;
  });
}

export function home(open) {
  if (open) return allApps();
  drawer.query = "";
  const others = Object.keys(APPS).filter((app) => !DOCK.includes(app));
  const node = h(
    "div.home",
    { id: "launcher:workspace" },
    h(
      "div.home-clock",
      { id: "launcher:clock" },
      h("div.home-date", {}, showDate(state.device.clock, LONG_DATE)),
      h("div.home-time", {}, clockTime()),
    ),
    h(
      "div.app-grid",
      {},
      others.map((app) => appIcon(app, "app")),
    ),
    h("div.home-hint", { "aria-hidden": "true" }, icon("hide", 18)),
    h(
      "div.dock",
      { id: "launcher:hotseat" },
      DOCK.map((app) => appIcon(app, "app")),
    ),
  );
  watchSwipe(node, (up) => (up ? openDrawer(true) : shade.open()));
  return node;
}

function allApps() {
  const found = Object.keys(APPS)
    .filter((app) => label(app).toLowerCase().includes(drawer.query.toLowerCase()))
    .sort((one, other) => label(one).localeCompare(label(other), "en"));
  return h(
    "div.drawer",
    { id: "launcher:apps_view" },
    searchField({
      id: "launcher:search",
      label: t("Search apps"),
      value: drawer.query,
      on: (text) => {
        drawer.query = text;
        refresh();
      },
      done: () => {
        if (found.length > 0) launch(found[0]);
      },
    }),
    h(
      "div.scroll",
      { id: "launcher:apps_list" },
      h(
        "div.app-grid",
        {},
        found.map((app) => appIcon(app, "drawer")),
      ),
    ),
  );
}

/** The tasks, the latest first. */
export function recents(tasks) {
  const card = (task) =>
    h(
      "div.recent",
      { id: `launcher:recent_${task.app}`, on: () => launch(task.app), desc: label(task.app) },
      h(
        "div.recent-bar",
        {},
        icon(APPS[task.app].icon, 20),
        h("div.recent-name", {}, label(task.app)),
        h(
          "button.icon-button",
          { id: `launcher:dismiss_${task.app}`, desc: t("Dismiss {0}", label(task.app)), on: () => dismissTask(task) },
          icon("close", 20),
        ),
      ),
      h("div.recent-view", { "aria-hidden": "true", inert: "" }, h("div.recent-zoom", {}, still(previewOf(task)))),
    );
  return h(
    "div.recents",
    { id: "launcher:overview" },
    tasks.length === 0
      ? h("div.no-recents", { id: "launcher:no_recents" }, t("No recent items"))
      : h("div.scroll.recent-list", { id: "launcher:tasks" }, [...tasks].reverse().map(card)),
    tasks.length > 0 && button({ id: "launcher:clear_all", text: t("Clear all"), kind: "tonal", on: dismissAll }),
  );
}

/** A picture of a window: nothing in it can be found or tapped. */
function still(node) {
  for (const part of [node, ...node.querySelectorAll("[data-id]")]) delete part.dataset.id;
  return node;
}

export function drawLock() {
  const lock = document.getElementById("lock");
  lock.hidden = !state.device.locked;
  lock.dataset.package = "com.android.systemui";
  lock.replaceChildren();
  if (!state.device.locked) return;
  lock.append(
    h("div.lock-time", { id: "systemui:keyguard_clock" }, clockTime()),
    h("div.lock-date", {}, showDate(state.device.clock, LONG_DATE)),
    h(
      "div.lock-notes",
      {},
      state.notifications
        .slice(-3)
        .reverse()
        .map((note) => h("div.lock-note", {}, h("b", {}, note.title), h("div", {}, note.text))),
    ),
    h("div.lock-hint", { id: "systemui:unlock_hint" }, icon("lock", 20), t("Swipe up to unlock")),
  );
}

export function watchLock(unlock) {
  watchSwipe(document.getElementById("lock"), (up) => {
    if (up) unlock();
  });
}
