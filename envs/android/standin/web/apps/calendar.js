// Calendar: a month, a day, and events with reminders.

import { h } from "../system/dom.js";
import { empty, field, heading, paragraph, row, screen } from "../system/kit.js";
import { month, pickDate, pickTime } from "../system/pickers.js";
import { notify } from "../system/shade.js";
import { pad, plusDays, plusSeconds, showDate, state, today } from "../system/state.js";
import { t } from "../system/words.js";

const REMINDERS = [null, 0, 5, 10, 30, 60, 1440];
const LONG = { weekday: "long", day: "numeric", month: "long" };

const reminderText = (minutes) => {
  if (minutes === null) return t("No reminder");
  if (minutes === 0) return t("At the start");
  if (minutes === 1440) return t("1 day before");
  return minutes === 60 ? t("1 hour before") : t("{0} minutes before", minutes);
};
const eventsOf = (data, date) =>
  data.events
    .filter((event) => event.date === date)
    .sort((one, other) => one.start.localeCompare(other.start) || one.id - other.id);

function eventRow(ctx, event) {
  return row({
    id: `event_${event.id}`,
    title: event.title,
    sub: [`${event.start}–${event.end}`, event.place].filter(Boolean).join(" · "),
    lead: h("div.event-bar"),
    on: () => ctx.start("EventActivity", { id: event.id }),
  });
}

function main(ctx) {
  const v = ctx.init(() => ({ date: today(), first: `${today().slice(0, 7)}-01` }));
  const events = eventsOf(ctx.data, v.date);
  return screen({
    title: t("Calendar"),
    large: true,
    actions: [
      {
        id: "today",
        name: "calendar",
        desc: t("Today"),
        on: () => ctx.set({ date: today(), first: `${today().slice(0, 7)}-01` }),
      },
      { id: "day_view", name: "menu", desc: t("Day view"), on: () => ctx.start("DayActivity", { date: v.date }) },
    ],
    body: [
      month({
        first: v.first,
        selected: v.date,
        marks: new Set(ctx.data.events.map((event) => event.date)),
        on: (date) => ctx.set({ date }),
        turn: (first) => ctx.set({ first }),
      }),
      heading(showDate(v.date, LONG)),
      events.length ? events.map((event) => eventRow(ctx, event)) : paragraph(t("No events"), "dim"),
    ],
    fab: { id: "add_event", desc: t("Add event"), on: () => ctx.start("EditEventActivity", { date: v.date }) },
  });
}

function day(ctx) {
  const v = ctx.init(() => ({ date: ctx.args.date }));
  const events = eventsOf(ctx.data, v.date);
  const hours = Array.from({ length: 24 }, (_, hour) =>
    h(
      "div.hour",
      {},
      h("div.hour-name", {}, `${pad(hour)}:00`),
      h(
        "div.hour-events",
        {},
        events
          .filter((event) => Number(event.start.slice(0, 2)) === hour)
          .map((event) =>
            h(
              "div.block",
              { id: `event_${event.id}`, on: () => ctx.start("EventActivity", { id: event.id }) },
              h("b", {}, event.title),
              h("div", {}, `${event.start}–${event.end}`),
            ),
          ),
      ),
    ),
  );
  return screen({
    title: showDate(v.date),
    up: ctx.finish,
    actions: [
      {
        id: "previous_day",
        name: "previous",
        desc: t("Previous day"),
        on: () => ctx.set({ date: plusDays(v.date, -1) }),
      },
      { id: "next_day", name: "chevron", desc: t("Next day"), on: () => ctx.set({ date: plusDays(v.date, 1) }) },
    ],
    body: hours,
    fab: { id: "add_event", desc: t("Add event"), on: () => ctx.start("EditEventActivity", { date: v.date }) },
  });
}

