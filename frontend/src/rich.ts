/** Puts the rich box in the place of a letter's text area; the text area stays its plain text, and what is sent without it. */
import type { Around, Rich } from "./editor";
import { token } from "./words";
import { upload } from "./uploads";

const boxes = new WeakMap<HTMLTextAreaElement, Rich>();
const waiting = new WeakSet<HTMLTextAreaElement>();
/** Markup that a change to plain text left out, to come back if nothing was typed since. */
const left = new WeakMap<HTMLTextAreaElement, { text: string; html: string }>();
const CHOICE = "plain";
const JUST_NOW = 60_000;
let isTelling = false;
let chunk: Promise<{ mount: (around: Around, html: string) => Rich }> | null = null;
let keyOf: (event: KeyboardEvent, area: HTMLTextAreaElement) => boolean = () => false;

const barOf = (area: HTMLTextAreaElement) => area.form?.querySelector<HTMLElement>(".format") ?? null;
const fieldOf = (area: HTMLTextAreaElement) => area.form?.querySelector<HTMLInputElement>("input[name=html]") ?? null;
const isPlain = (area: HTMLTextAreaElement) => barOf(area)?.dataset["plain"] !== "";

export const boxOf = (area: HTMLTextAreaElement): Rich | null => boxes.get(area) ?? null;

/** The text area that belongs to a box, or to any other element of its form. */
export function areaOf(element: Element | null): HTMLTextAreaElement | null {
  return element?.closest("form")?.querySelector<HTMLTextAreaElement>(".composer-text[name=text]") ?? null;
}

export function htmlOf(area: HTMLTextAreaElement | null): string {
  return (area && fieldOf(area)?.value) || "";
}

/** Other words in the box, as markup if there is any; nothing is told of the change. */
export function fill(area: HTMLTextAreaElement, text: string, html = ""): void {
  area.value = text;
  const field = fieldOf(area);
  if (field) field.value = html;
  boxes.get(area)?.set(text, html);
}

/** Adds at the caret: `html` where the box takes markup, else `text`; `replacing` so many characters before it. */
export function insert(area: HTMLTextAreaElement, text: string, html: string, replacing = 0): void {
  const box = boxes.get(area);
  if (box) return box.insert(html, replacing);
  const at = area.selectionStart;
  area.setRangeText(text, at - replacing, area.selectionEnd, "end");
  area.focus();
  area.dispatchEvent(new Event("letter:changed", { bubbles: true }));
}

function changed(area: HTMLTextAreaElement): void {
  const box = boxes.get(area);
  const field = fieldOf(area);
  if (!box || !field) return;
  area.value = box.text();
  field.value = box.html();
  area.dispatchEvent(new Event("letter:changed", { bubbles: true }));
}

/** Fetches the editor the first time, and swaps it in with words and caret as they are by then. */
export async function open(area: HTMLTextAreaElement | null): Promise<void> {
  if (!area || boxes.has(area) || waiting.has(area) || isPlain(area)) return;
  const address = barOf(area)?.dataset["editor"];
  if (!address) return;
  waiting.add(area);
  try {
    chunk ??= import(address) as NonNullable<typeof chunk>;
    const { mount } = await chunk;
    if (area.dataset["composing"] !== undefined) await new Promise((done) => area.addEventListener("compositionend", done, { once: true }));
    if (!area.isConnected || isPlain(area) || !area.form) return;
    const form = area.form;
    const around: Around = {
      area,
      bar: barOf(area),
      upload: (file) => upload(form, file),
      changed: () => changed(area),
      key: (event) => keyOf(event, area),
    };
    const box = mount(around, htmlOf(area));
    // Words count more than markup that holds none of them.
    if (area.value.trim() && !box.text().trim()) box.set(area.value, "");
    boxes.set(area, box);
    area.classList.add("behind");
    area.tabIndex = -1;
    area.setAttribute("aria-hidden", "true");
    area.dispatchEvent(new Event("letter:boxed", { bubbles: true }));
  } catch {
    chunk = null; // the text area does it too; the next opening tries again
  } finally {
    waiting.delete(area);
  }
}

