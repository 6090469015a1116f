// Files and folders.

import { h } from "../system/dom.js";
import { button, empty, field, iconButton, paragraph, row, screen } from "../system/kit.js";
import { now, showWhen } from "../system/state.js";
import { t } from "../system/words.js";

const ROOT = 0;
const SORTS = {
  name: ["Name", (one, other) => one.name.localeCompare(other.name, "zh")],
  time: ["Newest first", (one, other) => other.time.localeCompare(one.time)],
  size: ["Largest first", (one, other) => other.size - one.size],
};
const sizeText = (kilobytes) => (kilobytes < 1000 ? `${kilobytes} KB` : `${(kilobytes / 1000).toFixed(1)} MB`);

const entry = (data, id) => data.entries.find((one) => one.id === id);
const inside = (data, parent) => data.entries.filter((one) => one.parent === parent);
const isWithin = (data, id, folder) => {
  for (let at = id; at !== ROOT; at = entry(data, at).parent) if (at === folder) return true;
  return false;
};

/** Ask for a name; a name that is taken in the folder is refused. */
function askName(ctx, { id, title, value, parent, yes, on }) {
  let name = value;
  const isTaken = () => inside(ctx.data, parent).some((one) => one.name === name.trim() && one.name !== value);
  ctx.dialog({
    id,
    title,
    body: field({
      id: "name_input",
      label: t("Name"),
      value,
      on: (text) => {
        name = text;
      },
    }),
    actions: [
      { id: "cancel", text: t("Cancel") },
      {
        id: "name_ok",
        text: yes,
        on: () => {
          if (!name.trim()) {
            ctx.toast(t("Enter a name"));
            return false;
          }
          if (isTaken()) {
            ctx.toast(t("That name is taken"));
            return false;
          }
          on(name.trim());
          ctx.refresh();
          return true;
        },
      },
    ],
  });
}

function remove(ctx, it) {
  ctx.confirm({
    id: "confirm_delete",
    title: t("Delete {0}?", it.name),
    yes: t("Delete"),
    on: () => {
      const gone = new Set(
        ctx.data.entries
          .filter((one) => one.id === it.id || isWithin(ctx.data, one.parent, it.id))
          .map((one) => one.id),
      );
      ctx.data.entries = ctx.data.entries.filter((one) => !gone.has(one.id));
      ctx.refresh();
    },
  });
}

const commands = (ctx, it) =>
  ctx.menu(
    [
      {
        id: "menu_rename",
        text: t("Rename"),
        on: () =>
          askName(ctx, {
            id: "rename",
            title: t("Rename"),
            value: it.name,
            parent: it.parent,
            yes: t("OK"),
            on: (name) => {
              it.name = name;
            },
          }),
      },
      { id: "menu_move", text: t("Move"), on: () => ctx.start("MoveActivity", { id: it.id }) },
      { id: "menu_delete", text: t("Delete"), on: () => remove(ctx, it) },
    ],
    it.name,
  );

function listing(ctx, folder) {
  const { data } = ctx;
  const list = inside(data, folder).sort(
    (one, other) => other.folder - one.folder || SORTS[data.sort][1](one, other) || one.id - other.id,
  );
  return list.length
    ? list.map((it) =>
        row({
          id: `entry_${it.id}`,
          lead: it.folder ? "folder" : "file",
          title: it.name,
          sub: it.folder
            ? inside(data, it.id).length === 1
              ? t("1 item")
              : t("{0} items", inside(data, it.id).length)
            : `${sizeText(it.size)} · ${showWhen(it.time)}`,
          on: () => (it.folder ? ctx.start("FolderActivity", { id: it.id }) : ctx.start("FileActivity", { id: it.id })),
          long: () => commands(ctx, it),
          trail: iconButton({
            id: `more_${it.id}`,
            name: "more",
            desc: t("More options for {0}", it.name),
            on: () => commands(ctx, it),
          }),
        }),
      )
    : empty(t("This folder is empty"), "folder");
}

function folder(ctx) {
  const id = ctx.args.id ?? ROOT;
  const { data } = ctx;
  const sort = () =>
    ctx.choose({
      title: t("Sort by"),
      value: data.sort,
      on: (value) => {
        data.sort = value;
        ctx.refresh();
      },
      items: Object.entries(SORTS).map(([value, [text]]) => ({ id: `sort_${value}`, text: t(text), value })),
    });
  const create = (name) =>
    data.entries.push({ id: ctx.nextId(), name, parent: id, folder: true, time: now(), size: 0, text: "" });
  return screen({
    title: id === ROOT ? t("Files") : (entry(data, id)?.name ?? ""),
    large: id === ROOT,
    up: id === ROOT ? undefined : ctx.finish,
    actions: [{ id: "sort", name: "sort", desc: t("Sort by"), on: sort }],
    body: listing(ctx, id),
    fab: {
      id: "new_folder",
      desc: t("New folder"),
      on: () =>
        askName(ctx, {
          id: "new_folder_dialog",
          title: t("New folder"),
          value: "",
          parent: id,
          yes: t("Create"),
          on: create,
        }),
    },
  });
}

function file(ctx) {
  const it = entry(ctx.data, ctx.args.id);
  return screen({
    title: it.name,
    up: ctx.finish,
    body: it.text ? paragraph(it.text) : empty(t("No preview"), "file"),
  });
}

function moveTo(ctx) {
  const { data } = ctx;
  const it = entry(data, ctx.args.id);
  const v = ctx.init(() => ({ folder: ROOT }));
  const at = v.folder;
  const targets = inside(data, at).filter((one) => one.folder && one.id !== it.id);
  const here = () => {
    if (inside(data, at).some((one) => one.name === it.name && one !== it)) {
      ctx.toast(t("That name is taken"));
      return;
    }
    it.parent = at;
    ctx.toast(t("Moved"));
    ctx.finish();
  };
  v.onBack = () => {
    if (at === ROOT) return false;
    ctx.set({ folder: entry(data, at).parent });
    return true;
  };
  return screen({
    title: t("Move {0}", it.name),
    up: () => ctx.finish(),
    body: [
      row({
        id: "here",
        lead: "storage",
        title: at === ROOT ? t("Files") : entry(data, at).name,
        sub: t("Current folder"),
      }),
      h("div.rule"),
      targets.map((one) =>
        row({ id: `target_${one.id}`, lead: "folder", title: one.name, on: () => ctx.set({ folder: one.id }) }),
      ),
    ],
    bottom: h(
      "div.two",
      {},
      button({ id: "cancel", text: t("Cancel"), kind: "outlined", on: () => ctx.finish() }),
      button({ id: "move_here", text: t("Move here"), on: here }),
    ),
  });
}

export const files = {
  label: "Files",
  color: "#00838f",
  icon: "files",
  exported: [],
  activities: { MainActivity: folder, FolderActivity: folder, FileActivity: file, MoveActivity: moveTo },
};
