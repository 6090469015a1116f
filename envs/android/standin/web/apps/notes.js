// Notes, in folders, the pinned ones first.

import { h } from "../system/dom.js";
import { icon } from "../system/icons.js";
import { chips, empty, field, row, screen, searchField } from "../system/kit.js";
import { now, showWhen } from "../system/state.js";
import { t } from "../system/words.js";

function main(ctx) {
  const v = ctx.init(() => ({ query: "", folder: "" }));
  const { folders, notes: all } = ctx.data;
  const query = v.query.toLowerCase();
  const found = all
    .filter(
      (note) => (!v.folder || note.folder === v.folder) && `${note.title}\n${note.text}`.toLowerCase().includes(query),
    )
    .sort((one, other) => other.pinned - one.pinned || other.time.localeCompare(one.time) || other.id - one.id);
  const card = (note) =>
    h(
      "div.note-card.card",
      {
        id: `note_${note.id}`,
        on: () => ctx.start("EditActivity", { id: note.id }),
        long: () =>
          ctx.menu([
            {
              id: "menu_pin",
              text: note.pinned ? t("Unpin") : t("Pin"),
              on: () => {
                note.pinned = !note.pinned;
                ctx.refresh();
              },
            },
            {
              id: "menu_move",
              text: t("Move to folder"),
              on: () =>
                pickFolder(ctx, note.folder, (folder) => {
                  note.folder = folder;
                  ctx.refresh();
                }),
            },
            { id: "menu_delete", text: t("Delete"), on: () => remove(ctx, note, () => ctx.refresh()) },
          ]),
      },
      h("div.note-head", {}, h("div.primary", {}, note.title || t("Untitled")), note.pinned && icon("pin", 16)),
      h("div.secondary.two-lines", {}, note.text),
      h("div.note-foot", {}, `${note.folder} · ${showWhen(note.time)}`),
    );
  return screen({
    title: t("Notes"),
    large: true,
    actions: [{ id: "folders", name: "folder", desc: t("Folders"), on: () => ctx.start("FoldersActivity") }],
    body: [
      searchField({ label: t("Search notes"), value: v.query, on: (text) => ctx.set({ query: text }), done: () => {} }),
      chips([
        { id: "folder_all", text: t("All"), selected: !v.folder, on: () => ctx.set({ folder: "" }) },
        ...folders.map((folder, place) => ({
          id: `folder_${place}`,
          text: folder,
          selected: v.folder === folder,
          on: () => ctx.set({ folder }),
        })),
      ]),
      found.length ? found.map(card) : empty(t("No notes"), "notes"),
    ],
    fab: { id: "add_note", desc: t("New note"), on: () => ctx.start("EditActivity", { folder: v.folder }) },
  });
}

function remove(ctx, note, then) {
  ctx.confirm({
    id: "confirm_delete",
    title: t("Delete this note?"),
    yes: t("Delete"),
    on: () => {
      ctx.data.notes = ctx.data.notes.filter((other) => other !== note);
      then();
    },
  });
}

const pickFolder = (ctx, value, on) =>
  ctx.choose({
    title: t("Folder"),
    value,
    items: ctx.data.folders.map((folder, place) => ({ id: `pick_folder_${place}`, text: folder, value: folder })),
    on,
  });

function edit(ctx) {
  const old = ctx.data.notes.find((note) => note.id === ctx.args.id);
  const first = old ?? { title: "", text: "", folder: ctx.args.folder || ctx.data.folders[0], pinned: false };
  const v = ctx.init(() => ({ title: first.title, text: first.text, folder: first.folder, pinned: first.pinned }));
  const isChanged = () => ["title", "text", "folder", "pinned"].some((name) => v[name] !== first[name]);
  const save = () => {
    if (!v.title.trim() && !v.text.trim()) {
      ctx.toast(t("The note is empty"));
      return;
    }
    const changes = { title: v.title.trim(), text: v.text, folder: v.folder, pinned: v.pinned, time: now() };
    if (old) Object.assign(old, changes);
    else ctx.data.notes.push({ id: ctx.nextId(), ...changes });
    ctx.toast(t("Note saved"));
    ctx.finish();
  };
  const leave = () => {
    if (!isChanged()) return false;
    ctx.confirm({
      id: "discard",
      title: t("Discard your changes?"),
      no: t("Keep editing"),
      yes: t("Discard"),
      on: () => ctx.finish(),
    });
    return true;
  };
  v.onBack = leave;
  return screen({
    title: old ? t("Edit note") : t("New note"),
    up: () => {
      if (!leave()) ctx.finish();
    },
    actions: [
      {
        id: "pin",
        name: "pin",
        desc: v.pinned ? t("Unpin") : t("Pin"),
        cls: v.pinned ? "on" : "",
        on: () => ctx.set({ pinned: !v.pinned }),
      },
      old && { id: "delete", name: "delete", desc: t("Delete"), on: () => remove(ctx, old, ctx.finish) },
      { id: "save", name: "check", desc: t("Save"), on: save },
    ],
    body: [
      field({
        id: "title_input",
        label: t("Title"),
        value: v.title,
        on: (text) => {
          v.title = text;
        },
      }),
      field({
        id: "text_input",
        label: t("Note"),
        value: v.text,
        lines: 9,
        on: (text) => {
          v.text = text;
        },
      }),
      row({
        id: "folder",
        lead: "folder",
        title: t("Folder"),
        sub: v.folder,
        on: () => pickFolder(ctx, v.folder, (folder) => ctx.set({ folder })),
      }),
    ],
  });
}

function folders(ctx) {
  const create = () => {
    let name = "";
    ctx.dialog({
      id: "new_folder",
      title: t("New folder"),
      body: field({
        id: "folder_name",
        label: t("Folder name"),
        value: "",
        on: (text) => {
          name = text;
        },
      }),
      actions: [
        { id: "cancel", text: t("Cancel") },
        {
          id: "create_folder",
          text: t("Create"),
          on: () => {
            if (name.trim() && !ctx.data.folders.includes(name.trim())) ctx.data.folders.push(name.trim());
            ctx.refresh();
          },
        },
      ],
    });
  };
  return screen({
    title: t("Folders"),
    up: ctx.finish,
    body: ctx.data.folders.map((folder, place) =>
      row({
        id: `folder_row_${place}`,
        lead: "folder",
        title: folder,
        trail: String(ctx.data.notes.filter((note) => note.folder === folder).length),
      }),
    ),
    fab: { id: "add_folder", desc: t("New folder"), on: create },
  });
}

export const notes = {
  label: "Notes",
  color: "#f09300",
  icon: "notes",
  exported: ["EditActivity", "FoldersActivity"],
  activities: { MainActivity: main, EditActivity: edit, FoldersActivity: folders },
};