function close(area: HTMLTextAreaElement): void {
  boxes.get(area)?.destroy();
  boxes.delete(area);
  area.classList.remove("behind");
  area.removeAttribute("tabindex");
  area.removeAttribute("aria-hidden");
}

/** Before its text area goes: the box goes with it. */
export function leave(area: HTMLTextAreaElement | null): void {
  if (area) close(area);
}

/** What was chosen a moment ago counts, though the page may have been written before the desk knew. */
function chosen(): { isPlain: boolean; isTold: boolean } | null {
  const [plain, at, told] = (sessionStorage.getItem(CHOICE) ?? "").split(" ");
  return plain && Date.now() - Number(at) < JUST_NOW ? { isPlain: plain === "1", isTold: told === "told" } : null;
}

/** Told one after the other, so that the last choice is the one that stays. */
async function remember(url: string): Promise<void> {
  if (isTelling) return;
  isTelling = true;
  for (let now = chosen(); now && !now.isTold; now = chosen()) {
    const plain = now.isPlain ? "1" : "0";
    const kept = sessionStorage.getItem(CHOICE) ?? "";
    const init = { method: "POST", body: new URLSearchParams({ plain }), keepalive: true };
    const answer = await fetch(url, { ...init, headers: { "X-CSRFToken": token(), "HX-Request": "true" } }).catch(() => null);
    if (kept !== sessionStorage.getItem(CHOICE)) continue;
    if (!answer?.ok) break; // the next page tells it again
    sessionStorage.setItem(CHOICE, `${kept} told`);
  }
  isTelling = false;
}

function mark(bar: HTMLElement, isPlain: boolean): void {
  bar.dataset["plain"] = isPlain ? "1" : "";
  bar.querySelector("[data-plain-toggle]")?.setAttribute("aria-pressed", String(isPlain));
}

function toggle(bar: HTMLElement): void {
  const becomesPlain = bar.dataset["plain"] === "";
  for (const each of document.querySelectorAll<HTMLElement>(".format")) {
    mark(each, becomesPlain);
    const area = areaOf(each);
    const field = area && fieldOf(area);
    if (!area || !field) continue;
    if (becomesPlain) {
      if (field.value) left.set(area, { text: area.value, html: field.value });
      field.value = "";
      close(area);
    } else {
      const before = left.get(area);
      if (before?.text === area.value) field.value = before.html;
      left.delete(area);
      if (each === bar || area.closest(".composer-open")) void open(area);
    }
  }
  const area = areaOf(bar);
  area?.focus();
  area?.dispatchEvent(new Event("letter:changed", { bubbles: true }));
  sessionStorage.setItem(CHOICE, `${becomesPlain ? 1 : 0} ${Date.now()}`);
  void remember(bar.dataset["remember"] ?? "");
}

/** `key` hears every key of a box before it does. */
export function start(key: typeof keyOf = keyOf): void {
  keyOf = key;
  const choice = chosen();
  const bars = [...document.querySelectorAll<HTMLElement>(".format")];
  if (choice) bars.forEach((bar) => mark(bar, choice.isPlain));
  if (choice && bars[0]) void remember(bars[0].dataset["remember"] ?? "");
  document.querySelectorAll<HTMLTextAreaElement>(".composer-page .composer-text[name=text]").forEach((area) => void open(area));
  document.addEventListener("focusin", (event) => {
    const area = event.target as HTMLElement;
    if (area instanceof HTMLTextAreaElement && boxes.has(area)) boxes.get(area)?.focus();
  });
  for (const kind of ["compositionstart", "compositionend"]) {
    document.addEventListener(kind, (event) => {
      if (event.target instanceof HTMLTextAreaElement) event.target.toggleAttribute("data-composing", kind === "compositionstart");
    });
  }
  // Words that something else put into the text area: dictation, a browser's own tool.
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (area instanceof HTMLTextAreaElement && boxes.has(area)) boxes.get(area)?.set(area.value, "");
  });
  document.addEventListener("click", (event) => {
    const bar = (event.target as HTMLElement).closest("[data-plain-toggle]")?.closest<HTMLElement>(".format");
    if (bar) toggle(bar);
  });
}

