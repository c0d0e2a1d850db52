/** What others do appears here by itself: the stream names tickets, and the page fetches its own fragments again. */
import { ask, fragment } from "./ask";
import { changed as boardChanged } from "./board";
import { refreshed } from "./composer";
import { news } from "./notices";
import * as presence from "./presence";
import { isPressed, released } from "./press";
import { changed as glanced } from "./glance";
import { say } from "./words";

interface Told {
  ticket: number;
}

const parser = new DOMParser();
const fresh = new Set<number>();
const pending = new Set<number>();
let rowsTimer = 0;
let countsTimer = 0;
let lostTimer = 0;

function later(timer: number, wait: number, act: () => void): number {
  clearTimeout(timer);
  return window.setTimeout(act, wait);
}

async function fetched(url: string): Promise<Document | null> {
  const html = await fragment(url);
  return html === null ? null : parser.parseFromString(html, "text/html");
}

/** An act of one's own is under way: its form must still stand when the answer comes, which says what was done. */
let actsUntil = 0;
let acts = 0;
let actsBefore = 0; // when the page was last asked for
let missed = false;
let askingUntil = 0; // the page is on its way
let isOld = false; // and something happened since it was asked for

interface Swap {
  requestConfig: { verb: string; elt: Element };
  etc: { swapOverride?: string };
  shouldSwap: boolean;
}

/** What is only told to the desk, such as that the ticket was seen, changes nothing that is shown. */
const isAct = ({ requestConfig, etc }: Swap): boolean => requestConfig.verb !== "get" && etc.swapOverride !== "none";

function watchActs(): void {
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (!isAct((event as CustomEvent).detail as Swap)) return;
    acts += 1;
    actsUntil = Date.now() + 10_000;
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!isAct((event as CustomEvent).detail as Swap)) return;
    actsUntil = 0;
    const page = document.getElementById("ticket");
    if (missed && page) ticketChanged(page);
  });
  // What was asked for before an act may be older than what the act left behind, and would draw over its form. Nor is
  // anything laid anew under a pressed button.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent).detail as Swap;
    const { verb, elt } = detail.requestConfig;
    if (verb !== "get" || elt.id !== "ticket" || (acts === actsBefore && !isPressed())) return;
    detail.shouldSwap = false;
    isOld = true;
  });
}

/**
 * The ticket's page as it is now, unless an act of one's own is about to say so. One answer comes after the other: htmx
 * would forget a second question as soon as the first answer changes the place that waits for both.
 */
export function ticketChanged(page: HTMLElement): void {
  missed = Date.now() < actsUntil;
  if (missed) return;
  if (Date.now() < askingUntil) return void (isOld = true);
  askingUntil = Date.now() + 10_000;
  isOld = false;
  actsBefore = acts;
  void ask("get", page.dataset["url"] ?? location.href, { target: page, swap: "morph:outerHTML" })
    .then(released)
    .then(() => {
      askingUntil = 0;
      const now = document.getElementById("ticket");
      if (isOld && now) ticketChanged(now);
    });
}

/** Rows that are shown change in place; rows that would join wait behind the bar; rows that left the view say so. */
async function rowsChanged(list: HTMLElement): Promise<void> {
  const ids = [...pending];
  pending.clear();
  const url = new URL(list.dataset["url"] ?? location.href, location.href);
  url.searchParams.set("only", ids.join(","));
  const page = await fetched(url.href);
  if (!page) return;
  await released();
  for (const id of ids) {
    const shown = document.getElementById(`row-${id}`);
    const now = page.getElementById(`row-${id}`);
    if (shown && now) {
      const row = document.importNode(now, true);
      const hadFocus = shown.contains(document.activeElement);
      row.classList.add("row-fresh");
      // What was chosen stays chosen.
      const chosen = row.querySelector<HTMLInputElement>(".row-pick");
      if (chosen) chosen.checked = shown.querySelector<HTMLInputElement>(".row-pick")?.checked ?? false;
      shown.replaceWith(row);
      if (hadFocus) row.querySelector<HTMLElement>(".row-link")?.focus({ preventScroll: true });
    } else if (shown) {
      shown.classList.add("row-gone");
      shown.title = say("left_view");
    } else if (now) {
      fresh.add(id);
    }
  }
  const bar = document.getElementById("fresh");
  if (!bar) return;
  bar.hidden = fresh.size === 0;
  bar.querySelectorAll("[data-fresh]").forEach((words) => {
    words.textContent = fresh.size === 1 ? say("new_one") : say("new_many", { n: fresh.size });
  });
}

/** These rows anew, as after an act that rings no bell. */
export function refresh(tickets: number[]): void {
  const list = document.getElementById("rows");
  if (!list) return;
  tickets.filter((id) => document.getElementById(`row-${id}`)).forEach((id) => pending.add(id));
  if (pending.size) void rowsChanged(list);
}

/** What is shown is asked for again; what the first page has beyond it waits behind the bar like any newcomer. */
async function listAgain(list: HTMLElement): Promise<void> {
  const isFirst = !new URLSearchParams(location.search).has("after");
  const page = isFirst ? await fetched(list.dataset["url"] ?? location.href) : null;
  for (const row of [...list.children, ...(page?.querySelectorAll("#rows > [data-ticket]") ?? [])])
    pending.add(Number((row as HTMLElement).dataset["ticket"]));
  if (pending.size) await rowsChanged(list);
}

const countsKey = () => `desk:counts:${document.body.dataset["person"]}`;

