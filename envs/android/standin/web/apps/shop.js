// Shop: search, product, cart, address, order. Nothing is ordered before the last button.

import { h } from "../system/dom.js";
import { icon } from "../system/icons.js";
import { button, chips, empty, field, heading, iconButton, row, screen, searchField, stepper } from "../system/kit.js";
import { money, now, showWhen } from "../system/state.js";
import { say, t } from "../system/words.js";

const CATEGORIES = { audio: "Audio", clothing: "Clothing", home: "Home & living", sports: "Sports" };
const COLOURS = { audio: "#5b6abf", clothing: "#b0578a", home: "#4a8f6d", sports: "#c07a3a" };
const SORTS = {
  relevance: ["Relevance", (one, other) => one.id - other.id],
  price_up: ["Price: low to high", (one, other) => one.price - other.price],
  price_down: ["Price: high to low", (one, other) => other.price - one.price],
  rating: ["Best rated", (one, other) => other.rating - one.rating],
};
const SHIPPING = 499; // cents

const product = (data, id) => data.products.find((one) => one.id === id);
const count = (data) => data.cart.reduce((sum, line) => sum + line.quantity, 0);
const subtotal = (data) => data.cart.reduce((sum, line) => sum + line.quantity * product(data, line.product).price, 0);
const tile = (it, size) =>
  h(
    "div.picture",
    { style: { background: COLOURS[it.category], height: `${size}px` }, "aria-hidden": "true" },
    icon(it.icon, size * 0.5),
  );
const cartAction = (ctx) => ({
  id: "cart",
  name: "cart",
  desc: t("Cart, {0} items", count(ctx.data)),
  on: () => ctx.start("CartActivity"),
});

function main(ctx) {
  const v = ctx.init(() => ({ query: "", category: "", sort: "relevance" }));
  const query = v.query.toLowerCase();
  const found = ctx.data.products
    .filter(
      (one) =>
        (!v.category || one.category === v.category) &&
        Object.values(one.name).some((name) => name.toLowerCase().includes(query)),
    )
    .sort(SORTS[v.sort][1]);
  const choose = () =>
    ctx.choose({
      title: t("Sort by"),
      value: v.sort,
      on: (sort) => ctx.set({ sort }),
      items: Object.entries(SORTS).map(([value, [text]]) => ({ id: `sort_${value}`, text: t(text), value })),
    });
  return screen({
    title: t("Shop"),
    large: true,
    actions: [
      { id: "orders", name: "box", desc: t("Orders"), on: () => ctx.start("OrdersActivity") },
      { id: "sort", name: "sort", desc: t("Sort by"), on: choose },
      cartAction(ctx),
    ],
    body: [
      searchField({
        label: t("Search products"),
        value: v.query,
        on: (text) => ctx.set({ query: text }),
        done: () => {},
      }),
      chips(
        [["", "All"], ...Object.entries(CATEGORIES)].map(([name, text]) => ({
          id: `category_${name || "all"}`,
          text: t(text),
          selected: v.category === name,
          on: () => ctx.set({ category: name }),
        })),
      ),
      found.length
        ? h(
            "div.products",
            {},
            found.map((it) =>
              h(
                "div.product.card",
                { id: `product_${it.id}`, on: () => ctx.start("ProductActivity", { id: it.id }) },
                tile(it, 104),
                h(
                  "div.product-text",
                  {},
                  h("div.product-name", {}, say(it.name)),
                  h("div.price", {}, money(it.price)),
                  h("div.secondary", {}, `★ ${it.rating}`),
                ),
              ),
            ),
          )
        : empty(t("No products found"), "search"),
    ],
  });
}

function productPage(ctx) {
  const it = product(ctx.data, ctx.args.id);
  const v = ctx.init(() => ({ quantity: 1 }));
  const add = () => {
    const line = ctx.data.cart.find((one) => one.product === it.id);
    if (line) line.quantity += v.quantity;
    else ctx.data.cart.push({ product: it.id, quantity: v.quantity });
    ctx.toast(t("Added to cart"));
    ctx.refresh();
  };
  return screen({
    title: "",
    up: ctx.finish,
    actions: [cartAction(ctx)],
    body: [
      h("div.hero", {}, tile(it, 220)),
      h("div.headline", { id: "name" }, say(it.name)),
      h(
        "div.facts",
        {},
        h("div.price.big", { id: "price" }, money(it.price)),
        h("div.secondary", {}, `★ ${it.rating} · ${t("{0} in stock", it.stock)}`),
      ),
      h(
        "div.spread",
        {},
        t("Quantity"),
        stepper({
          id: "quantity",
          name: t("Quantity"),
          value: v.quantity,
          least: 1,
          most: it.stock,
          on: (quantity) => ctx.set({ quantity }),
        }),
      ),
    ],
    bottom: button({ id: "add_to_cart", text: t("Add to cart"), name: "cart", kind: "filled wide", on: add }),
  });
}

