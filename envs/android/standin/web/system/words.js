// The phone's wording. English is written in the code and is the key to the others; what is missing stays English.

import { state } from "./state.js";
import ar from "../words/ar.js";
import ja from "../words/ja.js";
import zh from "../words/zh.js";

const TABLES = { zh, ja, ar };

/** The wording of an English text in the phone's language; {0}, {1} … are filled in. */
export function t(text, ...values) {
  const words = TABLES[state.device.language]?.[text] ?? text;
  return words.replace(/\{(\d)\}/g, (_, place) => String(values[Number(place)]));
}

/** Of data with a wording in several languages ({en, zh}), the phone's. */
export const say = (words) => (typeof words === "string" ? words : (words[state.device.language] ?? words.en));
