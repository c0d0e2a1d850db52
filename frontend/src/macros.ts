/** Texts to insert: by their button, by `q`, or by typing "/" where a word begins; and placeholders where texts are written. */
import { fragment } from "./ask";
import { open as openComposer } from "./composer";
import { ticketChanged } from "./live";
import { areaOf, boxOf, insert } from "./rich";
import * as suggest from "./suggest";
import { toast, type Toast } from "./toasts";
import { say, token } from "./words";

interface Used {
  text: string;
  html: string;
  open: string[];
  seen: [number, number];
  toast?: Toast;
  url?: string;
  error?: string;
}

const TYPED = /(?:^|\s)\/([\p{L}\p{N}_-]{0,40})$/u;
const LASTS = 30_000;
let list: { url: string; at: number; words: Promise<string> } | null = null;
let dismissed = false;

const composer = () => document.getElementById("composer");

function all(): Promise<string> {
  const url = composer()?.dataset["macros"] ?? "";
  if (!list || list.url !== url || Date.now() - list.at > LASTS) {
    const words = fetch(url, { headers: { "HX-Request": "true" } }).then((answer) => (answer.ok ? answer.text() : ""));
    list = { url, at: Date.now(), words: words.catch(() => "") };
  }
  return list.words;
}

const before = (area: HTMLTextAreaElement): string => boxOf(area)?.before().text ?? area.value.slice(0, area.selectionStart);

function placeOf(area: HTMLTextAreaElement): suggest.Place {
  return boxOf(area)?.before() ?? area.getBoundingClientRect();
}

const writerOf = (area: HTMLTextAreaElement): HTMLElement => document.getElementById(`${area.id}-rich`) ?? area;

const asked = async (url: string): Promise<string> => (await fragment(url)) ?? "";

/** Answers that were given before, in the same list. */
async function earlier(area: HTMLTextAreaElement, replacing: number): Promise<void> {
  const url = composer()?.dataset["earlier"] ?? "";
  const rows = await asked(url);
  const take = async (item: HTMLElement) => {
    const found = await asked(item.dataset["take"] ?? "");
    if (!found) return toast({ text: say("gone"), level: "error" });
    const { text, html } = JSON.parse(found) as { text: string; html: string };
    insert(area, text, html, replacing);
  };
  const find = (words: string) => asked(`${url}?q=${encodeURIComponent(words)}`);
  suggest.show(rows, say("earlier"), placeOf(area), writerOf(area), (item) => void take(item), say("find_earlier"), find);
}

/** For whom a text is, where no ticket says so. */
function letterSoFar(form: HTMLFormElement): URLSearchParams {
  const given = new FormData(form);
  return new URLSearchParams(["to", "alias", "subject"].map((name) => [name, String(given.get(name) ?? "")]));
}

async function use(area: HTMLTextAreaElement, item: HTMLElement, replacing: number): Promise<void> {
  if ("earlier" in item.dataset) return earlier(area, replacing);
  const url = item.dataset["use"] ?? "";
  let used: Used;
  try {
    const body = area.form?.id === "panel-new" ? letterSoFar(area.form) : null;
    const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
    if (!answer.headers.get("Content-Type")?.includes("json")) {
      return toast({ text: say(answer.status === 403 ? "signed_out" : "gone"), level: "error" });
    }
    used = (await answer.json()) as Used;
  } catch {
    return toast({ text: say("offline"), level: "error" });
  }
  if (used.error) return toast({ text: used.error, level: "error" });
  if (used.url) return location.assign(used.url);
  if (used.text || replacing) insert(area, used.text, used.html, replacing);
  const seen = area.form?.querySelector<HTMLInputElement>("input[name=seen]");
  if (seen?.value === String(used.seen[0])) seen.value = String(used.seen[1]);
  if (used.toast) toast(used.toast);
  if (used.open.length) toast({ text: say("fill_in", { names: used.open.join(", ") }) });
  const page = document.getElementById("ticket");
  if (page && used.toast) ticketChanged(page);
  if (list) list.at = 0;
}

/** The whole list with a line to find in it, at the sheet that is open. */
export async function openMenu(from: Element | null = null): Promise<void> {
  const mode = composer()?.dataset["mode"] ?? "reply";
  const sheet = from?.closest("form") ?? document.getElementById(`panel-${mode}`);
  const area = areaOf(sheet);
  if (!area) return;
  if (!from) openComposer();
  const words = await all();
  const at = (from ?? sheet?.querySelector("[data-open-macros]") ?? writerOf(area)).getBoundingClientRect();
  suggest.show(words, say("texts"), at, writerOf(area), (item) => void use(area, item, 0), say("find_text"));
}

async function typed(area: HTMLTextAreaElement): Promise<void> {
  const found = TYPED.exec(before(area));
  if (!found) {
    dismissed = false;
    return suggest.close();
  }
  if (dismissed) return;
  const words = await all();
  const now = TYPED.exec(before(area)); // typed on, meanwhile
  if (!now || dismissed) return;
  const query = now[1] ?? "";
  const pick = (item: HTMLElement) => {
    const length = (TYPED.exec(before(area))?.[1] ?? query).length + 1;
    void use(area, item, length);
  };
  suggest.show(words, say("texts"), placeOf(area), writerOf(area), pick);
  // What is no name of a text is a path or a fraction: nothing stands in the way of writing it.
  if (!suggest.filter(query) && query) suggest.close();
}

/** Keys of the rich box and of the text area. */
export function onKey(event: KeyboardEvent): boolean {
  const was = suggest.isOpen();
  const took = suggest.key(event);
  if (took && was && event.key === "Escape") dismissed = true;
  return took;
}

/** Where texts are written: "{" offers what may stand in braces. */
function places(area: HTMLTextAreaElement): void {
  const found = /\{\s*([a-z_.]{0,40})$/i.exec(area.value.slice(0, area.selectionStart));
  if (!found) return suggest.close();
  const rows = [...document.querySelectorAll<HTMLTemplateElement>("template[data-place]")].map((one) => {
    const row = document.createElement("li");
    const name = one.dataset["place"] ?? "";
    row.id = `place-${name}`;
    row.className = "macro";
    row.role = "option";
    row.dataset["word"] = `${name} ${one.content.textContent}`;
    row.dataset["place"] = name;
    const words = document.createElement("span");
    words.className = "macro-name";
    words.textContent = `{${name}}`;
    const means = document.createElement("span");
    means.className = "meta";
    means.textContent = one.content.textContent;
    row.append(words, means);
    return row.outerHTML;
  });
  const length = found[0].length;
  suggest.show(rows.join(""), say("placeholders"), area.getBoundingClientRect(), area, (item) => {
    area.setRangeText(`{${item.dataset["place"]}}`, area.selectionStart - length, area.selectionStart, "end");
    area.focus();
  });
  if (!suggest.filter(found[1] ?? "")) suggest.close();
}

export function start(): void {
  suggest.start();
  document.addEventListener("letter:changed", (event) => {
    const area = event.target as HTMLElement;
    if (area instanceof HTMLTextAreaElement && area.closest("#composer")) void typed(area);
  });
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!(area instanceof HTMLTextAreaElement)) return;
    if (area.matches("#composer .composer-text") && !boxOf(area)) void typed(area);
    if (area.matches("[data-placeholders]")) places(area);
  });
  document.addEventListener(
    "keydown",
    (event) => {
      const target = event.target as HTMLElement;
      if (target.matches("textarea") && onKey(event)) event.preventDefault();
    },
    true,
  );
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest("[data-open-macros]");
    if (button) void openMenu(button);
  });
}
