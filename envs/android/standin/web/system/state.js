// The one document that everything on the phone is in. The clock is part of it and moves only when told.

export let state = null;
export const scope = { app: "launcher" };

export function replace(next) {
  state = next;
}

/** An id that was never given before: ids are a counter, so that the same taps make the same document. */
export function nextId() {
  state.next_id += 1;
  return state.next_id;
}

// Dates are texts: "2026-03-05", and with the time "2026-03-05T09:41:00". UTC is only a calculator here: the phone
// knows one time zone and no daylight saving.
const parse = (text) => new Date(text.length > 10 ? `${text}Z` : `${text}T00:00:00Z`);
export const now = () => state.device.clock;
export const today = () => now().slice(0, 10);
export const clockTime = (text = now()) => text.slice(11, 16);
export const plusSeconds = (text, seconds) =>
  new Date(parse(text).getTime() + Math.round(seconds * 1000)).toISOString().slice(0, 19);
export const plusDays = (date, days) => plusSeconds(`${date}T00:00:00`, days * 86400).slice(0, 10);
export const secondsBetween = (from, to) => Math.round((parse(to) - parse(from)) / 1000);
export const weekday = (date) => parse(date).getUTCDay();
export const pad = (number) => String(number).padStart(2, "0");

const LOCALES = { en: "en-GB", zh: "zh-CN", ja: "ja-JP", ar: "ar-u-nu-latn" };

export const locale = () => LOCALES[state.device.language] ?? "en-GB";

/** A date in the phone's language; `how` as of Intl.DateTimeFormat. */
export function showDate(text, how = { weekday: "short", day: "numeric", month: "short" }) {
  return new Intl.DateTimeFormat(locale(), { ...how, timeZone: "UTC" }).format(parse(text));
}

export const money = (cents) => `$${Math.floor(cents / 100).toLocaleString("en-US")}.${pad(cents % 100)}`;

/** A time of the past as lists show it: the hour today, else the day. */
export const showWhen = (text) =>
  text.slice(0, 10) === today() ? clockTime(text) : showDate(text, { day: "numeric", month: "short" });