function event(ctx) {
  const it = ctx.data.events.find((one) => one.id === ctx.args.id);
  if (!it) return screen({ title: "", up: ctx.finish, body: empty(t("No events"), "calendar") });
  const remove = () =>
    ctx.confirm({
      id: "confirm_delete",
      title: t("Delete this event?"),
      yes: t("Delete"),
      on: () => {
        ctx.data.events = ctx.data.events.filter((one) => one !== it);
        ctx.finish();
      },
    });
  return screen({
    title: "",
    up: ctx.finish,
    actions: [
      { id: "edit", name: "edit", desc: t("Edit"), on: () => ctx.start("EditEventActivity", { id: it.id }) },
      { id: "delete", name: "delete", desc: t("Delete"), on: remove },
    ],
    body: [
      h("div.headline", { id: "event_title" }, it.title),
      row({ lead: "clock", title: showDate(it.date, LONG), sub: `${it.start} – ${it.end}` }),
      it.place && row({ lead: "maps", title: it.place }),
      row({ lead: "notification", title: reminderText(it.reminder) }),
      it.notes && row({ lead: "notes", title: it.notes }),
    ],
  });
}

function edit(ctx) {
  const old = ctx.data.events.find((one) => one.id === ctx.args.id);
  const v = ctx.init(() =>
    old
      ? { ...old }
      : { title: "", place: "", date: ctx.args.date ?? today(), start: "09:00", end: "10:00", reminder: 10, notes: "" },
  );
  const save = () => {
    if (!v.title.trim()) {
      ctx.toast(t("Enter a title"));
      return;
    }
    if (v.end < v.start) {
      ctx.toast(t("The event ends before it starts"));
      return;
    }
    const changes = {
      title: v.title.trim(),
      place: v.place.trim(),
      date: v.date,
      start: v.start,
      end: v.end,
      reminder: v.reminder,
      notes: v.notes,
    };
    if (old) Object.assign(old, changes);
    else ctx.data.events.push({ id: ctx.nextId(), ...changes });
    ctx.toast(t("Event saved"));
    ctx.finish();
  };
  const time = (name) => () =>
    pickTime({
      hour: Number(v[name].slice(0, 2)),
      minute: Number(v[name].slice(3)),
      on: (hour, minute) => {
        const at = `${pad(hour)}:${pad(minute)}`;
        // A later start takes the end along, as Android's calendar does.
        const end =
          name === "start" && v.end <= at
            ? `${pad(Math.min(hour + 1, 23))}:${hour === 23 ? "59" : pad(minute)}`
            : v.end;
        ctx.set({ end, [name]: at });
      },
    });
  return screen({
    title: old ? t("Edit event") : t("Add event"),
    up: ctx.finish,
    actions: [{ id: "save", name: "check", desc: t("Save"), on: save }],
    body: [
      field({
        id: "title_input",
        label: t("Title"),
        value: v.title,
        on: (text) => {
          v.title = text;
        },
      }),
      row({
        id: "date",
        lead: "calendar",
        title: t("Date"),
        sub: showDate(v.date, { ...LONG, year: "numeric" }),
        on: () => pickDate({ date: v.date, on: (date) => ctx.set({ date }) }),
      }),
      row({ id: "start", lead: "clock", title: t("Starts"), sub: v.start, on: time("start") }),
      row({ id: "end", lead: "clock", title: t("Ends"), sub: v.end, on: time("end") }),
      field({
        id: "place_input",
        label: t("Location"),
        value: v.place,
        on: (text) => {
          v.place = text;
        },
      }),
      row({
        id: "reminder",
        lead: "notification",
        title: t("Reminder"),
        sub: reminderText(v.reminder),
        on: () =>
          ctx.choose({
            title: t("Reminder"),
            value: v.reminder,
            on: (reminder) => ctx.set({ reminder }),
            items: REMINDERS.map((value) => ({ id: `reminder_${value ?? "none"}`, text: reminderText(value), value })),
          }),
      }),
      field({
        id: "notes_input",
        label: t("Description"),
        value: v.notes,
        lines: 3,
        on: (text) => {
          v.notes = text;
        },
      }),
    ],
  });
}

/** The clock went on: reminders between two times. */
export function pass(before, after) {
  for (const one of state.calendar.events) {
    if (one.reminder === null) continue;
    const at = plusSeconds(`${one.date}T${one.start}:00`, -60 * one.reminder);
    if (before < at && at <= after)
      notify({
        app: "calendar",
        title: one.title,
        text: `${one.start} ${one.place}`.trim(),
        activity: "EventActivity",
        args: { id: one.id },
      });
  }
}

export const calendar = {
  label: "Calendar",
  color: "#1967d2",
  icon: "calendar",
  exported: ["EditEventActivity"],
  activities: { MainActivity: main, DayActivity: day, EventActivity: event, EditEventActivity: edit },
};
