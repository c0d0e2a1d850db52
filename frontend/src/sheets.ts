/** The sheets of the composer, and what stands in each: its words, its fields and its files. */
import type { Draft, Mode } from "./drafts";
import { set } from "./recipients";
import { fill, htmlOf } from "./rich";
import { say } from "./words";

export const MODES: readonly Mode[] = ["reply", "note", "ask"];
const NAMES: readonly string[] = [...MODES, "new"];

export const box = () => document.getElementById("composer");
export const form = (mode: Mode) => document.getElementById(`panel-${mode}`) as HTMLFormElement | null;
export const text = (mode: Mode) => form(mode)?.querySelector<HTMLTextAreaElement>("textarea") ?? null;
const PLAIN = ["alias", "subject", "category", "impact", "urgency"];
const FIELDS = ["to", "cc", "bcc", ...PLAIN, "answers"];

let isSettling = false;

/** While the script itself fills a sheet, nothing counts as written. */
export function settle(fill: () => void): void {
  isSettling = true;
  fill();
  isSettling = false;
}

export const isSettled = (): boolean => !isSettling;

export function mode(): Mode {
  return asMode(box()?.dataset["mode"]);
}

export function asMode(name: string | undefined): Mode {
  return NAMES.includes(name ?? "") ? (name as Mode) : "reply";
}

/** Which sheet this form is. */
export const modeOf = (sheet: Element): Mode => asMode(sheet.id.slice("panel-".length));

const greeting = (which: Mode) => form(which)?.dataset["salutation"] ?? "";

/** What was really written: a salutation that stands there by itself is nobody's words. */
export function words(which: Mode): string {
  const value = text(which)?.value ?? "";
  return value.trim() === greeting(which).trim() ? "" : value;
}

export const put = (area: HTMLTextAreaElement, { text, html }: { text: string; html: string }) => fill(area, text, html);

export function isEmpty(which: Mode): boolean {
  return !words(which).trim() && !htmlOf(text(which)).includes("<img") && !form(which)?.querySelector(".files > *");
}

/** A letter begins with its salutation. */
export function greet(which: Mode): void {
  const area = text(which);
  if (!area || area.value || !greeting(which)) return;
  fill(area, `${greeting(which)}\n\n`);
  area.setSelectionRange(area.value.length, area.value.length);
}

/** What stands in a sheet now; null where nothing was written. */
export function snapshot(which: Mode): Draft | null {
  if (isEmpty(which)) return null;
  const sheet = form(which);
  const fields: Record<string, string> = {};
  for (const name of which === "note" ? [] : FIELDS) {
    const field = sheet?.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) fields[name] = field.value;
  }
  const files = [...(sheet?.querySelectorAll<HTMLInputElement>(".files input[name=file]") ?? [])].map((input) => ({
    token: input.value,
    name: input.parentElement?.querySelector(".name")?.textContent ?? "",
    size: input.parentElement?.querySelector(".size")?.textContent ?? "",
  }));
  return { text: text(which)?.value ?? "", html: htmlOf(text(which)), fields, files, version: 0 };
}

/** The fields of a draft, back in their places. */
export function setFields(sheet: HTMLFormElement, fields: Draft["fields"]): void {
  settle(() => set(sheet, fields));
  for (const name of PLAIN) {
    const field = sheet.elements.namedItem(name);
    const isField = field instanceof HTMLInputElement || field instanceof HTMLSelectElement;
    if (isField && fields[name] !== undefined) field.value = fields[name] ?? "";
    // What can be chosen no longer is not chosen.
    if (field instanceof HTMLSelectElement && field.selectedIndex < 0) field.value = "";
  }
}

/** Those of these files that do not stand there yet. */
export function addFiles(which: Mode, files: Draft["files"]): void {
  const list = form(which)?.querySelector(".files");
  const held = new Set([...(list?.querySelectorAll<HTMLInputElement>("input[name=file]") ?? [])].map((input) => input.value));
  list?.append(...files.filter((file) => !held.has(file.token)).map(fileRow));
}

function fileRow(file: Draft["files"][number]): HTMLLIElement {
  const row = document.createElement("li");
  row.className = "file";
  for (const part of ["name", "size"] as const) {
    const shown = document.createElement("span");
    shown.className = part;
    shown.textContent = file[part];
    row.append(shown);
  }
  const held = document.createElement("input");
  held.type = "hidden";
  held.name = "file";
  held.value = file.token;
  const off = document.createElement("button");
  off.type = "button";
  off.dataset["takeOff"] = "";
  off.setAttribute("aria-label", say("remove", { name: file.name }));
  off.textContent = "×";
  row.append(held, off);
  return row;
}
