// What of the state the whole screen shows: language and direction, dark, font size, brightness, power and lock.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { drawLock } from "./launcher.js";
import { state } from "./state.js";
import * as keyboard from "./keyboard.js";
import * as overlays from "./overlays.js";
import * as shade from "./shade.js";
import * as shell from "./shell.js";
import { t } from "./words.js";

export function apply() {
  const root = document.documentElement;
  const device = state.device;
  root.lang = device.language;
  root.dir = device.language === "ar" ? "rtl" : "ltr";
  root.dataset.theme = device.dark ? "dark" : "light";
  root.style.fontSize = `${16 * device.font_scale}px`;
  document.getElementById("phone").style.filter =
    device.brightness < 128 ? `brightness(${0.55 + (0.45 * device.brightness) / 128})` : "";
  document.getElementById("off").hidden = device.awake;
  drawLock();
}

/** Everything that is drawn, drawn again. */
export function redraw() {
  apply();
  shade.draw();
  drawNavigation();
  shell.refresh();
}

export function sleep() {
  const device = state.device;
  if (!device.awake) return;
  device.awake = false;
  device.locked = device.locked || device.lock;
  keyboard.dismiss();
  shade.close();
  apply();
}

export function wake() {
  state.device.awake = true;
  apply();
}

export function unlock() {
  state.device.locked = false;
  redraw();
}

export function volume(step) {
  const sound = state.device.volume;
  sound.media = Math.max(0, Math.min(15, step === 0 ? 0 : sound.media + step));
  overlays.panel(
    h(
      "div.volume-panel",
      { id: "systemui:volume_dialog", "data-package": "com.android.systemui", desc: t("Media volume") },
      icon("volume"),
      h("div.volume-track", {}, h("div.volume-fill", { style: { height: `${(100 * sound.media) / 15}%` } })),
      h("div", {}, String(sound.media)),
    ),
  );
}

export function drawNavigation() {
  const bar = document.getElementById("nav");
  bar.dataset.package = "com.android.systemui";
  const press = (id, desc, shape, on) => h("div.nav-button", { id: `systemui:${id}`, on, desc }, h(`div.nav-${shape}`));
  bar.replaceChildren(
    press("back", t("Back"), "back", shell.back),
    press("home", t("Home"), "home", () => {
      shade.close();
      shell.goHome();
    }),
    press("recent_apps", t("Overview"), "recents", () => {
      shade.close();
      shell.recents();
    }),
  );
}
