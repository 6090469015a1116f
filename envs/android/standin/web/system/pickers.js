// Android's pickers: a clock face of 24 hours, and a month.

import { h, put } from "./dom.js";
import { field, iconButton } from "./kit.js";
import { dialog } from "./overlays.js";
import { pad, plusDays, scope, showDate, today, weekday } from "./state.js";
import { t } from "./words.js";

const RADII = [104, 68]; // px: of the outer and the inner ring
const FACE = 256;

const onFace = (angle, radius) => ({
  left: `${FACE / 2 + radius * Math.sin(angle)}px`,
  top: `${FACE / 2 - radius * Math.cos(angle)}px`,
});

function face(part, value, pick) {
  const numbers =
    part === "hour"
      ? Array.from({ length: 24 }, (_, hour) => ({
          value: hour,
          angle: hour % 12,
          ring: hour === 0 || hour > 12 ? 1 : 0,
        }))
      : Array.from({ length: 12 }, (_, twelfth) => ({ value: twelfth * 5, angle: twelfth, ring: 0 }));
  return h(
    "div.clock-face",
    { dir: "ltr" },
    h("div.clock-centre"),
    numbers.map((number) =>
      h(
        "div.clock-number",
        {
          id: `${part}_${number.value}`,
          on: () => pick(number.value),
          checked: number.value === value,
          cls: `${number.value === value ? "selected" : ""} ${number.ring ? "inner" : ""}`,
          style: onFace((number.angle * Math.PI) / 6, RADII[number.ring]),
        },
        number.ring || part === "minute" ? pad(number.value) : String(number.value),
      ),
    ),
  );
}

/** Ask for a time: `on(hour, minute)`. The keyboard button gives fields to type any minute into. */
export function pickTime({ hour, minute, on }) {
  const chosen = { hour, minute };
  const typed = { hour: pad(hour), minute: pad(minute) };
  let part = "hour";
  let typing = false;
  const owner = scope.app;
  const read = () => {
    if (!typing) return true;
    const [h_, m_] = [Number(typed.hour), Number(typed.minute)];
    if (!/^\d{1,2}$/.test(typed.hour) || !/^\d{1,2}$/.test(typed.minute) || h_ > 23 || m_ > 59) return false;
    Object.assign(chosen, { hour: h_, minute: m_ });
    return true;
  };
  const shown = dialog({
    id: "time_picker",
    title: t("Select time"),
    owner,
    cls: "picker",
    actions: [
      { id: "time_cancel", text: t("Cancel") },
      {
        id: "time_ok",
        text: t("OK"),
        on: () => {
          if (!read()) {
            redraw(t("Enter a valid time"));
            return false;
          }
          shown.close();
          on(chosen.hour, chosen.minute);
          return true;
        },
      },
    ],
  });
  const tab = (name) =>
    h(
      "div.time-part",
      {
        id: `time_${name}`,
        cls: part === name ? "selected" : "",
        checked: part === name,
        desc: name === "hour" ? t("Hour") : t("Minute"),
        on: () => {
          part = name;
          redraw();
        },
      },
      pad(chosen[name]),
    );
  const entry = (name) =>
    field({
      id: `time_${name}_input`,
      label: name === "hour" ? t("Hour") : t("Minute"),
      value: typed[name],
      mode: "number",
      limit: 2,
      cls: "time-entry",
      on: (text) => {
        typed[name] = text;
      },
    });
  const pick = (value) => {
    chosen[part] = value;
    part = "minute";
    redraw();
  };
  const redraw = (error) => {
    scope.app = owner;
    shown.body.replaceChildren();
    put(shown.body, [
      h(
        "div.time-parts",
        { dir: "ltr" },
        typing ? [entry("hour"), ":", entry("minute")] : [tab("hour"), ":", tab("minute")],
      ),
      error && h("div.error", {}, error),
      !typing && face(part, chosen[part], pick),
      iconButton({
        id: "time_mode",
        name: typing ? "clock" : "keyboard",
        desc: typing ? t("Clock face") : t("Type the time"),
        on: () => {
          if (read()) {
            typing = !typing;
            Object.assign(typed, { hour: pad(chosen.hour), minute: pad(chosen.minute) });
            redraw();
          }
        },
      }),
    ]);
  };
  redraw();
}

/** A month's days with a button each. `marks` is the set of dates that have something. */
export function month({ first, selected, on, marks = new Set(), turn }) {
  const lead = (weekday(first) + 6) % 7; // weeks start on Monday
  const length = Number(plusDays(`${plusDays(first, 31).slice(0, 7)}-01`, -1).slice(8));
  const day = (number) => {
    const date = `${first.slice(0, 8)}${pad(number)}`;
    return h(
      "div.day",
      {
        id: `day_${date}`,
        on: () => on(date),
        desc: showDate(date, { day: "numeric", month: "long", year: "numeric" }),
        cls: `${date === selected ? "selected" : ""} ${date === today() ? "today" : ""}`,
        checked: date === selected,
      },
      String(number),
      h("div.dot", { cls: marks.has(date) ? "on" : "" }),
    );
  };
  const monday = "2024-01-01";
  return h(
    "div.month",
    {},
    h(
      "div.month-bar",
      {},
      iconButton({
        id: "previous_month",
        name: "previous",
        desc: t("Previous month"),
        on: () => turn(`${plusDays(first, -1).slice(0, 7)}-01`),
      }),
      h("div.month-name", { id: "month" }, showDate(first, { month: "long", year: "numeric" })),
      iconButton({
        id: "next_month",
        name: "chevron",
        desc: t("Next month"),
        on: () => turn(`${plusDays(first, 31).slice(0, 7)}-01`),
      }),
    ),
    h(
      "div.days",
      {},
      [0, 1, 2, 3, 4, 5, 6].map((place) =>
        h("div.day-name", {}, showDate(plusDays(monday, place), { weekday: "narrow" })),
      ),
      Array.from({ length: lead }, () => h("div")),
      Array.from({ length }, (_, place) => day(place + 1)),
    ),
  );
}

/** Ask for a date: `on("2026-03-05")`. */
export function pickDate({ date, on }) {
  let chosen = date;
  let first = `${date.slice(0, 7)}-01`;
  const owner = scope.app;
  const shown = dialog({
    id: "date_picker",
    title: t("Select date"),
    owner,
    cls: "picker",
    actions: [
      { id: "date_cancel", text: t("Cancel") },
      {
        id: "date_ok",
        text: t("OK"),
        on: () => {
          shown.close();
          on(chosen);
        },
      },
    ],
  });
  const redraw = () => {
    scope.app = owner;
    shown.body.replaceChildren(
      h("div.picked-date", { id: "picked_date" }, showDate(chosen)),
      month({
        first,
        selected: chosen,
        on: (picked) => {
          chosen = picked;
          redraw();
        },
        turn: (to) => {
          first = to;
          redraw();
        },
      }),
    );
  };
  redraw();
}
