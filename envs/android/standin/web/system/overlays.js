// Dialogs, menus, permission questions and toasts.

import { h } from "./dom.js";
import { button, radio } from "./kit.js";
import { move } from "./motion.js";
import { scope, state } from "./state.js";
import { t } from "./words.js";

const TOAST = 2500; // ms
let layers = [];

/**
 * A dialog over the app. Actions are {id, text, on, kind}; an action closes it unless its `on` answers false.
 * Back, or a tap beside it, closes it: then `cancelled` is called.
 */
export function dialog({
  id = "dialog",
  title,
  body = [],
  actions = [],
  cancelled,
  owner = scope.app,
  firm = false,
  cls = "",
}) {
  const layer = { cancelled, firm, package: packageOf(owner) };
  const box = h(
    "div.dialog",
    { id: `${owner}:${id}`, cls, role: "dialog" },
    title && h("div.dialog-title", { id: `${owner}:dialog_title` }, title),
    h("div.dialog-body", {}, body),
    actions.length > 0 &&
      h(
        "div.dialog-actions",
        {},
        actions.map((action) =>
          button({
            kind: action.kind ?? "text",
            text: action.text,
            id: action.id.includes(":") ? action.id : `${owner}:${action.id}`,
            on: () => {
              if (action.on?.() !== false) close(layer);
            },
          }),
        ),
      ),
  );
  layer.node = h("div.scrim", { "data-package": layer.package }, box);
  // By where the finger came down: a tap on a field brings the keyboard, and the dialog moves from under the click.
  let isBeside = false;
  layer.node.addEventListener("pointerdown", (event) => {
    isBeside = event.target === layer.node;
  });
  layer.node.addEventListener("click", () => {
    if (isBeside && !firm) {
      close(layer);
      layer.cancelled?.();
    }
  });
  layers.push(layer);
  document.getElementById("stage").append(layer.node);
  move(layer.node, [{ opacity: 0 }, { opacity: 1 }], "window", 150);
  return { close: () => close(layer), body: box.querySelector(".dialog-body") };
}

const packageOf = (owner) => (owner === "permission" ? "com.android.permissioncontroller" : `com.standin.${owner}`);

function close(layer) {
  layers = layers.filter((other) => other !== layer);
  layer.node.remove();
}

export function closeDialogs() {
  for (const layer of [...layers]) close(layer);
}

/** Close the uppermost dialog; whether there was one. */
export function closeTop() {
  const layer = layers[layers.length - 1];
  if (!layer) return false;
  close(layer);
  layer.cancelled?.();
  return true;
}

export function frontPackage() {
  const layer = layers[layers.length - 1];
  return layer?.package === "com.android.permissioncontroller"
    ? { package: layer.package, activity: ".GrantPermissionsActivity" }
    : null;
}

/** Ask before something that cannot be undone. */
export const confirm = ({ title, text, yes, on, no = t("Cancel"), id = "confirm" }) =>
  dialog({
    id: "confirm_dialog",
    title,
    body: text ? h("div", {}, text) : [],
    actions: [
      { id: "cancel", text: no },
      { id, text: yes, on },
    ],
  });

/** A list of commands: {id, text, on}. */
export function menu(items, title) {
  const shown = dialog({
    id: "menu",
    title,
    cls: "menu",
    body: items.map(({ id, text, on }) =>
      h(
        "div.menu-item",
        {
          id,
          on: () => {
            shown.close();
            on();
          },
        },
        text,
      ),
    ),
  });
}

/** One of several: items {id, text, value}. */
export function choose({ title, items, value, on, id = "choice" }) {
  const shown = dialog({
    id,
    title,
    body: items.map((item) =>
      radio({
        id: item.id,
        title: item.text,
        value: item.value === value,
        on: () => {
          shown.close();
          on(item.value);
        },
      }),
    ),
    actions: [{ id: "cancel", text: t("Cancel") }],
  });
}

const QUESTIONS = {
  camera: "Allow {0} to take pictures and record video?",
  location: "Allow {0} to access this device's location?",
  phone: "Allow {0} to make and manage phone calls?",
};

/** Ask for a permission unless it was answered before; `then` is told whether it is granted. */
export function permission(app, name, then) {
  const given = (state.device.permissions[app] ??= {});
  if (given[name] === "granted") {
    then(true);
    return;
  }
  const answer = (value) => () => {
    given[name] = value;
    then(value === "granted");
  };
  dialog({
    id: "grant_dialog",
    owner: "permission",
    firm: true,
    cls: "permission",
    title: t(QUESTIONS[name], t(state.labels[app])),
    cancelled: () => then(false),
    actions: [
      { id: "permission_allow_button", kind: "tonal wide", text: t("Allow"), on: answer("granted") },
      { id: "permission_deny_button", kind: "tonal wide", text: t("Don't allow"), on: answer("denied") },
    ],
  });
}

let toastTimer = 0;

export function toast(text) {
  const node = document.getElementById("toast");
  clearTimeout(toastTimer);
  node.replaceChildren(h("div.toast", { id: `${scope.app}:toast`, "data-package": packageOf(scope.app) }, text));
  toastTimer = setTimeout(() => {
    node.replaceChildren();
    toastTimer = 0;
  }, TOAST);
}

let panelTimer = 0;

/** The volume panel, for a moment. */
export function panel(node) {
  const place = document.getElementById("panel");
  clearTimeout(panelTimer);
  place.replaceChildren(node);
  panelTimer = setTimeout(() => {
    place.replaceChildren();
    panelTimer = 0;
  }, TOAST);
}

/** Whether something will still vanish by itself. */
export const isPending = () => toastTimer !== 0 || panelTimer !== 0;

export function clear() {
  closeDialogs();
  clearTimeout(toastTimer);
  clearTimeout(panelTimer);
  toastTimer = 0;
  panelTimer = 0;
  document.getElementById("toast").replaceChildren();
  document.getElementById("panel").replaceChildren();
}
