// The status bar and the notification shade.

import { APPS } from "../apps/index.js";
import { h, ownTouches, put } from "./dom.js";
import { icon } from "./icons.js";
import { button, iconButton, slider } from "./kit.js";
import { move } from "./motion.js";
import { launch, open as openActivity, refresh } from "./shell.js";
import { clockTime, nextId, now, showDate, showWhen, state } from "./state.js";
import { apply } from "./system.js";
import { t } from "./words.js";

const EDGE = 28; // px from the top where a swipe down opens it
const FLICK = 40;
const SLOP = 8;
let shown = false;

const shade = () => document.getElementById("shade");
export const isOpen = () => shown;

export function open() {
  if (shown || !state.device.awake || state.device.locked) return;
  shown = true;
  draw();
  move(shade(), [{ transform: "translateY(-100%)" }, { transform: "none" }], "window", 250);
}

export function close() {
  if (!shown) return;
  shown = false;
  draw();
}

/** Swipes down from the upper edge, wherever the windows are. */
export function watch() {
  let from = null;
  ownTouches(document.getElementById("status"));
  ownTouches(document.getElementById("nav"));
  ownTouches(shade(), (event) => !event.target.closest(".notes"));
  addEventListener(
    "pointerdown",
    (event) => {
      from = event.clientY <= EDGE ? event.clientY : null;
    },
    true,
  );
  addEventListener(
    "pointermove",
    (event) => {
      if (from !== null && event.clientY - from > FLICK) {
        from = null;
        open();
      }
    },
    true,
  );
  let start = null;
  shade().addEventListener("pointerdown", (event) => {
    start = event.target.closest(".slider, .note") ? null : event.clientY;
  });
  shade().addEventListener("pointermove", (event) => {
    if (start !== null && start - event.clientY > FLICK) {
      start = null;
      close();
    }
  });
  shade().addEventListener("click", (event) => {
    if (event.target === shade()) close();
  });
}

export function draw() {
  drawStatus();
  const node = shade();
  node.hidden = !shown;
  node.dataset.package = "com.android.systemui";
  node.replaceChildren();
  if (!shown) return;
  const device = state.device;
  put(node, [
    h(
      "div.shade-sheet",
      { id: "systemui:notification_panel" },
      h(
        "div.shade-top",
        {},
        h("div.shade-time", {}, clockTime()),
        h("div", {}, showDate(device.clock)),
        iconButton({
          id: "systemui:settings_button",
          name: "settings",
          desc: t("Settings"),
          on: () => {
            close();
            launch("settings");
          },
        }),
      ),
      h(
        "div.tiles",
        {},
        tile("wifi", "wifi", t("Wi-Fi"), device.wifi.on, () => {
          device.wifi.on = !device.wifi.on;
        }),
        tile("bluetooth", "bluetooth", t("Bluetooth"), device.bluetooth.on, () => {
          device.bluetooth.on = !device.bluetooth.on;
        }),
        tile("airplane", "airplane", t("Airplane mode"), device.airplane, () => {
          device.airplane = !device.airplane;
        }),
        tile("dark", "dark", t("Dark theme"), device.dark, () => {
          device.dark = !device.dark;
        }),
        tile("rotate", "rotate", t("Auto-rotate"), device.auto_rotate, () => {
          device.auto_rotate = !device.auto_rotate;
        }),
        tile("flashlight", "brightness", t("Flashlight"), device.flashlight, () => {
          device.flashlight = !device.flashlight;
        }),
      ),
      slider({
        id: "systemui:brightness_slider",
        label: t("Brightness"),
        name: "brightness",
        value: device.brightness,
        most: 255,
        on: (value) => {
          device.brightness = value;
          apply();
        },
      }),
      h(
        "div.notes",
        { id: "systemui:notifications" },
        [...state.notifications].reverse().map(card),
        state.notifications.length === 0 &&
          h("div.no-notes", { id: "systemui:no_notifications" }, t("No notifications")),
      ),
      state.notifications.length > 0 &&
        h(
          "div.shade-foot",
          {},
          button({
            id: "systemui:clear_all",
            kind: "tonal",
            text: t("Clear all"),
            on: () => {
              state.notifications.length = 0;
              draw();
            },
          }),
        ),
    ),
  ]);
}

function tile(id, name, text, value, change) {
  const on = () => {
    change();
    apply();
    refresh();
    draw();
  };
  return h(
    "div.tile",
    {
      id: `systemui:tile_${id}`,
      on,
      desc: text,
      cls: value ? "on" : "",
      checked: value,
      type: "android.widget.Switch",
    },
    icon(name, 20),
    h("span", {}, text),
  );
}

function card(note) {
  const app = note.package.replace("com.standin.", "");
  const node = h(
    "div.note",
    { id: `systemui:notification_${note.id}`, on: () => follow(note, app), desc: `${note.title}: ${note.text}` },
    h("div.note-icon", { style: { background: APPS[app]?.color ?? "#666" } }, icon(APPS[app]?.icon ?? "info", 18)),
    h(
      "div.texts",
      {},
      h("div.note-app", {}, `${APPS[app] ? t(state.labels[app]) : "Android"} · ${showWhen(note.time)}`),
      h("div.note-title", {}, note.title),
      h("div.note-text", {}, note.text),
    ),
    iconButton({ id: `systemui:dismiss_${note.id}`, name: "close", desc: t("Dismiss"), on: () => drop(note) }),
  );
  let from = null;
  let down = 0;
  ownTouches(node, (event) => Math.abs(event.touches[0].clientX - down) > SLOP);
  node.addEventListener("pointerdown", (event) => {
    from = down = event.clientX;
  });
  node.addEventListener("pointermove", (event) => {
    if (from !== null && Math.abs(event.clientX - from) > 90) {
      from = null;
      drop(note);
    }
  });
  return node;
}

function drop(note) {
  state.notifications = state.notifications.filter((other) => other.id !== note.id);
  draw();
}

function follow(note, app) {
  drop(note);
  close();
  if (note.activity) openActivity(app, note.activity, note.args ?? {});
  else launch(app);
}

/** Post a notification of an app's. */
export function notify({ app, title, text, activity = "", args = {} }) {
  state.notifications.push({ id: nextId(), package: `com.standin.${app}`, title, text, time: now(), activity, args });
  draw();
}

function drawStatus() {
  const device = state.device;
  const bar = document.getElementById("status");
  bar.dataset.package = "com.android.systemui";
  bar.replaceChildren();
  const apps = [...new Set(state.notifications.map((note) => note.package.replace("com.standin.", "")))].slice(-4);
  put(bar, [
    h(
      "div.status-side",
      {},
      h("div", { id: "systemui:clock" }, clockTime()),
      apps.map((app) => icon(APPS[app]?.icon ?? "info", 13)),
    ),
    h(
      "div.status-side",
      {},
      device.flashlight && icon("brightness", 13),
      device.bluetooth.on && icon("bluetooth", 13),
      device.airplane ? icon("airplane", 14) : device.wifi.on && icon("wifi", 14),
      h("div.battery", { "aria-hidden": "true" }, h("div.battery-fill", { style: { width: `${device.battery}%` } })),
      h("div", { id: "systemui:battery" }, `${device.battery}%`),
    ),
  ]);
}
