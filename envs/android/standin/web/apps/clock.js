// Clock: alarms, a timer and a stopwatch.

import { h } from "../system/dom.js";
import { icon } from "../system/icons.js";
import { button, chips, empty, field, iconButton, row, screen, tabs, toggleButton } from "../system/kit.js";
import { pickTime } from "../system/pickers.js";
import { notify } from "../system/shade.js";
import { now, pad, plusDays, plusSeconds, secondsBetween, showDate, state, weekday } from "../system/state.js";
import { t } from "../system/words.js";

const SUNDAY = "2024-01-07";
const dayName = (day) => showDate(plusDays(SUNDAY, day), { weekday: "short" });
const WEEK = [1, 2, 3, 4, 5, 6, 0];

function daysText(days) {
  if (days.length === 0) return t("Once");
  if (days.length === 7) return t("Every day");
  return WEEK.filter((day) => days.includes(day))
    .map(dayName)
    .join(", ");
}

function main(ctx) {
  const v = ctx.init(() => ({ tab: "alarm", digits: "" }));
  const turn = (tab) => () => ctx.set({ tab });
  const { body, fab } = { alarm: alarms, timer, stopwatch }[v.tab](ctx, v);
  return screen({
    title: t({ alarm: "Alarm", timer: "Timer", stopwatch: "Stopwatch" }[v.tab]),
    large: true,
    body,
    fab,
    bottom: tabs([
      { id: "tab_alarm", text: t("Alarm"), name: "alarm", on: turn("alarm"), selected: v.tab === "alarm" },
      { id: "tab_timer", text: t("Timer"), name: "timer", on: turn("timer"), selected: v.tab === "timer" },
      {
        id: "tab_stopwatch",
        text: t("Stopwatch"),
        name: "stopwatch",
        on: turn("stopwatch"),
        selected: v.tab === "stopwatch",
      },
    ]),
  });
}

function alarms(ctx) {
  const list = [...ctx.data.alarms].sort((one, other) => one.hour * 60 + one.minute - other.hour * 60 - other.minute);
  const card = (alarm) =>
    h(
      "div.alarm.card",
      { cls: alarm.on ? "on" : "" },
      h(
        "div.alarm-row",
        {},
        h(
          "div.alarm-main",
          {
            id: `alarm_${alarm.id}`,
            on: () => ctx.start("EditAlarmActivity", { id: alarm.id }),
            long: () => remove(ctx, alarm),
          },
          h("div.alarm-time", {}, `${pad(alarm.hour)}:${pad(alarm.minute)}`),
          h("div.secondary", {}, [alarm.label, daysText(alarm.days)].filter(Boolean).join(" · ")),
        ),
        toggleButton({
          id: `alarm_switch_${alarm.id}`,
          value: alarm.on,
          desc: t("Alarm {0}", `${pad(alarm.hour)}:${pad(alarm.minute)}`),
          on: () => {
            alarm.on = !alarm.on;
            ctx.refresh();
          },
        }),
      ),
    );
  return {
    body: list.length ? list.map(card) : empty(t("No alarms"), "alarm"),
    fab: { id: "add_alarm", desc: t("Add alarm"), on: () => ctx.start("EditAlarmActivity") },
  };
}

function remove(ctx, alarm, then = () => ctx.refresh()) {
  ctx.confirm({
    id: "confirm_delete",
    title: t("Delete this alarm?"),
    yes: t("Delete"),
    on: () => {
      ctx.data.alarms = ctx.data.alarms.filter((other) => other.id !== alarm.id);
      then();
    },
  });
}

function editAlarm(ctx) {
  const old = ctx.data.alarms.find((alarm) => alarm.id === ctx.args.id);
  const v = ctx.init(() =>
    old ? { ...old, days: [...old.days] } : { hour: 8, minute: 0, label: "", days: [], on: true },
  );
  const save = () => {
    const alarm = {
      id: old?.id ?? ctx.nextId(),
      hour: v.hour,
      minute: v.minute,
      label: v.label.trim(),
      days: WEEK.filter((day) => v.days.includes(day)).sort(),
      on: true,
    };
    if (old) Object.assign(old, alarm);
    else ctx.data.alarms.push(alarm);
    ctx.toast(t("Alarm set for {0}", `${pad(v.hour)}:${pad(v.minute)}`));
    ctx.finish();
  };
  const flip = (day) =>
    ctx.set({ days: v.days.includes(day) ? v.days.filter((other) => other !== day) : [...v.days, day] });
  return screen({
    title: old ? t("Edit alarm") : t("Add alarm"),
    up: ctx.finish,
    actions: [old && { id: "delete", name: "delete", desc: t("Delete"), on: () => remove(ctx, old, ctx.finish) }],
    body: [
      h(
        "div.big-time",
        {
          id: "time",
          desc: t("Time {0}", `${pad(v.hour)}:${pad(v.minute)}`),
          on: () => pickTime({ ...v, on: (hour, minute) => ctx.set({ hour, minute }) }),
        },
        `${pad(v.hour)}:${pad(v.minute)}`,
      ),
      field({
        id: "label",
        label: t("Label"),
        value: v.label,
        on: (label) => {
          v.label = label;
        },
      }),
      row({ title: t("Repeat"), sub: daysText(v.days) }),
      chips(
        WEEK.map((day) => ({
          id: `day_${day}`,
          text: dayName(day),
          selected: v.days.includes(day),
          on: () => flip(day),
        })),
      ),
    ],
    bottom: h(
      "div.two",
      {},
      button({ id: "cancel", text: t("Cancel"), kind: "outlined", on: () => ctx.finish() }),
      button({ id: "save", text: t("Save"), on: save }),
    ),
  });
}

