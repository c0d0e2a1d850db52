/** Native popovers, placed beside their button, with arrow keys, a filter line, and the focus given back. */
import { ask } from "./ask";
import { fits } from "./narrow";

interface Swap {
  xhr: XMLHttpRequest;
  requestConfig: { verb: string; elt: Element };
  pathInfo: { finalRequestPath: string };
}

/** The menu through which another was reached. */
const reached = new Map<string, string>();

/** Of lines that ask the desk while somebody types: the words that were answered last. */
const answered = new WeakMap<HTMLInputElement, string>();
let entered: HTMLInputElement | null = null;

function buttonOf(menu: HTMLElement): HTMLElement | null {
  const all = document.querySelectorAll<HTMLElement>(
    `[popovertarget="${CSS.escape(menu.id)}"], [data-menu="${CSS.escape(menu.id)}"]`,
  );
  // One that is reached through another menu stands where that one did.
  const visible = [...all].find((button) => button.offsetParent !== null);
  if (visible) return visible;
  const outer = document.getElementById(reached.get(menu.id) ?? "");
  return (outer && buttonOf(outer)) ?? document.getElementById(menu.dataset["at"] ?? "");
}

function place(menu: HTMLElement): void {
  const button = buttonOf(menu);
  if (!menu.matches(".pop")) return;
  if (!button) {
    // Opened by a key: in the middle, near the top.
    menu.style.left = `${Math.max(8, (innerWidth - menu.offsetWidth) / 2)}px`;
    menu.style.top = "4.5rem";
    return;
  }
  const at = button.getBoundingClientRect();
  const [width, height] = [menu.offsetWidth, menu.offsetHeight];
  const isBeside = menu.dataset["place"] === "beside" && innerWidth >= 768;
  const isAside = menu.dataset["place"] === "aside" && innerWidth >= 768;
  let left = isBeside || isAside ? at.right + 8 : menu.dataset["place"] === "end" ? at.right - width : at.left;
  let top = isBeside ? at.bottom - height : isAside ? at.top : at.bottom + 4;
  if (top + height > innerHeight - 8) top = isBeside ? innerHeight - height - 8 : Math.max(8, at.top - height - 4);
  left = Math.min(Math.max(8, left), innerWidth - width - 8);
  menu.style.left = `${left}px`;
  menu.style.top = `${Math.max(8, top)}px`;
}

function items(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>(".pop-item, .pile-link, .severity-cell")].filter((item) => item.offsetParent !== null);
}

/** A long menu fetches its items each time it opens, so that they are never out of date. */
function load(menu: HTMLElement): void {
  const url = menu.dataset["load"];
  if (url) void ask("get", url, { target: menu, swap: "innerHTML" });
}

/** Where typing begins in a menu that holds a form. */
function field(menu: HTMLElement): HTMLElement | undefined {
  const fields = menu.querySelectorAll<HTMLElement>("input:not([type=hidden]), textarea");
  return [...fields].find((one) => one.offsetParent !== null);
}

function opened(menu: HTMLElement): void {
  place(menu);
  const picked =
    menu.querySelector<HTMLElement>('.pop-filter, [data-first], [aria-pressed="true"]') ?? items(menu)[0] ?? field(menu);
  if (menu.matches(".pop") && picked) focus(picked);
}

/** An item that is the label of a box to tick passes the focus on to it. */
function focus(item: HTMLElement): void {
  (item.querySelector<HTMLElement>("input") ?? item).focus({ preventScroll: true });
}

function filter(input: HTMLInputElement): void {
  const menu = input.closest<HTMLElement>("[popover]");
  const wanted = input.value.trim().toLocaleLowerCase();
  menu?.querySelectorAll<HTMLElement>(".pop-item[data-word]").forEach((item) => {
    item.hidden = !fits(item.dataset["word"] ?? "", wanted);
  });
  const fresh = menu?.querySelector<HTMLElement>("[data-new]");
  if (fresh) {
    const exact = menu?.querySelector(`.pop-item[data-word="${CSS.escape(wanted)}" i]`);
    fresh.hidden = wanted === "" || exact !== null;
    fresh.querySelectorAll("[data-new-word]").forEach((word) => (word.textContent = wanted));
    if (fresh instanceof HTMLButtonElement) fresh.value = (fresh.dataset["newBefore"] ?? "") + wanted;
  }
  if (menu) place(menu);
}

function move(event: KeyboardEvent): void {
  // Also while the focus is still on its way into a menu that has just opened.
  const menu = document.querySelector<HTMLElement>(".pop:popover-open");
  // A field of the menu's own, such as a day, has its own use for these keys.
  if (!menu || (event.target instanceof HTMLInputElement && !event.target.matches(".pop-filter, [type=checkbox]"))) return;
  const all = items(menu);
  const at = all.findIndex((item) => item.contains(document.activeElement));
  const step = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (step !== undefined && !(event.target instanceof HTMLInputElement && /Home|End/.test(event.key))) {
    event.preventDefault();
    const next = all[(step + all.length) % all.length];
    if (next) focus(next);
  } else if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
    event.preventDefault();
    if (isBehind(event.target)) entered = event.target;
    else all[0]?.click();
  }
}

