/** The bell: how many tickets have news, said once when there is more, and read as soon as the ticket is looked at. */
import { ask } from "./ask";
import { released } from "./press";

const parser = new DOMParser();
const kept = () => `bell:${document.body.dataset["person"]}`;
// What happens between a look and the stream's beginning would never be told: the look waits for it (live.ts), so long.
const STREAM_STANDS = 2_000;
let timer = 0;

interface Bell {
  count: string;
  newest: number;
}

function show({ count }: Bell): void {
  const badge = document.querySelector<HTMLElement>(".bell-count");
  const spoken = document.querySelector<HTMLElement>("[data-bell-said]");
  if (!badge || !spoken) return;
  badge.hidden = count === "0";
  badge.textContent = count;
  spoken.textContent = count === "0" ? "" : ` ${count}`;
}

/** As it was last shown in this window. */
function last(): Bell | null {
  return JSON.parse(sessionStorage.getItem(kept()) ?? "null") as Bell | null;
}

async function look(): Promise<void> {
  const url = document.body.dataset["bell"];
  if (!url) return;
  const number = /^\/tickets\/(\d+)\//.exec(location.pathname)?.[1] ?? "";
  let now: HTMLElement | null = null;
  try {
    const answer = await fetch(`${url}?ticket=${number}`, { headers: { "HX-Request": "true" }, redirect: "error" });
    if (answer.ok) now = parser.parseFromString(await answer.text(), "text/html").querySelector("[data-count]");
  } catch {
    return; // the stream's own bar says that the connection is lost
  }
  if (!now) return;
  if (now.dataset["here"] !== undefined && !document.hidden) {
    // It is being looked at: that is reading it. The answer comes by the stream.
    return void ask("post", document.body.dataset["read"] ?? "", { target: document.body, swap: "none", values: { ticket: number, quietly: "1" } });
  }
  const before = last();
  const bell = { count: now.dataset["count"] ?? "0", newest: Number(now.dataset["newest"] ?? 0) };
  show(bell);
  sessionStorage.setItem(kept(), JSON.stringify({ ...bell, newest: Math.max(bell.newest, before?.newest ?? 0) }));
  const news = document.getElementById("bell-news");
  // A screen reader hears it once, in the window that is looked at, and never on a mere visit of a page.
  if (news && before && bell.newest > before.newest && !document.hidden) news.textContent = now.dataset["said"] ?? "";
  const list = document.getElementById("notices");
  if (!list) return;
  await released();
  void ask("get", list.dataset["url"] ?? "", { target: list, swap: "morph:outerHTML" });
}

/** Something came, or was read elsewhere; or the stream stands, and nothing is missed from now on. */
export function news(wait = 60): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void look(), wait);
}

export function start(): void {
  if (!document.body.dataset["bell"]) return;
  show(last() ?? { count: "0", newest: 0 });
  news(STREAM_STANDS);
  document.addEventListener("visibilitychange", () => document.hidden || news());
  // What the bell opens is read and marked in place.
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = (event as CustomEvent).detail as { elt: HTMLElement; xhr: XMLHttpRequest };
    const panel = elt.closest?.<HTMLElement>("#bell-panel");
    if (panel && xhr.status === 204) void ask("get", panel.dataset["load"] ?? "", { target: panel, swap: "innerHTML" });
  });
}
