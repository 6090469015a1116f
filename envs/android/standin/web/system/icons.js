// Our own line icons: paths on a 24 x 24 grid, drawn with a stroke of two.

const SVG = "http://www.w3.org/2000/svg";

export const ICONS = {
  add: "M12 5v14M5 12h14",
  airplane: "M12 3v6l8 5v2l-8-2.5V18l2 1.5V21l-2-.6-2 .6v-1.5L10 18v-4.5L4 16v-2l6-4V5a2 2 0 0 1 2-2z",
  alarm: "M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 9v4l3 2M4 5l3-2M20 5l-3-2",
  back: "M20 12H5M11 5l-7 7 7 7",
  backspace: "M9 5h11v14H9l-6-7zM12 9l5 6M17 9l-5 6",
  bluetooth: "M7 8l10 8-5 4V4l5 4L7 16",
  bookmark: "M6 3h12v18l-6-5-6 5z",
  box: "M4 8l8-4 8 4v9l-8 4-8-4zM4 8l8 4 8-4M12 12v9",
  brightness:
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5",
  calendar: "M4 6h16v15H4zM4 10h16M8 3v4M16 3v4M8 14h2M14 14h2M8 17h2",
  call: "M6 3l4 1 1 5-2.5 1.5a12 12 0 0 0 5 5L15 13l5 1 1 4c0 2-2 3-4 3A15 15 0 0 1 3 7c0-2 1-4 3-4z",
  camera: "M3 7h5l2-3h4l2 3h5v13H3zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
  cart: "M2 4h3l3 11h10l3-8H6M9 20a1 1 0 1 0 0-.1M17 20a1 1 0 1 0 0-.1",
  check: "M4 12l5 6L20 6",
  chevron: "M9 5l7 7-7 7",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l4 2",
  close: "M5 5l14 14M19 5L5 19",
  contacts: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 4-6 8-6s8 2 8 6",
  cup: "M5 4h12v9a5 5 0 0 1-5 5h-2a5 5 0 0 1-5-5zM17 7h2a2 2 0 0 1 0 5h-2M4 21h14",
  dark: "M20 14A8.5 8.5 0 0 1 10 4a8.5 8.5 0 1 0 10 10z",
  delete: "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6",
  directions: "M12 2l10 10-10 10L2 12zM9 15v-4h6M13 8l3 3-3 3",
  down: "M5 9l7 7 7-7",
  edit: "M4 20l1-5L16 4l4 4L9 19z",
  enter: "M20 6v6H5M10 7l-5 5 5 5",
  file: "M6 2h8l5 5v15H6zM14 2v5h5M9 13h7M9 17h7",
  files: "M3 5h7l2 3h9v12H3z",
  filter: "M3 6h18M7 12h10M10 18h4",
  folder: "M3 5h7l2 3h9v12H3z",
  globe: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
  headphones: "M4 19v-6a8 8 0 0 1 16 0v6M4 14h3v6H4zM17 14h3v6h-3z",
  hide: "M5 6l7 7 7-7M5 14l7 7 7-7",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v6M12 7v.5",
  keyboard: "M3 6h18v12H3zM7 10h.5M12 10h.5M17 10h.5M8 14h8",
  label: "M3 6h12l6 6-6 6H3z",
  lamp: "M8 3h8l4 10H4zM12 13v7M8 21h8",
  language: "M3 5h10M8 3v2c0 4-2 7-5 9M5 9c2 3 4 4 7 5M12 21l4-10 4 10M13.5 17h5",
  lock: "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4",
  maps: "M12 22s7-8 7-13a7 7 0 0 0-14 0c0 5 7 13 7 13zM12 12a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  menu: "M4 6h16M4 12h16M4 18h16",
  message: "M3 4h18v13H9l-5 4v-4H3z",
  minus: "M5 12h14",
  more: "M12 5v.5M12 12v.5M12 19v.5",
  move: "M3 5h7l2 3h9v12H3zM9 14h6M13 11l3 3-3 3",
  notes: "M5 3h14v12l-6 6H5zM13 21v-6h6M8 8h8M8 12h5",
  notification: "M6 17V10a6 6 0 0 1 12 0v7l2 2H4zM10 21h4",
  pause: "M8 5v14M16 5v14",
  pay: "M3 6h18v13H3zM3 10h18M6 15h5",
  pin: "M8 3h8l-1 7 3 4H6l3-4zM12 14v8",
  play: "M7 4l13 8-13 8z",
  plant: "M12 21v-9M12 12C12 7 8 5 4 5c0 5 3 7 8 7zM12 14c0-4 3-6 8-6 0 5-3 6-8 6",
  previous: "M15 5l-7 7 7 7",
  rotate: "M4 12a8 8 0 0 1 14-5l2 2M20 4v5h-5M20 12a8 8 0 0 1-14 5l-2-2M4 20v-5h5",
  search: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM15 15l6 6",
  send: "M3 4l19 8-19 8 3-8zM6 12h8",
  settings:
    "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 2l1.5 3 3-1 1 3 3 1-1 3 2.5 1-2.5 2 1 3-3 1-1 3-3-1L12 22l-1.5-3-3 1-1-3-3-1 1-3L2 12l2.5-1-1-3 3-1 1-3 3 1z",
  shift: "M12 3l9 10h-5v7H8v-7H3z",
  shirt: "M8 3l-6 4 2 5 3-1v10h10V11l3 1 2-5-6-4c-1 3-7 3-8 0z",
  shoe: "M3 8v9h18c0-4-4-4-7-5l-4-5c-2 3-4 3-7 1z",
  shop: "M5 8h14l1 13H4zM8 8a4 4 0 0 1 8 0",
  shuffle: "M3 7h4l10 10h4M3 17h4l3-3M14 10l3-3h4",
  sort: "M4 7h14M4 12h9M4 17h5M18 11v9M15 17l3 3 3-3",
  star: "M12 3l2.8 6 6.2.700-4.6 4.3 1.3 6.500L12 17.2 6.3 20.500l1.3-6.500L3 9.7 9.2 9z",
  stop: "M6 6h12v12H6z",
  storage: "M4 4h16v6H4zM4 14h16v6H4zM7 7h.5M7 17h.5",
  text: "M4 6h16M12 6v14M8 20h8",
  timer: "M9 2h6M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 9v4",
  stopwatch: "M9 2h6M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 13l4-4",
  volume: "M4 9v6h4l5 4V5L8 9zM16 9c1.5 2 1.5 4 0 6M19 6c3 4 3 8 0 12",
  web: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
  wifi: "M2 9c6-6 14-6 20 0M5 13c4-4 10-4 14 0M9 16.500c2-2 4-2 6 0M12 20v.5",
  yoga: "M12 6a2 2 0 1 0 0-.1M12 9v6M4 12l8-2 8 2M3 20c3-5 6-5 9-4 3-1 6-1 9 4z",
};

const MIRRORED = new Set(["back", "chevron", "previous", "send"]); // what points along the line of reading

export function icon(name, size = 24) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", MIRRORED.has(name) ? "icon mirrored" : "icon");
  svg.setAttribute("width", String(size));
  svg.setAttribute("height", String(size));
  svg.append(path(ICONS[name] ?? ICONS.info));
  return svg;
}

export function path(d, attributes = {}) {
  const node = document.createElementNS(SVG, "path");
  node.setAttribute("d", d);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

export function svg(viewBox, cls, ...kids) {
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("viewBox", viewBox);
  node.setAttribute("class", cls);
  node.append(...kids);
  return node;
}