const spell = (seconds) =>
  `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;

function timer(ctx, v) {
  const it = ctx.data.timer;
  if (it.duration > 0) return { body: runningTimer(ctx, it) };
  const digits = v.digits.padStart(6, "0");
  const total = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4));
  const press = (digit) => () => ctx.set({ digits: (v.digits + digit).replace(/^0+/, "").slice(0, 6) });
  const go = () => {
    Object.assign(it, { duration: total, left: total, ends: plusSeconds(now(), total) });
    ctx.set({ digits: "" });
  };
  return {
    body: [
      h(
        "div.big-time",
        { id: "timer_value", dir: "ltr" },
        `${digits.slice(0, 2)}h ${digits.slice(2, 4)}m ${digits.slice(4)}s`,
      ),
      h(
        "div.pad",
        { dir: "ltr" },
        ["1", "2", "3", "4", "5", "6", "7", "8", "9", "00", "0"].map((digit) =>
          h("button.pad-key", { id: `digit_${digit}`, on: press(digit) }, digit),
        ),
        h(
          "button.pad-key",
          { id: "timer_delete", desc: t("Delete"), on: () => ctx.set({ digits: v.digits.slice(0, -1) }) },
          icon("backspace"),
        ),
      ),
      total > 0 && h("div.centre", {}, button({ id: "timer_start", text: t("Start"), name: "play", on: go })),
    ],
  };
}

function runningTimer(ctx, it) {
  const left = it.ends ? Math.max(0, secondsBetween(now(), it.ends)) : it.left;
  const pause = () => {
    Object.assign(it, { left, ends: null });
    ctx.refresh();
  };
  const resume = () => {
    it.ends = plusSeconds(now(), it.left);
    ctx.refresh();
  };
  const reset = () => {
    Object.assign(it, { duration: 0, left: 0, ends: null });
    ctx.refresh();
  };
  return [
    h("div.big-time", { id: "timer_left", dir: "ltr" }, spell(left)),
    h(
      "div.centre",
      {},
      it.ends
        ? button({ id: "timer_pause", text: t("Pause"), name: "pause", on: pause })
        : button({ id: "timer_resume", text: t("Resume"), name: "play", on: resume }),
      button({ id: "timer_reset", text: t("Reset"), kind: "tonal", on: reset }),
    ),
  ];
}

function stopwatch(ctx) {
  const it = ctx.data.stopwatch;
  const elapsed = it.elapsed + (it.started ? secondsBetween(it.started, now()) : 0);
  const go = () => {
    it.started = now();
    ctx.refresh();
  };
  const stop = () => {
    Object.assign(it, { elapsed, started: null });
    ctx.refresh();
  };
  const lap = () => {
    it.laps.push(elapsed);
    ctx.refresh();
  };
  const reset = () => {
    Object.assign(it, { elapsed: 0, started: null, laps: [] });
    ctx.refresh();
  };
  return {
    body: [
      h("div.big-time", { id: "stopwatch_value", dir: "ltr" }, spell(elapsed)),
      h(
        "div.centre",
        {},
        it.started
          ? button({ id: "stopwatch_stop", text: t("Stop"), name: "stop", on: stop })
          : button({ id: "stopwatch_start", text: t("Start"), name: "play", on: go }),
        it.started
          ? button({ id: "stopwatch_lap", text: t("Lap"), kind: "tonal", on: lap })
          : iconButton({ id: "stopwatch_reset", name: "rotate", desc: t("Reset"), on: reset }),
      ),
      it.laps.map((seconds, place) => row({ title: t("Lap {0}", place + 1), trail: spell(seconds) })),
    ],
  };
}

/** The clock went on: what rings between two times. */
export function pass(before, after) {
  const data = state.clock;
  if (data.timer.ends && data.timer.ends <= after) {
    Object.assign(data.timer, { duration: 0, left: 0, ends: null, finished: data.timer.finished + 1 });
    notify({ app: "clock", title: t("Timer"), text: t("Time's up") });
  }
  const days = Math.min(8, Math.ceil(secondsBetween(before, after) / 86400) + 1);
  for (let ahead = 0; ahead < days; ahead += 1) {
    const date = plusDays(before.slice(0, 10), ahead);
    for (const alarm of data.alarms) {
      const at = `${date}T${pad(alarm.hour)}:${pad(alarm.minute)}:00`;
      const due =
        alarm.on && before < at && at <= after && (alarm.days.length === 0 || alarm.days.includes(weekday(date)));
      if (!due) continue;
      if (alarm.days.length === 0) alarm.on = false;
      notify({
        app: "clock",
        title: t("Alarm"),
        text: [`${pad(alarm.hour)}:${pad(alarm.minute)}`, alarm.label].filter(Boolean).join(" "),
      });
    }
  }
}

export const clock = {
  label: "Clock",
  color: "#3f51b5",
  icon: "clock",
  exported: ["EditAlarmActivity"],
  activities: { MainActivity: main, EditAlarmActivity: editAlarm },
};
