// Settings.

import { h } from "../system/dom.js";
import { field, heading, paragraph, radio, row, screen, slider, toggle } from "../system/kit.js";
import { state } from "../system/state.js";
import { apply, redraw } from "../system/system.js";
import { t } from "../system/words.js";

const LANGUAGES = { en: "English", zh: "中文（简体）", ja: "日本語", ar: "العربية" };
const TIMEOUTS = [15, 30, 60, 120, 300, 600];
const SIZES = [
  ["small", "Small", 0.85],
  ["default", "Default", 1],
  ["large", "Large", 1.15],
  ["largest", "Largest", 1.3],
];

const timeout = (seconds) => (seconds < 60 ? t("{0} seconds", seconds) : t("{0} minutes", seconds / 60));
const sizeName = (scale) => t((SIZES.find(([, , value]) => value === scale) ?? SIZES[1])[1]);

function main(ctx) {
  const { device } = ctx.state;
  const v = ctx.init(() => ({ query: "" }));
  const entries = [
    [
      "network",
      "wifi",
      "Network & internet",
      device.airplane ? t("Airplane mode") : device.wifi.on ? device.wifi.network : t("Off"),
      "NetworkActivity",
    ],
    ["bluetooth", "bluetooth", "Bluetooth", device.bluetooth.on ? t("On") : t("Off"), "BluetoothActivity"],
    ["display", "brightness", "Display", t("Brightness, dark theme, font size"), "DisplayActivity"],
    ["sound", "volume", "Sound", t("Volume"), "SoundActivity"],
    ["language", "language", "Language", LANGUAGES[device.language], "LanguageActivity"],
    ["security", "lock", "Security", device.lock ? t("Swipe") : t("None"), "SecurityActivity"],
    ["apps", "storage", "App permissions", t("Camera, location, phone"), "PermissionsActivity"],
    ["about", "info", "About phone", device.name, "AboutActivity"],
  ];
  const found = entries.filter(([, , title]) => t(title).toLowerCase().includes(v.query.toLowerCase()));
  return screen({
    title: t("Settings"),
    large: true,
    body: [
      h(
        "div.search",
        {},
        field({
          id: "search",
          label: t("Search settings"),
          value: v.query,
          plain: true,
          action: "search",
          on: (query) => ctx.set({ query }),
          done: () => {},
        }),
      ),
      found.map(([id, lead, title, sub, activity]) =>
        row({ id, lead, title: t(title), sub, on: () => ctx.start(activity) }),
      ),
    ],
  });
}

const page = (ctx, title, body) => screen({ title: t(title), up: ctx.finish, body });
const flip = (where, name) => () => {
  where[name] = !where[name];
  redraw();
};

function network(ctx) {
  const { device } = ctx.state;
  const { wifi } = device;
  const online = wifi.on && !device.airplane;
  return page(ctx, "Network & internet", [
    toggle({
      id: "airplane",
      lead: "airplane",
      title: t("Airplane mode"),
      value: device.airplane,
      on: flip(device, "airplane"),
    }),
    toggle({
      id: "wifi",
      lead: "wifi",
      title: t("Wi-Fi"),
      sub: online ? wifi.network : "",
      value: wifi.on,
      on: flip(wifi, "on"),
    }),
    online && [
      heading(t("Available networks")),
      wifi.networks.map((name, place) =>
        radio({
          id: `network_${place}`,
          title: name,
          sub: name === wifi.network ? t("Connected") : t("Saved"),
          value: name === wifi.network,
          on: () => {
            wifi.network = name;
            ctx.toast(t("Connected to {0}", name));
            redraw();
          },
        }),
      ),
    ],
  ]);
}

function bluetooth(ctx) {
  const { bluetooth: radio_ } = ctx.state.device;
  const connect = (name) => () => {
    radio_.connected = radio_.connected.includes(name)
      ? radio_.connected.filter((other) => other !== name)
      : [...radio_.connected, name];
    ctx.refresh();
  };
  return page(ctx, "Bluetooth", [
    toggle({
      id: "bluetooth_switch",
      lead: "bluetooth",
      title: t("Use Bluetooth"),
      value: radio_.on,
      on: flip(radio_, "on"),
    }),
    radio_.on && [
      heading(t("Saved devices")),
      radio_.devices.map((name, place) =>
        row({
          id: `device_${place}`,
          lead: "headphones",
          title: name,
          sub: radio_.connected.includes(name) ? t("Connected") : "",
          on: connect(name),
        }),
      ),
    ],
    !radio_.on && paragraph(t("When Bluetooth is on, this phone can talk to other devices nearby."), "dim"),
  ]);
}

