// Contacts: people, and calling them.

import { h } from "../system/dom.js";
import { icon } from "../system/icons.js";
import { avatar, empty, field, heading, iconButton, row, screen, searchField } from "../system/kit.js";
import { now, showWhen } from "../system/state.js";
import { t } from "../system/words.js";

const byName = (one, other) => one.name.localeCompare(other.name, "zh");

function main(ctx) {
  const v = ctx.init(() => ({ query: "" }));
  const query = v.query.toLowerCase();
  const found = ctx.data.people
    .filter((person) => `${person.name} ${person.phone} ${person.company}`.toLowerCase().includes(query))
    .sort(byName);
  const favourites = found.filter((person) => person.favourite);
  const one = (person, prefix) =>
    row({
      id: `${prefix}_${person.id}`,
      title: person.name,
      sub: person.company,
      lead: avatar(person.name),
      on: () => ctx.start("DetailActivity", { id: person.id }),
    });
  return screen({
    title: t("Contacts"),
    large: true,
    body: [
      searchField({
        label: t("Search contacts"),
        value: v.query,
        on: (text) => ctx.set({ query: text }),
        done: () => {},
      }),
      row({ id: "recent_calls", lead: "call", title: t("Recent calls"), on: () => ctx.start("CallLogActivity") }),
      favourites.length > 0 && [heading(t("Favourites")), favourites.map((person) => one(person, "favourite_row"))],
      heading(t("{0} contacts", found.length)),
      found.length ? found.map((person) => one(person, "row")) : empty(t("No contacts found"), "contacts"),
    ],
    fab: { id: "add_contact", desc: t("Add contact"), on: () => ctx.start("EditActivity") },
  });
}

function detail(ctx) {
  const person = ctx.data.people.find((one) => one.id === ctx.args.id);
  if (!person) return screen({ title: "", up: ctx.finish, body: empty(t("No contacts found"), "contacts") });
  const remove = () =>
    ctx.confirm({
      id: "confirm_delete",
      title: t("Delete {0}?", person.name),
      yes: t("Delete"),
      on: () => {
        ctx.data.people = ctx.data.people.filter((one) => one !== person);
        ctx.finish();
      },
    });
  const call = () =>
    ctx.permission("phone", (granted) => {
      if (!granted) {
        ctx.toast(t("Calls are not allowed"));
        return;
      }
      ctx.data.calls.push({
        id: ctx.nextId(),
        contact: person.id,
        name: person.name,
        phone: person.phone,
        time: now(),
      });
      ctx.start("CallActivity", { id: person.id });
    });
  const action = (id, name, text, on) => h("div.quick", { id, on }, h("div.quick-icon", {}, icon(name)), text);
  return screen({
    title: "",
    up: ctx.finish,
    actions: [
      {
        id: "favourite",
        name: "star",
        desc: person.favourite ? t("Remove from favourites") : t("Add to favourites"),
        cls: person.favourite ? "on" : "",
        on: () => {
          person.favourite = !person.favourite;
          ctx.refresh();
        },
      },
      { id: "edit", name: "edit", desc: t("Edit"), on: () => ctx.start("EditActivity", { id: person.id }) },
      { id: "delete", name: "delete", desc: t("Delete"), on: remove },
    ],
    body: [
      h(
        "div.person",
        {},
        avatar(person.name, 96),
        h("div.person-name", { id: "name" }, person.name),
        person.company && h("div.secondary", {}, person.company),
      ),
      h(
        "div.quicks",
        {},
        action("call", "call", t("Call"), call),
        action("message", "message", t("Message"), () =>
          ctx.start("ThreadActivity", { name: person.name, phone: person.phone }, "messages"),
        ),
      ),
      row({ id: "phone", lead: "call", title: person.phone, sub: t("Mobile"), on: call }),
      person.email && row({ id: "email", lead: "message", title: person.email, sub: t("Email") }),
    ],
  });
}

function edit(ctx) {
  const person = ctx.data.people.find((one) => one.id === ctx.args.id);
  const v = ctx.init(() => ({
    name: person?.name ?? ctx.args.name ?? "",
    phone: person?.phone ?? ctx.args.phone ?? "",
    email: person?.email ?? "",
    company: person?.company ?? "",
  }));
  const save = () => {
    if (!v.name.trim()) {
      ctx.toast(t("Enter a name"));
      return;
    }
    const changes = { name: v.name.trim(), phone: v.phone.trim(), email: v.email.trim(), company: v.company.trim() };
    if (person) {
      Object.assign(person, changes);
      ctx.finish();
      return;
    }
    const made = { id: ctx.nextId(), ...changes, favourite: false };
    ctx.data.people.push(made);
    ctx.replace("DetailActivity", { id: made.id });
  };
  const entry = (id, label, mode) =>
    field({
      id: `${id}_input`,
      label,
      value: v[id],
      mode,
      on: (text) => {
        v[id] = text;
      },
    });
  return screen({
    title: person ? t("Edit contact") : t("Create contact"),
    up: ctx.finish,
    actions: [{ id: "save", name: "check", desc: t("Save"), on: save }],
    body: [
      entry("name", t("Name")),
      entry("phone", t("Phone"), "phone"),
      entry("email", t("Email")),
      entry("company", t("Company")),
    ],
  });
}

function call(ctx) {
  const person = ctx.data.people.find((one) => one.id === ctx.args.id);
  return h(
    "div.call",
    {},
    avatar(person.name, 120),
    h("div.person-name", { id: "call_name" }, person.name),
    h("div", {}, person.phone),
    h("div.secondary", { id: "call_state" }, t("Calling…")),
    iconButton({ id: "end_call", name: "call", desc: t("End call"), cls: "end-call", on: () => ctx.finish() }),
  );
}

function log(ctx) {
  const calls = [...ctx.data.calls].reverse();
  return screen({
    title: t("Recent calls"),
    up: ctx.finish,
    body: calls.length
      ? calls.map((one) =>
          row({ id: `call_${one.id}`, lead: "call", title: one.name, sub: one.phone, trail: showWhen(one.time) }),
        )
      : empty(t("No calls"), "call"),
  });
}

export const contacts = {
  label: "Contacts",
  color: "#1a73e8",
  icon: "contacts",
  exported: ["EditActivity", "CallLogActivity"],
  activities: {
    MainActivity: main,
    DetailActivity: detail,
    EditActivity: edit,
    CallActivity: call,
    CallLogActivity: log,
  },
};