/** Whether the list under a line that asks the desk was found for other words than stand there now. */
const isBehind = (line: HTMLInputElement) => "asks" in line.dataset && line.value !== (answered.get(line) ?? line.defaultValue);

/** What a line asked for has come: Enter that was pressed before takes the first of it. */
function found({ requestConfig, pathInfo }: Swap): void {
  const line = requestConfig.elt;
  if (!(line instanceof HTMLInputElement) || !("asks" in line.dataset)) return;
  answered.set(line, new URLSearchParams(pathInfo.finalRequestPath.split("?")[1]).get(line.name) ?? "");
  if (isBehind(line) || entered !== line) return;
  entered = null;
  const menu = line.closest<HTMLElement>(".pop:popover-open");
  if (menu) items(menu)[0]?.click();
}

/** In a long side bar the page that one is on stands in sight. */
function showCurrent(): void {
  document.querySelector(".views [aria-current]")?.scrollIntoView({ block: "nearest" });
}

/** Opens the popover of that name, unless it is missing. */
export function open(id: string): boolean {
  const menu = document.getElementById(id);
  if (!menu?.popover) return false;
  // A property's menu inside the card's sheet needs the sheet first.
  const sheet = menu.parentElement?.closest<HTMLElement>("[popover]");
  if (sheet && getComputedStyle(sheet).display === "none") sheet.showPopover();
  menu.showPopover();
  opened(menu); // at once: the next key may follow before the event does
  return true;
}

/** A menu reached through another takes its place, so that one is open at a time and nothing stays behind it. */
function goOn(event: MouseEvent): void {
  const item = (event.target as HTMLElement).closest<HTMLElement>(".pop .pop-item[popovertarget]");
  const outer = item?.closest<HTMLElement>(".pop");
  if (!item || !outer) return;
  const id = item.getAttribute("popovertarget") ?? "";
  event.preventDefault();
  reached.set(id, outer.id);
  outer.hidePopover();
  open(id);
}

export function start(): void {
  showCurrent();
  document.addEventListener("click", goOn);
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target as HTMLElement;
      if (!(menu instanceof HTMLElement) || !menu.popover) return;
      const isOpen = (event as ToggleEvent).newState === "open";
      const all = document.querySelectorAll(`[popovertarget="${CSS.escape(menu.id)}"]`);
      all.forEach((button) => button.setAttribute("aria-expanded", String(isOpen)));
      if (!isOpen) return;
      if (menu.id === "views") showCurrent();
      load(menu);
      if (!menu.contains(document.activeElement)) opened(menu);
    },
    true,
  );
  // A link that has a menu: without scripts it leads to a page with the same choices.
  document.addEventListener("click", (event) => {
    const link = (event.target as HTMLElement).closest<HTMLElement>("[data-menu]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (open(link.dataset["menu"] ?? "")) event.preventDefault();
  });
  document.addEventListener("keydown", move);
  document.addEventListener("input", (event) => {
    entered = null; // who types on has changed their mind
    if (event.target instanceof HTMLInputElement && event.target.matches(".pop-filter:not([data-asks])")) filter(event.target);
  });
  document.addEventListener("click", (event) => {
    const item = (event.target as HTMLElement).closest<HTMLElement>(".pop-item:not([data-stay]), .pop .severity-cell");
    if (item) setTimeout(() => item.closest<HTMLElement>(".pop:popover-open")?.hidePopover());
  });
  // A form that stands in a menu: once it is saved, the menu has nothing more to say.
  document.body.addEventListener("htmx:afterRequest", (event) => {
    // The form itself may be gone with the old page by now, so the event tells of another element.
    const detail = (event as CustomEvent).detail as { successful: boolean; requestConfig: { elt: Element } };
    if (!detail.successful || !detail.requestConfig.elt.matches("[data-closes]")) return;
    document.querySelectorAll<HTMLElement>(".pop:popover-open").forEach((menu) => menu.hidePopover());
  });
  // What was chosen in a menu with boxes and fields is done: it closes, and stays open where nothing was done.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = (event as CustomEvent).detail as Swap;
    const menu = requestConfig.elt.closest<HTMLElement>(".pop:popover-open");
    if (!menu || requestConfig.verb !== "post" || xhr.status >= 400) return;
    // Where several things are done one after the other, it shows what came of each.
    if (menu.hasAttribute("data-stays")) setTimeout(() => load(menu));
    else menu.hidePopover();
  });
  addEventListener("resize", () => document.querySelectorAll<HTMLElement>(".pop:popover-open").forEach(place));
  // A menu that fetched its items: place it anew and take the focus, at once, for whoever goes on typing.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const menu = (event.target as HTMLElement).closest<HTMLElement>(".pop:popover-open");
    if (!menu) return;
    // What comes in later obeys what was typed before it came: Enter must not choose somebody else.
    const typed = menu.querySelector<HTMLInputElement>(".pop-filter:not([data-asks])");
    if (typed?.value) filter(typed);
    if (menu.contains(document.activeElement)) place(menu);
    else opened(menu);
    found((event as CustomEvent).detail as Swap);
  });
}
