/** One hand on the keyboard: j k o r n a s p t e w z u / ? and Ctrl or Command with K. */
import { choose, chooseNone, withChosen } from "./bulk";
import { focusBox } from "./condition";
import { focusedTile, takeSuggestion } from "./board";
import { everyone, open as write } from "./composer";
import { openMenu as openMacros } from "./macros";
import { open as openMenu } from "./menus";
import { isTyping } from "./words";

const LIST = "desk:list";
const PLACE = "desk:place";

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(".row-link")];
}

function step(by: number): void {
  const all = rows();
  if (all.length) {
    const at = all.indexOf(document.activeElement as HTMLElement);
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    next?.focus({ preventScroll: true });
    next?.closest(".row")?.scrollIntoView({ block: "nearest" });
    return;
  }
  // On a ticket, j and k walk the list it was opened from.
  const here = document.getElementById("ticket")?.dataset["url"]?.split("?")[0];
  const list = JSON.parse(sessionStorage.getItem(LIST) ?? "[]") as string[];
  const at = list.findIndex((url) => url.split("?")[0] === here);
  const next = at < 0 ? undefined : list[at + by];
  if (next) location.assign(next);
}

export function showDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  dialog.showModal();
  dialog.dispatchEvent(new Event("opened"));
}

/** The field of the results' page, or that of the side bar where it is on screen. */
function focusSearch(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement>("#search-q, [data-search]");
  const field = [...fields].find((one) => one.offsetParent !== null);
  field?.focus();
  field?.select();
  return field !== undefined;
}

function back(): boolean {
  const link = document.querySelector<HTMLAnchorElement>("[data-back]");
  link?.click();
  return link !== null;
}

const acts: Record<string, () => unknown> = {
  j: () => step(1),
  k: () => step(-1),
  o: () => (document.activeElement as HTMLElement).matches(".row-link") && (document.activeElement as HTMLElement).click(),
  r: () => document.getElementById("tab-reply") && write("reply"),
  R: () => document.getElementById("tab-reply") && everyone(),
  n: () => document.getElementById("tab-reply") && write("note"),
  f: () => document.getElementById("tab-reply") && write("ask"),
  i: () => document.getElementById("claim")?.click(),
  h: () => openMenu("menu-hand"),
  d: () => document.querySelector<HTMLAnchorElement>("[data-board]")?.click(),
  q: () => document.getElementById("composer") && openMacros(),
  a: () => openMenu(focusedTile() ?? "menu-assignee") || withChosen("bulk-assignee"),
  s: () => openMenu("menu-status") || withChosen("bulk-status"),
  p: () => openMenu("menu-priority") || withChosen("bulk-priority"),
  t: () => openMenu("menu-tags") || withChosen("bulk-tag"),
  x: choose,
  Escape: chooseNone,
  e: () => openMenu("menu-next"),
  w: () => openMenu("menu-pend"),
  z: () => openMenu("menu-snooze"),
  v: () => openMenu("menu-followers"),
  b: () => openMenu("bell-panel"),
  g: () => openMenu("menu-merge"),
  l: () => openMenu("menu-link"),
  y: takeSuggestion,
  m: () => document.querySelector<HTMLButtonElement>("[data-take-next]")?.click(),
  u: back,
  c: () => document.querySelector<HTMLAnchorElement>("[data-new-ticket]")?.click(),
  "/": () => focusBox() || focusSearch() || showDialog("palette"),
  "?": () => showDialog("keys"),
};

/** The list, its address and place, so that a ticket leads back to just there. */
function remember(): void {
  if (!document.getElementById("rows")) return;
  sessionStorage.setItem(LIST, JSON.stringify(rows().map((link) => link.getAttribute("href"))));
  const top = document.getElementById("list-scroll")?.scrollTop ?? 0;
  const row = (document.activeElement as HTMLElement | null)?.closest(".row")?.id ?? "";
  sessionStorage.setItem(PLACE, JSON.stringify({ url: location.pathname + location.search, top, row }));
}

function comeBack(): void {
  const place = JSON.parse(sessionStorage.getItem(PLACE) ?? "{}") as { url?: string; top?: number; row?: string };
  if (!place.url) return;
  const link = document.querySelector<HTMLAnchorElement>("[data-back]");
  // Only to the view this ticket was opened from.
  const isList = link && new URL(place.url, location.href).pathname === new URL(link.href).pathname;
  if (isList && new URL(place.url, location.href).searchParams.get("view") === new URL(link.href).searchParams.get("view")) {
    link.href = place.url;
  }
  if (document.getElementById("rows") && place.url === location.pathname + location.search) {
    document.getElementById("list-scroll")?.scrollTo({ top: place.top ?? 0 });
    if (place.row) document.getElementById(place.row)?.querySelector<HTMLElement>(".row-link")?.focus({ preventScroll: true });
  }
}

export function start(): void {
  comeBack();
  document.body.addEventListener("htmx:afterSwap", comeBack);
  addEventListener("pagehide", remember);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      return showDialog("palette");
    }
    // A key that a part of the page took for itself is no key of the page: b on a recipient is Bcc, not the bell.
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping()) return;
    if (document.querySelector("dialog[open], .pop:popover-open")) return;
    const act = acts[event.key];
    if (!act) return;
    if (event.key !== "Escape") event.preventDefault(); // which also closes the sheets of a phone
    act();
  });
  document.addEventListener("click", (event) => {
    const opener = (event.target as HTMLElement).closest<HTMLElement>("[data-dialog]");
    if (opener) showDialog(opener.dataset["dialog"] ?? "");
    const dialog = event.target as HTMLElement;
    if (dialog instanceof HTMLDialogElement && dialog.open) {
      const at = dialog.getBoundingClientRect();
      const isInside = event.clientX >= at.left && event.clientX <= at.right && event.clientY >= at.top && event.clientY <= at.bottom;
      if (!isInside) dialog.close();
    }
  });
}
