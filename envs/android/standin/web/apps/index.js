// Every app of the phone, by its short name: its package is "com.standin." and that.

import { calendar } from "./calendar.js";
import { camera } from "./camera.js";
import { clock } from "./clock.js";
import { contacts } from "./contacts.js";
import { files } from "./files.js";
import { maps } from "./maps.js";
import { messages } from "./messages.js";
import { notes } from "./notes.js";
import { pay } from "./pay.js";
import { settings } from "./settings.js";
import { shop } from "./shop.js";
import { web } from "./web.js";

/**
 * Each: label (English, a key of the words), color, icon, activities {Name(context): element}, and which of those `exported`:
 * what others may start without arguments, beside MainActivity.
 */
export const APPS = { settings, clock, contacts, messages, notes, calendar, shop, maps, files, pay, web, camera };
