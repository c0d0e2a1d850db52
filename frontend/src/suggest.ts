/** A list beside the caret: shown while somebody types, walked with the arrows, chosen with Enter or Tab. */

import { Ahead } from "./ahead";
import { fits } from "./narrow";

export interface Place {
  left: number;
  top: number;
  bottom: number;
}

let holder: HTMLElement | null = null;
let picked: (item: HTMLElement) => void = () => undefined;
let writer: HTMLElement | null = null;
let timer = 0;
let again: () => void = () => undefined;
const ahead = new Ahead(press, () => again(), true);

const items = () => [...(holder?.querySelectorAll<HTMLElement>('[role="option"]') ?? [])].filter((item) => !item.hidden);
export const isOpen = (): boolean => holder !== null;

function mark(at: number): void {
  const all = items();
  const now = all[(at + all.length) % Math.max(all.length, 1)];
  all.forEach((item) => item.setAttribute("aria-selected", String(item === now)));
  now?.scrollIntoView({ block: "nearest" });
  for (const field of [writer, holder?.querySelector("input")])
    if (now && field) field.setAttribute("aria-activedescendant", now.id);
}

/** Only what has all these words stays; how many that are. */
export function filter(words: string): number {
  for (const item of holder?.querySelectorAll<HTMLElement>('[role="option"]') ?? []) {
    item.hidden = !("always" in item.dataset) && !fits(item.dataset["word"] ?? "", words);
  }
  const none = holder?.querySelector<HTMLElement>("[data-none]");
  const left = items();
  const named = left.filter((item) => !("always" in item.dataset)).length;
  if (none) none.hidden = named > 0;
  mark(0);
  return named;
}

export function close(): void {
  writer?.removeAttribute("aria-activedescendant");
  holder?.remove();
  holder = null;
  writer = null;
  clearTimeout(timer);
  ahead.dropped();
}

function place(at: Place): void {
  if (!holder) return;
  const { offsetWidth: width, offsetHeight: height } = holder;
  const isBelow = at.bottom + 4 + height <= innerHeight;
  holder.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  holder.style.top = `${isBelow ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
}

/** Other rows in the list that is shown, asked for with the words of its filter line. */
async function refill(rows: HTMLElement, words: string, ask: (words: string) => Promise<string>): Promise<void> {
  clearTimeout(timer);
  const mine = ahead.begins();
  const found = await ask(words);
  if (!rows.isConnected || !ahead.isWanted(mine)) return;
  rows.innerHTML = found;
  mark(0);
  ahead.answered();
}

/** `field` is where the focus is; `find` gives the list a filter line of its own, which then takes it; with `ask` the
 * desk is asked what has its words, else what stands there is filtered. */
export function show(list: string, label: string, at: Place, field: HTMLElement, pick: typeof picked, find = "", ask: ((words: string) => Promise<string>) | null = null): void {
  close();
  holder = document.createElement("div");
  holder.className = "macro-pop";
  const rows = document.createElement("ul");
  rows.id = "macro-list";
  rows.setAttribute("role", "listbox");
  rows.setAttribute("aria-label", label);
  rows.innerHTML = list;
  [picked, writer] = [pick, field];
  if (find) {
    const line = document.createElement("input");
    line.className = "pop-filter";
    line.type = "text";
    line.autocomplete = "off";
    line.placeholder = find;
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"], ["aria-controls", rows.id], ["aria-label", find]] as const)
      line.setAttribute(name, value);
    line.addEventListener("input", (event) => {
      event.stopPropagation();
      if (!ask) return void filter(line.value);
      if (!ahead.typed()) return;
      clearTimeout(timer);
      again = () => void refill(rows, line.value.trim(), ask);
      timer = window.setTimeout(again, 200);
    });
    line.addEventListener("keydown", (event) => key(event) && event.preventDefault());
    holder.append(line);
  }
  holder.append(rows);
  holder.addEventListener("pointerdown", (event) => {
    const item = (event.target as HTMLElement).closest<HTMLElement>('[role="option"]');
    if (item) event.preventDefault();
    if (item) choose(item);
  });
  (document.querySelector("main") ?? document.body).append(holder);
  place(at);
  holder.querySelector("input")?.focus();
  mark(0);
}

/** Closes, and what is typed on while the pick is fetched goes where it is written, not to the desk's own keys. */
function leave(): void {
  const back = holder?.querySelector("input") ? writer : null;
  close();
  back?.focus();
}

function choose(item: HTMLElement): void {
  const pick = picked;
  leave();
  pick(item);
}

function press(key: string): boolean {
  const all = items();
  const at = all.findIndex((item) => item.ariaSelected === "true");
  if (key === "ArrowDown") mark(at + 1);
  else if (key === "ArrowUp") mark(at - 1);
  else if (key === "Enter" || key === "Tab") {
    const now = all[at];
    if (!now) return false;
    choose(now);
  } else if (key === "Escape") leave();
  else return false;
  return true;
}

/** Whether the list took this key. */
export function key(event: KeyboardEvent): boolean {
  if (!holder || event.isComposing || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) return false;
  if (!ahead.holds(event) && !press(event.key)) return false;
  event.stopPropagation();
  return true;
}

export function start(): void {
  document.addEventListener("pointerdown", (event) => holder && !holder.contains(event.target as Node) && close());
  addEventListener("resize", close);
}
