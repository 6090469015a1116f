// The visible nodes as uiautomator tells them.

const TYPES = {
  BUTTON: "android.widget.Button",
  INPUT: "android.widget.EditText",
  TEXTAREA: "android.widget.EditText",
  svg: "android.widget.ImageView",
};

const ownText = (node) =>
  [...node.childNodes]
    .filter((kid) => kid.nodeType === Node.TEXT_NODE)
    .map((kid) => kid.data)
    .join("")
    .trim();

/** An element's box cut by everything that clips it, in CSS pixels; null when nothing is left. */
function boxOf(node) {
  let { left, top, right, bottom } = node.getBoundingClientRect();
  for (let parent = node.parentElement; parent; parent = parent.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(parent);
    if (overflowX === "visible" && overflowY === "visible") continue;
    const clip = parent.getBoundingClientRect();
    left = Math.max(left, clip.left);
    top = Math.max(top, clip.top);
    right = Math.min(right, clip.right);
    bottom = Math.min(bottom, clip.bottom);
  }
  left = Math.max(left, 0);
  top = Math.max(top, 0);
  right = Math.min(right, innerWidth);
  bottom = Math.min(bottom, innerHeight);
  return right - left >= 1 && bottom - top >= 1 ? { left, top, right, bottom } : null;
}

function isOnTop(node, box) {
  if (node.closest("#toast, #panel")) return true; // taps go through these, eyes do not
  const hit = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  return hit !== null && (node.contains(hit) || hit.contains(node));
}

const PACKAGES = { systemui: "com.android.systemui", permission: "com.android.permissioncontroller" };

function resourceOf(id) {
  const [app, ...rest] = id.split(":");
  return `${PACKAGES[app] ?? `com.standin.${app}`}:id/${rest.join("_")}`;
}

function describe(node, box) {
  const field = node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement;
  const text = field ? node.value : (node.dataset.text ?? ownText(node));
  const clickable = field || node.dataset.clickable === "true";
  // As TalkBack would read a row: its parts, one after another.
  const parts =
    clickable && !field && !text ? [...node.querySelectorAll("*")].map(ownText).filter(Boolean).join(", ") : "";
  const scroll = getComputedStyle(node).overflowY === "auto" && node.scrollHeight > node.clientHeight;
  return {
    class: node.dataset.type ?? TYPES[node.tagName] ?? (text ? "android.widget.TextView" : "android.view.ViewGroup"),
    text,
    content_desc: node.getAttribute("aria-label") ?? parts,
    hint: field ? node.placeholder : "",
    resource_id: node.dataset.id ? resourceOf(node.dataset.id) : "",
    package: node.closest("[data-package]")?.dataset.package ?? "com.android.systemui",
    bounds: [box.left, box.top, box.right, box.bottom].map((edge) => Math.round(edge * devicePixelRatio)),
    clickable,
    long_clickable: node.dataset.long === "true",
    scrollable: scroll,
    focused: node === document.activeElement && node !== document.body,
    editable: field,
    checked: node.dataset.checked === undefined ? null : node.dataset.checked === "true", // null: it cannot be checked
  };
}

export function hierarchy() {
  const nodes = [];
  for (const node of document.querySelectorAll("#phone *")) {
    if (node.closest("[aria-hidden=true]")) continue;
    if (node.dataset?.id === undefined && !(node instanceof HTMLElement && ownText(node))) continue;
    const box = boxOf(node);
    if (box && isOnTop(node, box)) nodes.push(describe(node, box));
  }
  return nodes;
}
