// Maps: a drawn town, places, routes.

import { h } from "../system/dom.js";
import { icon, path, svg } from "../system/icons.js";
import { button, chips, empty, heading, row, screen, searchField } from "../system/kit.js";
import { say, t } from "../system/words.js";

const CATEGORIES = { cafe: "Cafés", restaurant: "Restaurants", sight: "Sights", shop: "Shops", transport: "Transport" };
const MODES = { drive: ["Drive", 1], transit: ["Transit", 1.6], walk: ["Walk", 4.2] };
const ROADS = ["M0 20H100M0 44H100M0 70H100", "M20 0V100M46 0V100M74 0V100", "M0 100L100 6"];
const PARKS = ["M24 48h18v18H24z", "M78 74h18v22H78z"];
const RIVER = "M0 84C30 70 40 96 62 86S90 60 100 62";

function town(ctx, places, chosen) {
  const line = (d, cls) => path(d, { class: cls });
  const drawing = svg(
    "0 0 100 100",
    "town-map",
    ...PARKS.map((d) => line(d, "park")),
    line(RIVER, "river"),
    ...ROADS.map((d) => line(d, "road")),
  );
  drawing.setAttribute("preserveAspectRatio", "none"); // markers are placed by per cent of both sides
  return h(
    "div.town",
    {},
    drawing,
    places.map((it) =>
      h(
        "div.marker",
        {
          id: `marker_${it.id}`,
          desc: say(it.name),
          cls: it.id === chosen ? "chosen" : "",
          style: { left: `${it.x}%`, top: `${it.y}%` },
          on: () => ctx.start("PlaceActivity", { id: it.id }),
        },
        icon("maps", 22),
      ),
    ),
    h("div.you"),
  );
}

const place = (data, id) => data.places.find((one) => one.id === id);
const find = (data, query) => {
  const words = query.trim().toLowerCase();
  return data.places.filter((it) =>
    [
      ...Object.values(it.name),
      ...Object.values(it.address),
      it.category,
      CATEGORIES[it.category],
      t(CATEGORIES[it.category]),
    ].some((text) => text.toLowerCase().includes(words)),
  );
};

function main(ctx) {
  const v = ctx.init(() => ({ query: "" }));
  const search = (query) => {
    if (!query.trim()) return;
    ctx.data.history = [query.trim(), ...ctx.data.history.filter((one) => one !== query.trim())].slice(0, 10);
    ctx.start("ResultsActivity", { query: query.trim() });
  };
  return screen({
    title: t("Maps"),
    cls: "map-screen",
    actions: [
      {
        id: "my_location",
        name: "directions",
        desc: t("My location"),
        on: () =>
          ctx.permission("location", (granted) =>
            ctx.toast(granted ? t("You are at the centre of the map") : t("Location is not allowed")),
          ),
      },
      { id: "saved", name: "bookmark", desc: t("Saved places"), on: () => ctx.start("SavedActivity") },
    ],
    body: [
      searchField({
        label: t("Search here"),
        value: v.query,
        on: (query, clear) => {
          v.query = query;
          if (clear) ctx.refresh();
        },
        done: search,
      }),
      chips(
        Object.entries(CATEGORIES).map(([name, text]) => ({
          id: `category_${name}`,
          text: t(text),
          on: () => search(t(text)),
        })),
      ),
      town(ctx, ctx.data.places),
    ],
  });
}

const placeRow = (ctx, it) =>
  row({
    id: `place_${it.id}`,
    lead: "maps",
    title: say(it.name),
    sub: `★ ${it.rating} · ${t(CATEGORIES[it.category])} · ${say(it.address)}`,
    trail: t("{0} min", it.minutes),
    on: () => ctx.start("PlaceActivity", { id: it.id }),
  });

function results(ctx) {
  const found = find(ctx.data, ctx.args.query);
  return screen({
    title: ctx.args.query,
    up: ctx.finish,
    body: found.length ? found.map((it) => placeRow(ctx, it)) : empty(t("No places found"), "maps"),
  });
}

function placePage(ctx) {
  const it = place(ctx.data, ctx.args.id);
  const saved = ctx.data.saved.includes(it.id);
  const save = () => {
    ctx.data.saved = saved ? ctx.data.saved.filter((id) => id !== it.id) : [...ctx.data.saved, it.id];
    ctx.toast(saved ? t("Removed") : t("Saved"));
    ctx.refresh();
  };
  return screen({
    title: say(it.name),
    up: ctx.finish,
    body: [
      town(ctx, [it], it.id),
      h(
        "div.spread",
        {},
        button({
          id: "directions",
          text: t("Directions"),
          name: "directions",
          on: () => ctx.start("RouteActivity", { id: it.id }),
        }),
        button({ id: "save", text: saved ? t("Saved") : t("Save"), name: "bookmark", kind: "tonal", on: save }),
      ),
      row({ lead: "star", title: `${it.rating}`, sub: t(CATEGORIES[it.category]) }),
      row({ lead: "maps", title: say(it.address) }),
      row({ lead: "clock", title: `${it.opens}–${it.closes}`, sub: t("Open every day") }),
    ],
  });
}

function route(ctx) {
  const it = place(ctx.data, ctx.args.id);
  const v = ctx.init(() => ({ mode: "drive" }));
  const minutes = Math.round(it.minutes * MODES[v.mode][1]);
  const go = () =>
    ctx.permission("location", (granted) => {
      if (!granted) {
        ctx.toast(t("Location is not allowed"));
        return;
      }
      ctx.data.route = { place: it.id, mode: v.mode };
      ctx.start("NavigationActivity");
    });
  return screen({
    title: t("Directions"),
    up: ctx.finish,
    body: [
      row({ lead: "directions", title: t("Your location"), sub: t("From") }),
      row({ lead: "maps", title: say(it.name), sub: t("To") }),
      chips(
        Object.entries(MODES).map(([name, [text]]) => ({
          id: `mode_${name}`,
          text: t(text),
          selected: v.mode === name,
          on: () => ctx.set({ mode: name }),
        })),
      ),
      h("div.headline", { id: "duration" }, t("{0} min", minutes)),
      town(ctx, [it], it.id),
    ],
    bottom: button({ id: "start", text: t("Start"), name: "directions", kind: "filled wide", on: go }),
  });
}

function navigation(ctx) {
  const going = ctx.data.route;
  if (!going) return screen({ title: t("Directions"), up: ctx.finish, body: empty(t("No route"), "directions") });
  const it = place(ctx.data, going.place);
  const end = () => {
    ctx.data.route = null;
    ctx.finish();
  };
  return screen({
    title: t("On the way to {0}", say(it.name)),
    up: ctx.finish,
    body: [
      h("div.headline", {}, t("Straight on, then left")),
      heading(t(MODES[going.mode][0])),
      town(ctx, [it], it.id),
    ],
    bottom: button({ id: "end_route", text: t("End route"), kind: "danger-filled wide", on: end }),
  });
}

function saved(ctx) {
  const { data } = ctx;
  return screen({
    title: t("Saved places"),
    up: ctx.finish,
    body: data.saved.length
      ? data.saved.map((id) => placeRow(ctx, place(data, id)))
      : empty(t("No saved places"), "bookmark"),
  });
}

export const maps = {
  label: "Maps",
  color: "#188038",
  icon: "maps",
  exported: ["SavedActivity"],
  activities: {
    MainActivity: main,
    ResultsActivity: results,
    PlaceActivity: placePage,
    RouteActivity: route,
    NavigationActivity: navigation,
    SavedActivity: saved,
  },
};
