/** Keeps "5 min" true while the page stays open. Same words as the server's. */
import { say } from "./words";

function words(at: Date): string | null {
  const seconds = Math.max(0, (Date.now() - at.getTime()) / 1000);
  if (seconds < 60) return say("now");
  if (seconds < 3600) return say("minutes", { n: Math.floor(seconds / 60) });
  if (seconds < 86400) return say("hours", { n: Math.floor(seconds / 3600) });
  if (seconds < 7 * 86400) return say("days", { n: Math.floor(seconds / 86400) });
  return null;
}

function refresh(): void {
  for (const element of document.querySelectorAll<HTMLTimeElement>("time[data-moment=ago]")) {
    const text = words(new Date(element.dateTime));
    if (text !== null && element.textContent !== text) element.textContent = text;
  }
  clocks();
}

/** The time of day where somebody else is. */
function clocks(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-clock]")) {
    const zone = element.dataset["clock"];
    const now = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format();
    const text = (element.textContent ?? "").replace(/\d\d:\d\d$/, now);
    if (element.textContent !== text) element.textContent = text;
  }
}

/** The whole date on hover, in the page's language and the reader's own zone. */
function spell(event: Event): void {
  const element = (event.target as Element).closest?.<HTMLTimeElement>("time[data-moment]");
  if (!element || element.title) return;
  const timeZone = document.body.dataset["zone"] || undefined;
  const format: Intl.DateTimeFormatOptions = { dateStyle: "full", timeStyle: "long", timeZone };
  element.title = new Intl.DateTimeFormat(document.documentElement.lang, format).format(new Date(element.dateTime));
}

export function start(): void {
  document.addEventListener("pointerover", spell);
  setInterval(refresh, 30_000);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
}
