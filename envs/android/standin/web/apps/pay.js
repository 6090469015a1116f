// Pay: what cannot be undone. Money only goes with the last button.

import { h } from "../system/dom.js";
import { icon } from "../system/icons.js";
import { avatar, button, field, heading, row, screen, toggle } from "../system/kit.js";
import { money, now, showWhen } from "../system/state.js";
import { t } from "../system/words.js";

/** Cents of what was typed, or 0. */
function cents(text) {
  return /^\d{1,6}(\.\d{1,2})?$/.test(text.trim()) ? Math.round(Number(text.trim()) * 100) : 0;
}

function main(ctx) {
  const { data } = ctx;
  return screen({
    title: t("Pay"),
    large: true,
    actions: [{ id: "pay_settings", name: "settings", desc: t("Settings"), on: () => ctx.start("SettingsActivity") }],
    body: [
      h(
        "div.balance",
        {},
        h("div", {}, t("Balance")),
        h("div.balance-value", { id: "balance" }, money(data.balance)),
        button({
          id: "send_money",
          text: t("Send money"),
          name: "send",
          kind: "filled",
          on: () => ctx.start("SendActivity"),
        }),
      ),
      heading(t("People")),
      data.payees.map((one) =>
        row({
          id: `payee_${one.id}`,
          lead: avatar(one.name),
          title: one.name,
          sub: t("Account {0}", one.account),
          on: () => ctx.start("SendActivity", { payee: one.name }),
        }),
      ),
      heading(t("Activity")),
      data.payments.length
        ? [...data.payments]
            .reverse()
            .map((one) =>
              row({
                id: `payment_${one.id}`,
                lead: "pay",
                title: one.payee,
                sub: one.note,
                trail: `−${money(one.amount)} · ${showWhen(one.time)}`,
              }),
            )
        : h("div.paragraph.dim", {}, t("No payments yet")),
    ],
  });
}

function send(ctx) {
  const v = ctx.init(() => ({ payee: ctx.args.payee ?? "", amount: ctx.args.amount ?? "", note: "", error: "" }));
  const next = () => {
    const amount = cents(v.amount);
    const error = !v.payee.trim()
      ? t("Enter who is paid")
      : amount === 0
        ? t("Enter an amount")
        : amount > ctx.data.balance
          ? t("Not enough money")
          : "";
    if (error) {
      ctx.set({ error });
      return;
    }
    v.error = "";
    ctx.start("ConfirmActivity", { payee: v.payee.trim(), amount, note: v.note.trim() });
  };
  return screen({
    title: t("Send money"),
    up: ctx.finish,
    body: [
      field({
        id: "payee_input",
        label: t("To"),
        value: v.payee,
        on: (text) => {
          v.payee = text;
        },
      }),
      field({
        id: "amount_input",
        label: t("Amount in dollars"),
        value: v.amount,
        mode: "number",
        on: (text) => {
          v.amount = text;
        },
      }),
      field({
        id: "note_input",
        label: t("Message (optional)"),
        value: v.note,
        on: (text) => {
          v.note = text;
        },
      }),
      v.error && h("div.error", { id: "error" }, v.error),
    ],
    bottom: button({ id: "continue", text: t("Continue"), kind: "filled wide", on: next }),
  });
}

function confirm(ctx) {
  const { payee, amount, note } = ctx.args;
  const pay = () => {
    if (amount > ctx.data.balance) {
      ctx.toast(t("Not enough money"));
      return;
    }
    ctx.data.balance -= amount;
    ctx.data.count += 1;
    ctx.data.payments.push({ id: ctx.nextId(), payee, amount, note, time: now() });
    ctx.start("DoneActivity", { payee, amount });
  };
  return screen({
    title: t("Confirm payment"),
    up: ctx.finish,
    body: [
      h(
        "div.done",
        {},
        avatar(payee, 72),
        h("div.headline", { id: "confirm_amount" }, money(amount)),
        h("div", { id: "confirm_payee" }, t("to {0}", payee)),
        note && h("div.secondary", {}, note),
      ),
      h("div.paragraph.dim", {}, t("A payment cannot be taken back.")),
    ],
    bottom: h(
      "div.two",
      {},
      button({ id: "cancel", text: t("Cancel"), kind: "outlined", on: () => ctx.finish() }),
      button({ id: "pay", text: t("Pay {0}", money(amount)), on: pay }),
    ),
  });
}

function done(ctx) {
  const leave = () => ctx.finish(99);
  ctx.view.onBack = () => {
    leave();
    return true;
  };
  return screen({
    title: "",
    body: h(
      "div.done",
      {},
      h("div.done-mark", {}, icon("check", 48)),
      h("div.headline", { id: "done" }, t("Payment sent")),
      h("div.secondary", {}, t("{0} to {1}", money(ctx.args.amount), ctx.args.payee)),
    ),
    bottom: button({ id: "finish", text: t("Done"), kind: "filled wide", on: leave }),
  });
}

function settings(ctx) {
  const { data } = ctx;
  return screen({
    title: t("Settings"),
    up: ctx.finish,
    body: [
      toggle({
        id: "secure",
        lead: "lock",
        title: t("Hide from screenshots"),
        sub: t("Screenshots of this app are black"),
        value: data.secure,
        on: () => {
          data.secure = !data.secure;
          ctx.refresh();
        },
      }),
    ],
  });
}

export const pay = {
  label: "Pay",
  color: "#6a1b9a",
  icon: "pay",
  exported: ["SendActivity", "SettingsActivity"],
  activities: {
    MainActivity: main,
    SendActivity: send,
    ConfirmActivity: confirm,
    DoneActivity: done,
    SettingsActivity: settings,
  },
};
