/** The box above a list: what may stand at the cursor, and rows that say the same as the text. */
import { Ahead } from "./ahead";
import { fragment } from "./ask";

const box = () => document.getElementById("ask-text") as HTMLInputElement | null;
const list = () => document.getElementById("ask-list");
const rows = () => document.getElementById("ask-rows");

let picked = -1;
let offerTimer = 0;
let rowsTimer = 0;
let askedLength = 0;
let rowsAsked = 0;
const ahead = new Ahead(
  (key) => press(key) || key !== "Enter" || box()?.form?.requestSubmit(),
  () => void offer(),
);

const options = () => [...(list()?.querySelectorAll<HTMLElement>("[role=option]") ?? [])];

function pick(at: number): void {
  const all = options();
  picked = all.length ? (at + all.length + 1) % (all.length + 1) : -1;
  if (picked === all.length) picked = -1;
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === picked)));
  const now = all[picked];
  now?.scrollIntoView({ block: "nearest" });
  if (now) box()?.setAttribute("aria-activedescendant", now.id);
  else box()?.removeAttribute("aria-activedescendant");
}

function hide(): void {
  const shown = list();
  if (shown) shown.hidden = true;
  box()?.setAttribute("aria-expanded", "false");
  pick(-1);
}

function close(): void {
  hide();
  clearTimeout(offerTimer);
  ahead.dropped(); // an answer that comes now opens nothing again
}

async function offer(): Promise<void> {
  const line = box();
  const shown = list();
  if (!line || !shown) return;
  clearTimeout(offerTimer);
  const mine = ahead.begins();
  const length = line.value.length;
  const at = String(line.selectionStart ?? line.value.length);
  const query = new URLSearchParams({ q: line.value, at });
  const html = await fragment(`${line.form?.dataset["complete"] ?? ""}?${query.toString()}`);
  if (!ahead.isWanted(mine)) return;
  if (html === null || document.activeElement !== line) return ahead.dropped();
  shown.innerHTML = html; // rendered and escaped by the server, like every fragment
  askedLength = length;
  shown.hidden = options().length === 0;
  line.setAttribute("aria-expanded", String(!shown.hidden));
  pick(-1);
  ahead.answered();
}

function take(option: HTMLElement): void {
  const line = box();
  if (!line) return;
  const { insert, start, end } = option.dataset;
  const goesOn = option.hasAttribute("data-goes-on");
  // What came since the list was asked for: the rest of the word for who clicks, what follows for who typed ahead.
  const since = line.value.length - askedLength;
  const typedOn = ahead.isBehind ? 0 : Math.max(since, 0);
  const rest = line.value.slice(Number(end) + (ahead.isBehind ? since : 0));
  const before = line.value.slice(0, Number(start)) + (insert ?? "");
  const gap = goesOn || rest.startsWith(" ") || rest.startsWith(")") ? "" : " ";
  line.value = before + gap + rest;
  const caret = before.length + (typedOn ? gap.length + typedOn : goesOn ? 0 : 1);
  line.setSelectionRange(caret, caret);
  line.focus();
  hide();
  changed();
  if (goesOn) void offer();
}

function changed(): void {
  clearTimeout(rowsTimer);
  if (rows()?.hidden === false) rowsTimer = window.setTimeout(() => void showRows(), 420);
  if (!ahead.typed()) return;
  clearTimeout(offerTimer);
  pick(-1); // what stands there was asked for other words
  offerTimer = window.setTimeout(() => void offer(), 120);
}

/** The rows as the text has them, or as they are themselves with one added or taken away. */
async function showRows(form?: HTMLFormElement, more: Record<string, string> = {}): Promise<void> {
  const line = box();
  const shown = rows();
  if (!line || !shown) return;
  const query = form
    ? new URLSearchParams([...new FormData(form).entries()].map(([name, value]) => [name, String(value)]))
    : new URLSearchParams({ q: line.value });
  Object.entries(more).forEach(([name, value]) => query.set(name, value));
  const held = document.activeElement as HTMLElement | null;
  const all = () => [...shown.querySelectorAll<HTMLElement>("select, input:not([type=hidden]), button")];
  const at = held && shown.contains(held) ? all().indexOf(held) : -1;
  const mine = ++rowsAsked;
  const html = await fragment(`${line.form?.dataset["condition"] ?? ""}?${query.toString()}`);
  if (html === null || mine !== rowsAsked) return;
  shown.innerHTML = html;
  const next = shown.querySelector<HTMLFormElement>("#ask-form");
  if (form && next && !next.querySelector(".field-error")) line.value = next.dataset["text"] ?? "";
  if (at >= 0) all()[Math.min(at, all().length - 1)]?.focus();
}

function toggleRows(button: HTMLElement): void {
  const shown = rows();
  if (!shown) return;
  shown.hidden = !shown.hidden;
  button.setAttribute("aria-expanded", String(!shown.hidden));
  close();
  if (!shown.hidden) void showRows().then(() => shown.querySelector<HTMLElement>("select, input")?.focus());
}

/** Puts the cursor into the box; false where there is none. */
export function focusBox(): boolean {
  const line = box();
  line?.focus();
  line?.setSelectionRange(line.value.length, line.value.length);
  return line !== null;
}

/** A key at the list as it stands; whether it was for the list. */
function press(key: string): boolean {
  const isOpen = list()?.hidden === false;
  const option = isOpen ? options()[picked] : undefined;
  if (key === "ArrowDown" || key === "ArrowUp") {
    if (!isOpen) void offer();
    else pick(picked + (key === "ArrowDown" ? 1 : -1));
  } else if ((key === "Enter" || key === "Tab") && option) {
    take(option);
  } else if (key === "Escape") {
    if (isOpen) close();
    else document.querySelector<HTMLElement>(".row-link")?.focus();
  } else return false;
  return true;
}

function keyed(event: KeyboardEvent): void {
  if (!event.isComposing && (ahead.holds(event) || press(event.key))) event.preventDefault();
}

export function start(): void {
  const line = box();
  if (!line) return;
  line.addEventListener("input", changed);
  line.addEventListener("keydown", keyed);
  line.addEventListener("blur", () => window.setTimeout(close, 150));
  list()?.addEventListener("mousedown", (event) => event.preventDefault());
  list()?.addEventListener("click", (event) => {
    const option = (event.target as HTMLElement).closest<HTMLElement>("[role=option]");
    if (option) take(option);
  });
  const button = document.getElementById("ask-rows-button");
  button?.addEventListener("click", () => toggleRows(button));
  rows()?.addEventListener("change", (event) => {
    const form = (event.target as HTMLElement).closest("form");
    if (form) void showRows(form);
  });
  rows()?.addEventListener("click", (event) => {
    const act = (event.target as HTMLElement).closest<HTMLElement>("[data-add], [data-remove]");
    const form = act?.closest("form");
    if (form && act) void showRows(form, act.hasAttribute("data-add") ? { add: "1" } : { remove: act.dataset["remove"] ?? "" });
  });
  rows()?.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    // Beside a form with more in it than the condition, Enter in a row is no word to send it.
    const stays = line.form?.hasAttribute("data-stays");
    void showRows(form).then(() => stays || rows()?.querySelector(".field-error") || line.form?.requestSubmit());
  });
}
