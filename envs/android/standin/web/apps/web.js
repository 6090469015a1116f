// Web: pages of the state's. Their text is data and is shown as text, whatever it says.

import { h } from "../system/dom.js";
import { button, empty, field, heading, paragraph, row, screen } from "../system/kit.js";
import { t } from "../system/words.js";

const clean = (url) =>
  url
    .trim()
    .replace(/^https?:\/\//, "")
    .toLowerCase();
const pageAt = (data, url) =>
  data.pages.find((page) => clean(page.url) === clean(url) || `${clean(url)}/` === clean(page.url));

function main(ctx) {
  const v = ctx.init(() => ({ typed: "" }));
  const { data } = ctx;
  const go = (url) => {
    if (url.trim()) ctx.start("PageActivity", { url: url.trim() });
  };
  return screen({
    title: t("Web"),
    large: true,
    actions: [{ id: "history", name: "clock", desc: t("History"), on: () => ctx.start("HistoryActivity") }],
    body: [
      h(
        "div.search",
        {},
        field({
          id: "address",
          label: t("Search or type an address"),
          value: v.typed,
          plain: true,
          action: "search",
          on: (text) => {
            v.typed = text;
          },
          done: go,
        }),
      ),
      data.bookmarks.length > 0 && [
        heading(t("Bookmarks")),
        data.bookmarks.map((url, place) =>
          row({
            id: `bookmark_${place}`,
            lead: "bookmark",
            title: pageAt(data, url)?.title ?? url,
            sub: url,
            on: () => go(url),
          }),
        ),
      ],
      heading(t("Suggested")),
      data.pages.map((page, place) =>
        row({ id: `page_${place}`, lead: "globe", title: page.title, sub: page.url, on: () => go(page.url) }),
      ),
    ],
  });
}

/** What a page is made of: {kind: heading | text | link | button, text, url?, toast?}. */
function block(ctx, it, place) {
  if (it.kind === "heading") return heading(it.text);
  if (it.kind === "link")
    return h("div.link", { id: `link_${place}`, on: () => ctx.start("PageActivity", { url: it.url }) }, it.text);
  if (it.kind === "button") {
    const on = () => (it.url ? ctx.start("PageActivity", { url: it.url }) : ctx.toast(it.toast ?? t("Done")));
    return h("div.centre", {}, button({ id: `button_${place}`, text: it.text, on }));
  }
  return paragraph(it.text);
}

function page(ctx) {
  const { data, args } = ctx;
  args.url ??= "";
  const it = pageAt(data, args.url);
  if (!ctx.view.counted) {
    ctx.view.counted = true;
    data.history.push(args.url);
  }
  const found = it
    ? []
    : data.pages.filter((one) => `${one.title} ${one.url}`.toLowerCase().includes(args.url.toLowerCase()));
  const marked = data.bookmarks.includes(args.url);
  const mark = () => {
    data.bookmarks = marked ? data.bookmarks.filter((url) => url !== args.url) : [...data.bookmarks, args.url];
    ctx.refresh();
  };
  return screen({
    title: args.url,
    up: ctx.finish,
    cls: "web-page",
    actions: [
      it && {
        id: "bookmark",
        name: "bookmark",
        desc: marked ? t("Remove bookmark") : t("Add bookmark"),
        cls: marked ? "on" : "",
        on: mark,
      },
    ],
    body: it
      ? [h("div.headline", { id: "page_title" }, it.title), it.blocks.map((one, place) => block(ctx, one, place))]
      : found.length
        ? found.map((one, place) =>
            row({
              id: `result_${place}`,
              lead: "globe",
              title: one.title,
              sub: one.url,
              on: () => ctx.start("PageActivity", { url: one.url }),
            }),
          )
        : empty(t("This page was not found"), "globe"),
  });
}

function history(ctx) {
  const { data } = ctx;
  return screen({
    title: t("History"),
    up: ctx.finish,
    actions: [
      {
        id: "clear_history",
        name: "delete",
        desc: t("Clear history"),
        on: () => {
          data.history = [];
          ctx.refresh();
        },
      },
    ],
    body: data.history.length
      ? [...data.history]
          .reverse()
          .map((url, place) =>
            row({ id: `visit_${place}`, lead: "clock", title: url, on: () => ctx.start("PageActivity", { url }) }),
          )
      : empty(t("No history"), "clock"),
  });
}

export const web = {
  label: "Web",
  color: "#e8710a",
  icon: "web",
  exported: ["PageActivity", "HistoryActivity"],
  activities: { MainActivity: main, PageActivity: page, HistoryActivity: history },
};
