// Camera: a drawn view, a shutter, and the photos, which are files too.

import { h } from "../system/dom.js";
import { icon } from "../system/icons.js";
import { button, empty, iconButton, row, screen } from "../system/kit.js";
import { now, pad, showWhen, state } from "../system/state.js";
import { t } from "../system/words.js";

function shoot(ctx) {
  const { data } = ctx;
  data.count += 1;
  const photo = {
    id: ctx.nextId(),
    name: `IMG_${now().slice(0, 10).replaceAll("-", "")}_${pad(data.count)}.jpg`,
    time: now(),
  };
  data.photos.push(photo);
  const files = state.files.entries;
  let folder = files.find((one) => one.folder && one.parent === 0 && one.name === "DCIM");
  if (!folder)
    files.push((folder = { id: ctx.nextId(), name: "DCIM", parent: 0, folder: true, time: now(), size: 0, text: "" }));
  files.push({
    id: ctx.nextId(),
    name: photo.name,
    parent: folder.id,
    folder: false,
    time: now(),
    size: 2400,
    text: "",
  });
  ctx.toast(t("Photo saved"));
  ctx.refresh();
}

function main(ctx) {
  const v = ctx.init(() => ({ asked: false }));
  const granted = state.device.permissions.camera?.camera === "granted";
  if (!granted && !v.asked && !ctx.isPreview) {
    v.asked = true;
    // Asked once the window is there: dialogs go with the window before.
    queueMicrotask(() => ctx.permission("camera", () => ctx.refresh()));
  }
  if (!granted) {
    return screen({
      title: t("Camera"),
      body: [
        empty(t("The camera is not allowed"), "camera"),
        h(
          "div.centre",
          {},
          button({ id: "allow", text: t("Allow"), on: () => ctx.permission("camera", () => ctx.refresh()) }),
        ),
      ],
    });
  }
  return h(
    "div.camera",
    {},
    h("div.view", { id: "viewfinder", desc: t("Viewfinder") }, h("div.sun"), h("div.hill"), h("div.hill.near")),
    h(
      "div.shutter-bar",
      {},
      iconButton({ id: "gallery", name: "files", desc: t("Photos"), on: () => ctx.start("GalleryActivity") }),
      h("button.shutter", { id: "shutter", desc: t("Take photo"), on: () => shoot(ctx) }),
      h("div.count", { id: "count" }, String(ctx.data.count)),
    ),
  );
}

function gallery(ctx) {
  const { data } = ctx;
  const remove = (photo) =>
    ctx.confirm({
      id: "confirm_delete",
      title: t("Delete {0}?", photo.name),
      yes: t("Delete"),
      on: () => {
        data.photos = data.photos.filter((one) => one !== photo);
        ctx.refresh();
      },
    });
  return screen({
    title: t("Photos"),
    up: ctx.finish,
    body: data.photos.length
      ? [...data.photos]
          .reverse()
          .map((photo) =>
            row({
              id: `photo_${photo.id}`,
              lead: h("div.thumb", {}, icon("camera", 20)),
              title: photo.name,
              sub: showWhen(photo.time),
              trail: iconButton({
                id: `delete_${photo.id}`,
                name: "delete",
                desc: t("Delete"),
                on: () => remove(photo),
              }),
            }),
          )
      : empty(t("No photos"), "camera"),
  });
}

export const camera = {
  label: "Camera",
  color: "#37474f",
  icon: "camera",
  exported: ["GalleryActivity"],
  activities: { MainActivity: main, GalleryActivity: gallery },
};
