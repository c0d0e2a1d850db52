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
}

export function start(): void {
  setInterval(refresh, 30_000);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
}