function display(ctx) {
  const { device } = ctx.state;
  return page(ctx, "Display", [
    heading(t("Brightness")),
    slider({
      id: "brightness",
      label: t("Brightness"),
      name: "brightness",
      value: device.brightness,
      most: 255,
      on: (value) => {
        device.brightness = value;
        apply();
      },
    }),
    toggle({ id: "dark", lead: "dark", title: t("Dark theme"), value: device.dark, on: flip(device, "dark") }),
    row({
      id: "font_size",
      lead: "text",
      title: t("Font size"),
      sub: sizeName(device.font_scale),
      on: () =>
        ctx.choose({
          title: t("Font size"),
          value: device.font_scale,
          items: SIZES.map(([id, text, value]) => ({ id: `font_${id}`, text: t(text), value })),
          on: (value) => {
            device.font_scale = value;
            redraw();
          },
        }),
    }),
    row({
      id: "timeout",
      lead: "timer",
      title: t("Screen timeout"),
      sub: timeout(device.screen_timeout),
      on: () =>
        ctx.choose({
          title: t("Screen timeout"),
          value: device.screen_timeout,
          items: TIMEOUTS.map((value) => ({ id: `timeout_${value}`, text: timeout(value), value })),
          on: (value) => {
            device.screen_timeout = value;
            ctx.refresh();
          },
        }),
    }),
    toggle({
      id: "auto_rotate",
      lead: "rotate",
      title: t("Auto-rotate"),
      value: device.auto_rotate,
      on: flip(device, "auto_rotate"),
    }),
  ]);
}

function sound(ctx) {
  const { volume } = ctx.state.device;
  return page(
    ctx,
    "Sound",
    [
      ["media", "Media volume"],
      ["ring", "Ring volume"],
      ["alarm", "Alarm volume"],
    ].map(([name, label]) => [
      heading(t(label)),
      slider({
        id: `volume_${name}`,
        label: t(label),
        name: "volume",
        value: volume[name],
        most: 15,
        on: (value) => {
          volume[name] = value;
        },
      }),
    ]),
  );
}

function language(ctx) {
  const { device } = ctx.state;
  return page(
    ctx,
    "Language",
    Object.entries(LANGUAGES).map(([code, name]) =>
      radio({
        id: `language_${code}`,
        title: name,
        value: device.language === code,
        on: () => {
          device.language = code;
          redraw();
        },
      }),
    ),
  );
}

function security(ctx) {
  const { device } = ctx.state;
  return page(ctx, "Security", [
    toggle({
      id: "screen_lock",
      lead: "lock",
      title: t("Screen lock"),
      sub: t("Swipe up to unlock"),
      value: device.lock,
      on: flip(device, "lock"),
    }),
  ]);
}

const NAMES = { camera: "Camera", location: "Location", phone: "Phone calls" };
const ASKING = [
  ["camera", "camera"],
  ["maps", "location"],
  ["contacts", "phone"],
];

function permissions(ctx) {
  const given = state.device.permissions;
  return page(
    ctx,
    "App permissions",
    ASKING.map(([app, name]) =>
      toggle({
        id: `permission_${app}`,
        title: t(state.labels[app]),
        sub: t(NAMES[name]),
        value: given[app]?.[name] === "granted",
        on: () => {
          (given[app] ??= {})[name] = given[app]?.[name] === "granted" ? "denied" : "granted";
          ctx.refresh();
        },
      }),
    ),
  );
}

function about(ctx) {
  const { device } = ctx.state;
  const rename = () => {
    let name = device.name;
    ctx.dialog({
      id: "rename",
      title: t("Device name"),
      body: field({
        id: "device_name_input",
        label: t("Device name"),
        value: name,
        on: (text) => {
          name = text;
        },
      }),
      actions: [
        { id: "cancel", text: t("Cancel") },
        {
          id: "rename_ok",
          text: t("OK"),
          on: () => {
            if (name.trim()) device.name = name.trim();
            ctx.refresh();
          },
        },
      ],
    });
  };
  return page(ctx, "About phone", [
    row({ id: "device_name", title: t("Device name"), sub: device.name, on: rename }),
    row({ id: "model", title: t("Model"), sub: "Standin One" }),
    row({ id: "android_version", title: t("Android version"), sub: "14" }),
    row({ id: "battery", title: t("Battery"), sub: `${device.battery}%` }),
  ]);
}

export const settings = {
  label: "Settings",
  color: "#5f6368",
  icon: "settings",
  exported: [
    "NetworkActivity",
    "BluetoothActivity",
    "DisplayActivity",
    "SoundActivity",
    "LanguageActivity",
    "SecurityActivity",
    "PermissionsActivity",
    "AboutActivity",
  ],
  activities: {
    MainActivity: main,
    NetworkActivity: network,
    BluetoothActivity: bluetooth,
    DisplayActivity: display,
    SoundActivity: sound,
    LanguageActivity: language,
    SecurityActivity: security,
    PermissionsActivity: permissions,
    AboutActivity: about,
  },
};
