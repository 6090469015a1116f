// Android's settings provider over the state: which document field a setting is, and how it is written there.

import { state } from "./state.js";

const flag = (get, set) => ({ get: () => (get() ? "1" : "0"), set: (value) => set(value === "1") });
const number = (get, set) => ({
  get: () => String(get()),
  set: (value) => {
    if (Number.isFinite(Number(value))) set(Number(value));
  },
});
const scale = (name) =>
  number(
    () => state.device.animation[name],
    (value) => {
      state.device.animation[name] = Math.max(0, Math.min(10, value));
    },
  );
const loud = (name) =>
  number(
    () => state.device.volume[name],
    (value) => {
      state.device.volume[name] = Math.max(0, Math.min(15, Math.round(value)));
    },
  );
const d = () => state.device;

const KNOWN = {
  "system/screen_brightness": number(
    () => d().brightness,
    (value) => {
      d().brightness = Math.max(0, Math.min(255, Math.round(value)));
    },
  ),
  "system/screen_off_timeout": number(
    () => d().screen_timeout * 1000,
    (value) => {
      d().screen_timeout = Math.round(value / 1000);
    },
  ),
  "system/accelerometer_rotation": flag(
    () => d().auto_rotate,
    (on) => {
      d().auto_rotate = on;
    },
  ),
  "system/user_rotation": number(
    () => d().rotation,
    (value) => {
      d().rotation = ((Math.round(value) % 4) + 4) % 4;
    },
  ),
  "system/font_scale": number(
    () => d().font_scale,
    (value) => {
      d().font_scale = Math.max(0.7, Math.min(1.6, value));
    },
  ),
  "system/volume_music": loud("media"),
  "system/volume_ring": loud("ring"),
  "system/volume_alarm": loud("alarm"),
  "system/system_locales": {
    get: () => d().language,
    set: (value) => {
      d().language = value.slice(0, 2);
    },
  },
  "global/airplane_mode_on": flag(
    () => d().airplane,
    (on) => {
      d().airplane = on;
    },
  ),
  "global/wifi_on": flag(
    () => d().wifi.on,
    (on) => {
      d().wifi.on = on;
    },
  ),
  "global/bluetooth_on": flag(
    () => d().bluetooth.on,
    (on) => {
      d().bluetooth.on = on;
    },
  ),
  "global/device_name": {
    get: () => d().name,
    set: (value) => {
      d().name = value;
    },
  },
  "global/window_animation_scale": scale("window"),
  "global/transition_animation_scale": scale("transition"),
  "global/animator_duration_scale": scale("animator"),
  "secure/ui_night_mode": {
    get: () => (d().dark ? "2" : "1"),
    set: (value) => {
      d().dark = value === "2";
    },
  },
  "secure/default_input_method": {
    get: () => d().input_method,
    set: (value) => {
      d().input_method = value;
    },
  },
};

/** Read a setting, or write it when `value` is a text; "null" when there is none of that name. */
export function setting(space, name, value) {
  const key = `${space}/${name}`;
  if (Object.hasOwn(KNOWN, key)) {
    if (value !== null) KNOWN[key].set(value);
    return KNOWN[key].get();
  }
  const kept = (state.settings[space] ??= {});
  if (value !== null) kept[name] = value;
  return Object.hasOwn(kept, name) ? kept[name] : "null";
}