async function countsChanged(): Promise<void> {
  const url = document.body.dataset["counts"];
  const page = url ? await fetched(url) : null;
  if (!page) return;
  const all = [...page.querySelectorAll<HTMLElement>("[data-count]")];
  const values = all.map((now): [string, string] => [now.dataset["count"] ?? "", now.textContent ?? ""]);
  sessionStorage.setItem(countsKey(), JSON.stringify({ at: Date.now(), values }));
  showCounts(values, true);
}

function showCounts(values: [string, string][], isNews: boolean): void {
  for (const [key, text] of values) {
    document.querySelectorAll<HTMLElement>(`[data-count="${CSS.escape(key)}"]`).forEach((shown) => {
      if (shown.textContent === text) return;
      const wasShown = shown.textContent !== "";
      shown.textContent = text;
      shown.classList.remove("count-fresh");
      if (isNews && wasShown) requestAnimationFrame(() => shown.classList.add("count-fresh"));
    });
  }
}

/** The last known counts stand at once; they are asked for again unless they are from this moment. */
function countsAtFirst(): void {
  const kept = JSON.parse(sessionStorage.getItem(countsKey()) ?? "{}") as { at?: number; values?: [string, string][] };
  showCounts(kept.values ?? [], false);
  const known = new Set((kept.values ?? []).map(([key]) => key));
  const isNew = [...document.querySelectorAll<HTMLElement>("[data-count]")].some((shown) => !known.has(shown.dataset["count"] ?? ""));
  if (isNew || Date.now() - (kept.at ?? 0) > 5_000) void countsChanged();
}

function told({ ticket }: Told): void {
  const page = document.getElementById("ticket");
  if (page?.dataset["ticket"] === String(ticket)) ticketChanged(page);
  boardChanged();
  glanced(ticket);
  const list = document.getElementById("rows");
  if (list) {
    pending.add(ticket);
    // The first change shows at once, a burst is gathered.
    if (!rowsTimer) {
      void rowsChanged(list);
      rowsTimer = window.setTimeout(() => {
        rowsTimer = 0;
        if (pending.size) void rowsChanged(list);
      }, 400);
    }
  }
  countsTimer = later(countsTimer, 700, () => void countsChanged());
}

function everythingAgain(): void {
  const page = document.getElementById("ticket");
  if (page) ticketChanged(page);
  const list = document.getElementById("rows");
  if (list) void listAgain(list);
  boardChanged();
  void countsChanged();
  news();
}

function setLost(isLost: boolean): void {
  const bar = document.getElementById("lost");
  if (bar) bar.hidden = !isLost;
}

const SILENCE = 40_000; // the desk says something every 15 s: after this the line is dead, whatever the browser believes
let source: EventSource | null = null;
let wasLost = false;
let heardAt = 0;

function stands(): void {
  clearTimeout(lostTimer);
  lostTimer = 0;
  setLost(false);
  if (wasLost) everythingAgain();
  else news();
  wasLost = false;
  presence.anew();
  document.documentElement.dataset["live"] = "on";
}

function lost(after: number): void {
  wasLost = true;
  document.documentElement.dataset["live"] = "off";
  lostTimer ||= window.setTimeout(() => setLost(true), after);
}

function listen(url: string): void {
  source?.close();
  const now = (source = new EventSource(`${url}&stream=${presence.stream}`));
  const on = (kind: string, act: (data: string) => void) =>
    now.addEventListener(kind, (event) => {
      heardAt = Date.now();
      act((event as MessageEvent<string>).data);
    });
  heardAt = Date.now();
  on("open", stands);
  on("ping", () => undefined);
  on("ticket", (data) => told(JSON.parse(data) as Told));
  on("notice", () => news());
  on("here", (data) => presence.heard(JSON.parse(data)));
  on("resync", everythingAgain);
  now.addEventListener("error", () => {
    if (now !== source) return;
    lost(4_000);
    if (now.readyState === EventSource.CLOSED) window.setTimeout(() => now === source && listen(url), 5_000 + Math.random() * 5_000);
  });
}

function keepListening(url: string): void {
  listen(url);
  addEventListener("offline", () => lost(0));
  addEventListener("online", () => listen(url));
  window.setInterval(() => {
    if (Date.now() - heardAt < SILENCE || source?.readyState !== EventSource.OPEN) return;
    lost(0);
    listen(url);
  }, 5_000);
  addEventListener("pagehide", () => source?.close(), { once: true });
  addEventListener("pageshow", (event) => event.persisted && location.reload(), { once: true });
}

/** New messages glow for two seconds; the composer hears of them. */
function watchSwaps(): void {
  let before = new Set<string>();
  const ids = () => [...document.querySelectorAll(".msg")].map((message) => message.id);
  document.body.addEventListener("htmx:beforeSwap", () => (before = new Set(ids())));
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if ((event.target as HTMLElement).id !== "ticket" && !document.getElementById("ticket")) return;
    const shown = [...document.querySelectorAll(".msg")];
    const added = shown.filter((message) => !before.has(message.id));
    if (added.length < shown.length) added.forEach((message) => message.classList.add("msg-fresh"));
    before = new Set(ids());
    refreshed(added);
    markSeen();
  });
}

/** An open ticket that is looked at counts as read. */
export function markSeen(): void {
  const page = document.getElementById("ticket");
  if (!page || document.hidden || page.dataset["unread"] !== "1") return;
  page.dataset["unread"] = "";
  void ask("post", page.dataset["seen"] ?? "", { target: document.body, swap: "none" });
}

export function start(): void {
  presence.start();
  watchActs();
  watchSwaps();
  countsAtFirst();
  markSeen();
  document.addEventListener("visibilitychange", markSeen);
  const url = document.body.dataset["events"];
  if (url) keepListening(url);
}