function cart(ctx) {
  const { data } = ctx;
  const remove = (line) => {
    data.cart = data.cart.filter((one) => one !== line);
    ctx.refresh();
  };
  const lineOf = (line) => {
    const it = product(data, line.product);
    return h(
      "div.cart-line.card",
      {},
      h("div.cart-picture", {}, tile(it, 64)),
      h(
        "div.texts",
        {},
        h("div.primary", {}, say(it.name)),
        h("div.price", {}, money(it.price * line.quantity)),
        h(
          "div.spread.tight",
          {},
          stepper({
            id: `line_${it.id}`,
            name: say(it.name),
            value: line.quantity,
            least: 1,
            most: it.stock,
            on: (quantity) => {
              line.quantity = quantity;
              ctx.refresh();
            },
          }),
          iconButton({
            id: `remove_${it.id}`,
            name: "delete",
            desc: t("Remove {0}", say(it.name)),
            on: () => remove(line),
          }),
        ),
      ),
    );
  };
  return screen({
    title: t("Cart"),
    up: ctx.finish,
    body: data.cart.length ? data.cart.map(lineOf) : empty(t("Your cart is empty"), "cart"),
    bottom: data.cart.length > 0 && [
      h("div.spread", {}, t("Subtotal"), h("b", { id: "subtotal" }, money(subtotal(data)))),
      button({ id: "checkout", text: t("Checkout"), kind: "filled wide", on: () => ctx.start("CheckoutActivity") }),
    ],
  });
}

function checkout(ctx) {
  const v = ctx.init(() => ({ ...ctx.data.address, error: "" }));
  const next = () => {
    const address = { name: v.name.trim(), phone: v.phone.trim(), street: v.street.trim(), city: v.city.trim() };
    if (!address.name || !address.street || !address.city) {
      ctx.set({ error: t("Enter your name, street and city") });
      return;
    }
    v.error = "";
    ctx.data.address = address;
    ctx.start("ReviewActivity");
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
    title: t("Delivery address"),
    up: ctx.finish,
    body: [
      entry("name", t("Full name")),
      entry("phone", t("Phone"), "phone"),
      entry("street", t("Street and number")),
      entry("city", t("City")),
      v.error && h("div.error", { id: "error" }, v.error),
    ],
    bottom: button({ id: "continue", text: t("Continue"), kind: "filled wide", on: next }),
  });
}

function review(ctx) {
  const { data } = ctx;
  const { address } = data;
  const total = subtotal(data) + SHIPPING;
  const place = () => {
    if (data.cart.length === 0) return;
    const order = {
      id: ctx.nextId(),
      items: data.cart.map((line) => ({ ...line, price: product(data, line.product).price })),
      address: { ...address },
      shipping: SHIPPING,
      total,
      time: now(),
    };
    data.orders.push(order);
    data.cart = [];
    ctx.start("OrderPlacedActivity", { id: order.id });
  };
  return screen({
    title: t("Review order"),
    up: ctx.finish,
    body: [
      heading(t("Deliver to")),
      row({ lead: "maps", title: address.name, sub: `${address.street}, ${address.city}` }),
      heading(t("Items")),
      data.cart.map((line) =>
        row({
          title: say(product(data, line.product).name),
          sub: `× ${line.quantity}`,
          trail: money(line.quantity * product(data, line.product).price),
        }),
      ),
      row({ title: t("Delivery"), trail: money(SHIPPING) }),
      h("div.spread", {}, h("b", {}, t("Total")), h("b", { id: "total" }, money(total))),
    ],
    bottom: button({ id: "place_order", text: t("Place order"), kind: "filled wide", on: place }),
  });
}

function placed(ctx) {
  const leave = () => ctx.finish(99);
  ctx.view.onBack = () => {
    leave();
    return true;
  };
  return screen({
    title: "",
    body: [
      h(
        "div.done",
        {},
        h("div.done-mark", {}, icon("check", 48)),
        h("div.headline", { id: "done" }, t("Order placed")),
        h("div.secondary", {}, t("Order number {0}", ctx.args.id)),
      ),
    ],
    bottom: button({ id: "continue_shopping", text: t("Continue shopping"), kind: "filled wide", on: leave }),
  });
}

function orders(ctx) {
  return screen({
    title: t("Orders"),
    up: ctx.finish,
    body: ctx.data.orders.length
      ? [...ctx.data.orders]
          .reverse()
          .map((order) =>
            row({
              id: `order_${order.id}`,
              lead: "box",
              title: t("Order number {0}", order.id),
              sub: order.items
                .map((item) => `${say(product(ctx.data, item.product).name)} × ${item.quantity}`)
                .join(", "),
              trail: `${money(order.total)} · ${showWhen(order.time)}`,
            }),
          )
      : empty(t("No orders"), "box"),
  });
}

export const shop = {
  label: "Shop",
  color: "#c2185b",
  icon: "shop",
  exported: ["CartActivity", "OrdersActivity"],
  activities: {
    MainActivity: main,
    ProductActivity: productPage,
    CartActivity: cart,
    CheckoutActivity: checkout,
    ReviewActivity: review,
    OrderPlacedActivity: placed,
    OrdersActivity: orders,
  },
};
