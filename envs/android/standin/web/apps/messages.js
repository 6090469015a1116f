// Messages: conversations.

import { h } from "../system/dom.js";
import { avatar, empty, field, iconButton, row, screen, searchField } from "../system/kit.js";
import { notify } from "../system/shade.js";
import { clockTime, nextId, now, showDate, showWhen, state } from "../system/state.js";
import { t } from "../system/words.js";

const last = (thread) => thread.messages[thread.messages.length - 1];
const latest = (one, other) =>
  (last(other)?.time ?? "").localeCompare(last(one)?.time ?? "") || (last(other)?.id ?? 0) - (last(one)?.id ?? 0);

function main(ctx) {
  const v = ctx.init(() => ({ query: "" }));
  const query = v.query.toLowerCase();
  const found = ctx.data.threads
    .filter((thread) =>
      [thread.name, ...thread.messages.map((one) => one.text)].join("\n").toLowerCase().includes(query),
    )
    .sort(latest);
  return screen({
    title: t("Messages"),
    large: true,
    body: [
      searchField({
        label: t("Search messages"),
        value: v.query,
        on: (text) => ctx.set({ query: text }),
        done: () => {},
      }),
      found.length
        ? found.map((thread) =>
            row({
              id: `thread_${thread.id}`,
              title: thread.name,
              sub: last(thread)?.text ?? "",
              trail: last(thread) ? showWhen(last(thread).time) : "",
              lead: avatar(thread.name),
              cls: thread.unread ? "one-line unread" : "one-line",
              on: () => ctx.start("ThreadActivity", { id: thread.id }),
              long: () => remove(ctx, thread, () => ctx.refresh()),
            }),
          )
        : empty(t("No conversations"), "message"),
    ],
    fab: { id: "start_chat", name: "message", desc: t("Start chat"), on: () => ctx.start("NewActivity") },
  });
}

function remove(ctx, thread, then) {
  ctx.confirm({
    id: "confirm_delete",
    title: t("Delete this conversation?"),
    yes: t("Delete"),
    on: () => {
      ctx.data.threads = ctx.data.threads.filter((other) => other !== thread);
      then();
    },
  });
}

function thread(ctx) {
  const { args } = ctx;
  const v = ctx.init(() => ({ draft: args.draft ?? "" }));
  const find = () => ctx.data.threads.find((one) => (args.id ? one.id === args.id : one.phone === args.phone));
  const it = find();
  if (it) it.unread = false;
  const send = () => {
    const text = v.draft.trim();
    if (!text) return;
    let to = find();
    if (!to)
      ctx.data.threads.push(
        (to = { id: ctx.nextId(), name: args.name || args.phone, phone: args.phone, unread: false, messages: [] }),
      );
    to.messages.push({ id: ctx.nextId(), mine: true, text, time: now() });
    v.draft = "";
    ctx.refresh();
    bottom();
  };
  const bottom = () => {
    const node = document.querySelector(".window:not(.leaving) .scroll");
    if (node) node.scrollTop = node.scrollHeight;
  };
  const bubble = (message) =>
    h(
      "div.bubble-row",
      { cls: message.mine ? "mine" : "" },
      h(
        "div.bubble",
        {
          id: `message_${message.id}`,
          long: () =>
            ctx.menu([
              {
                id: "delete_message",
                text: t("Delete message"),
                on: () => {
                  it.messages = it.messages.filter((other) => other !== message);
                  ctx.refresh();
                },
              },
            ]),
        },
        message.text,
      ),
      h("div.bubble-time", {}, clockTime(message.time)),
    );
  const body = [];
  let day = "";
  for (const message of it?.messages ?? []) {
    if (message.time.slice(0, 10) !== day) {
      day = message.time.slice(0, 10);
      body.push(h("div.day-mark", {}, showDate(day)));
    }
    body.push(bubble(message));
  }
  if (!v.opened) {
    v.opened = true;
    requestAnimationFrame(bottom);
  }
  return screen({
    title: it?.name ?? args.name ?? args.phone,
    up: ctx.finish,
    actions: [
      it && { id: "delete", name: "delete", desc: t("Delete conversation"), on: () => remove(ctx, it, ctx.finish) },
    ],
    body,
    bottom: h(
      "div.compose",
      {},
      field({
        id: "compose",
        label: t("Text message"),
        value: v.draft,
        action: "send",
        done: send,
        on: (text) => {
          v.draft = text;
        },
        cls: "bare",
      }),
      iconButton({ id: "send", name: "send", desc: t("Send"), cls: "on-plain", on: send }),
    ),
  });
}

function create(ctx) {
  const v = ctx.init(() => ({ to: "" }));
  const query = v.to.toLowerCase();
  const found = ctx.state.contacts.people.filter((person) =>
    `${person.name} ${person.phone}`.toLowerCase().includes(query),
  );
  const open = (name, phone) => ctx.replace("ThreadActivity", { name, phone });
  const number = /^[+\d][\d ]{2,}$/.test(v.to.trim()) ? v.to.trim() : "";
  return screen({
    title: t("New conversation"),
    up: ctx.finish,
    body: [
      h(
        "div.to",
        {},
        t("To"),
        field({
          id: "to",
          label: t("Type a name or number"),
          value: v.to,
          plain: true,
          action: "done",
          on: (to) => ctx.set({ to }),
          done: () => {
            if (number) open(number, number);
            else if (found.length > 0) open(found[0].name, found[0].phone);
          },
        }),
      ),
      number &&
        row({ id: "send_to_number", lead: "message", title: t("Send to {0}", number), on: () => open(number, number) }),
      found.map((person) =>
        row({
          id: `contact_${person.id}`,
          title: person.name,
          sub: person.phone,
          lead: avatar(person.name),
          on: () => open(person.name, person.phone),
        }),
      ),
    ],
  });
}

/** A message arrives: {name, phone, text}. */
export function receive({ name, phone, text }) {
  let it = state.messages.threads.find((one) => one.phone === phone);
  if (!it) state.messages.threads.push((it = { id: nextId(), name: name || phone, phone, unread: true, messages: [] }));
  it.unread = true;
  it.messages.push({ id: nextId(), mine: false, text, time: now() });
  notify({ app: "messages", title: it.name, text, activity: "ThreadActivity", args: { id: it.id } });
}

export const messages = {
  label: "Messages",
  color: "#0b8043",
  icon: "message",
  exported: ["NewActivity"],
  activities: { MainActivity: main, ThreadActivity: thread, NewActivity: create },
};
