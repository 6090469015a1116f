"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const metric = Object.fromEntries(data.metrics.map((name, k) => [name, k]));
const STOREY = 1.5;
let current = null;
let shown = [];

function add(parent, tag, attributes = {}, text = "") {
  const node = parent.namespaceURI === SVG || tag === "svg" ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.textContent = text;
  parent.append(node);
  return node;
}

const value = (one, name) => one.values[metric[name]];
const outcomes = {
  success: (one) => value(one, "SR") === 1,
  failed: (one) => value(one, "SR") !== 1,
  passed: (one) => value(one, "SR") !== 1 && value(one, "OSR") === 1,
  named: (one) => value(one, "RGS") === 1,
  misnamed: (one) => value(one, "RGS") !== 1,
  problem: (one) => one.problem !== "",
};

function chosen() {
  const words = at("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const scan = at("scan").value, outcome = at("outcome").value, order = at("order").value;
  const kept = data.instructions.filter((one) => {
    const hay = `${one.id} ${one.scan} ${one.text}`.toLowerCase();
    return (!scan || one.scan === scan) && (!outcome || outcomes[outcome](one)) && words.every((word) => hay.includes(word));
  });
  if (order) {
    const k = metric[order.slice(0, -1)], sign = order.endsWith("-") ? -1 : 1;
    const last = (one) => (one.values[k] === null ? Infinity : sign * one.values[k]);
    kept.sort((a, b) => (last(a) === last(b) ? 0 : last(a) - last(b)));
  }
  return kept;
}

function list() {
  shown = chosen();
  at("count").textContent = `${shown.length} of ${data.instructions.length}`;
  const items = document.createDocumentFragment();
  for (const one of shown) {
    const item = document.createElement("li");
    const button = add(item, "button", { type: "button" });
    add(button, "span", { class: "id" }, one.id);
    const good = value(one, "SR") === 1;
    const verdict = one.problem ? "not measured" : good ? "success" : value(one, "OSR") === 1 ? "passed by" : "failed";
    add(button, "span", { class: good ? "good" : "bad" }, verdict);
    add(button, "span", { class: "words" }, one.text);
    button.addEventListener("click", () => show(one));
    one.button = button;
    items.append(item);
  }
  at("list").replaceChildren(items);
  if (!shown.includes(current) && shown.length) show(shown[0], false);
  else mark();
}

function mark() {
  for (const button of at("list").querySelectorAll('[aria-current="true"]')) button.removeAttribute("aria-current");
  if (current && current.button) current.button.setAttribute("aria-current", "true");
}

function show(one, link = true) {
  current = one;
  at("name").textContent = `${one.id} in ${one.scan}`;
  at("text").textContent = one.text;
  at("problem").textContent = one.problem;
  const values = document.createDocumentFragment();
  const put = (name, text) => {
    const pair = add(values, "div");
    add(pair, "dt", {}, name);
    add(pair, "dd", {}, text);
  };
  data.metrics.forEach((name, k) => {
    const found = one.values[k];
    put(name, found === null ? "–" : data.metres.includes(name) ? `${found.toFixed(2)} m` : String(Math.round(found * 1000) / 1000));
  });
  if (one.target) put("target", one.target);
  if (one.target) put("named", one.named === null ? "none" : one.named);
  at("values").replaceChildren(values);
  draw(one);
  mark();
  if (link) history.replaceState(null, "", "#" + encodeURIComponent(one.id));
}

function draw(one) {
  const graph = data.scans[one.scan];
  at("map").replaceChildren();
  if (!graph) return void add(at("map"), "p", { class: "note" }, "There is no graph of this scan.");
  const spot = (k) => [graph.xyz[k][0], -graph.xyz[k][1]];
  const paths = [...one.reference, ...one.path, ...one.goals];
  const framed = at("whole").checked || !paths.length ? graph.xyz.map((_, k) => k) : paths;
  const xs = framed.map((k) => spot(k)[0]), ys = framed.map((k) => spot(k)[1]);
  const margin = at("whole").checked ? 1 : 4;
  let [left, top] = [Math.min(...xs) - margin, Math.min(...ys) - margin];
  let [width, height] = [Math.max(...xs) + margin - left, Math.max(...ys) + margin - top];
  const box = at("map").getBoundingClientRect(), wanted = Math.max(box.width, 200) / Math.min(innerHeight * 0.6, 620);
  if (width / height < wanted) { left -= (height * wanted - width) / 2; width = height * wanted; }
  else { top -= (width / wanted - height) / 2; height = width / wanted; }
  const unit = Math.min(width / Math.max(box.width, 200), 0.2);
  const svg = add(at("map"), "svg", { viewBox: `${left} ${top} ${width} ${height}`, role: "img", "aria-label": `Map of ${one.id}` });
  const levels = [...one.reference, ...one.path].map((k) => graph.xyz[k][2]);
  const far = (k) => levels.length > 0 && levels.every((z) => Math.abs(z - graph.xyz[k][2]) > STOREY);
  for (const [x0, y0, x1, y1, name] of graph.rooms) {
    add(svg, "rect", { class: "room", x: x0, y: -y1, width: x1 - x0, height: y1 - y0 });
    add(svg, "text", { class: "room-name", x: x0 + 6 * unit, y: -y1 + 15 * unit, "font-size": 12 * unit }, name);
  }
  for (const [a, b] of graph.edges) {
    const [[x1, y1], [x2, y2]] = [spot(a), spot(b)];
    add(svg, "line", { class: far(a) || far(b) ? "edge far" : "edge", x1, y1, x2, y2 });
  }
  graph.xyz.forEach((_, k) => {
    const [cx, cy] = spot(k);
    const place = add(svg, "circle", { class: far(k) ? "place far" : "place", cx, cy, r: 3 * unit });
    add(place, "title", {}, `${graph.ids[k]}, ${graph.xyz[k][2].toFixed(1)} m high`);
  });
  overlay(svg, one, spot, unit);
  scale(svg, left + 16 * unit, top + height - 16 * unit, unit, width);
}

function overlay(svg, one, spot, unit) {
  const goal = one.reference[one.reference.length - 1];
  if (data.radius && goal !== undefined) {
    const [cx, cy] = spot(goal);
    add(svg, "circle", { class: "radius", cx, cy, r: data.radius });
  }
  for (const k of one.goals) add(svg, "circle", { class: "goal", cx: spot(k)[0], cy: spot(k)[1], r: 7 * unit });
  add(svg, "polyline", { class: "reference", points: one.reference.map((k) => spot(k).join()).join(" ") });
  add(svg, "polyline", { class: "taken", points: one.path.map((k) => spot(k).join()).join(" ") });
  for (let step = 1; step < one.path.length; step++) {
    const [[x1, y1], [x2, y2]] = [spot(one.path[step - 1]), spot(one.path[step])];
    const angle = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
    const s = 7 * unit;
    const arrow = add(svg, "path", {
      class: "arrow", d: `M${s} 0 L${-s} ${s * 0.8} L${-s} ${-s * 0.8} Z`,
      transform: `translate(${(x1 + x2) / 2} ${(y1 + y2) / 2}) rotate(${angle})`,
    });
    add(arrow, "title", {}, `move ${step}`);
  }
  const start = one.reference[0] ?? one.path[0];
  if (start !== undefined) {
    const [x, y] = spot(start), reach = 18 * unit;
    add(svg, "line", { class: "heading", x1: x, y1: y, x2: x + Math.sin(one.heading) * reach, y2: y - Math.cos(one.heading) * reach });
    add(svg, "circle", { class: "start", cx: x, cy: y, r: 6 * unit });
  }
  if (one.path.length) {
    const [x, y] = spot(one.path[one.path.length - 1]), s = 6 * unit;
    add(svg, "path", { class: "end", d: `M${x - s} ${y - s} L${x + s} ${y + s} M${x + s} ${y - s} L${x - s} ${y + s}` });
  }
}

function scale(svg, x, y, unit, width) {
  const metres = [1, 2, 5, 10, 20].findLast((length) => length < width / 4) ?? 1;
  add(svg, "line", { class: "scale", x1: x, y1: y, x2: x + metres, y2: y });
  add(svg, "text", { x: x + metres + 6 * unit, y: y + 4 * unit, "font-size": 13 * unit }, `${metres} m`);
}

for (const name of [...new Set(data.instructions.map((one) => one.scan))].sort()) add(at("scan"), "option", { value: name }, name);
for (const id of ["search", "scan", "outcome", "order"]) at(id).addEventListener("input", list);
at("whole").addEventListener("change", () => current && draw(current));
addEventListener("resize", () => current && draw(current));
addEventListener("keydown", (event) => {
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!move || !event.target.closest || !event.target.closest("#list")) return;
  const next = shown[shown.indexOf(current) + move];
  if (!next) return;
  event.preventDefault();
  show(next);
  next.button.focus();
});
const linked = () => data.instructions.find((one) => encodeURIComponent(one.id) === location.hash.slice(1)) ?? null;
addEventListener("hashchange", () => {
  if (!linked()) return;
  show(linked(), false);
  document.querySelector(".shown").scrollIntoView();
});
current = linked();
list();
if (current) show(current, false);
