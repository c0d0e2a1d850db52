/** Go anywhere by name: views, settings, acts on the open ticket, and any ticket by its number. */
import { Ahead } from "./ahead";
import { fragment } from "./ask";
import { fits } from "./narrow";
import { say } from "./words";

let picked = 0;
let hasStepped = false;
let timer = 0;
const ahead = new Ahead(press, () => void find(), true);
const acts = new Map<string, HTMLElement>();
const ACTS = ".topbar .end > :is(a, button), .topbar .end > form > button, .ticket-head > :is(a, button), .card .prop button";

const dialog = () => document.getElementById("palette") as HTMLDialogElement | null;
const input = () => dialog()?.querySelector<HTMLInputElement>(".palette-input") ?? null;

function visible(): HTMLElement[] {
  return [...(dialog()?.querySelectorAll<HTMLElement>("[role=option]") ?? [])].filter((option) => !option.hidden);
}

function pick(at: number): void {
  const all = visible();
  picked = all.length ? (at + all.length) % all.length : 0;
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === picked)));
  const now = all[picked];
  now?.scrollIntoView({ block: "nearest" });
  if (now) input()?.setAttribute("aria-activedescendant", now.id);
  else input()?.removeAttribute("aria-activedescendant");
}

function filter(): void {
  const typed = (input()?.value ?? "").trim();
  const wanted = typed.toLocaleLowerCase();
  const number = /^#?(\d{1,15})$/.exec(wanted)?.[1];
  dialog()?.querySelectorAll<HTMLElement>("[role=option]").forEach((option) => {
    if (option.dataset["search"] !== undefined) {
      option.hidden = wanted === "";
      const words = option.querySelector("[data-words]");
      if (words) words.textContent = typed;
      option.dataset["search"] = typed;
    } else if (option.dataset["number"] !== undefined) {
      option.hidden = !number;
      const words = option.querySelector(".grow");
      if (words && number) words.textContent = say("go_to", { n: number });
      option.dataset["number"] = number ?? "";
    } else if (option.dataset["found"] !== undefined) {
      option.hidden = wanted === "";
    } else {
      option.hidden = number !== undefined || !fits(option.dataset["word"] ?? "", wanted);
    }
  });
  const none = dialog()?.querySelector<HTMLElement>("[data-none]");
  if (none) none.hidden = visible().length > 0;
  pick(0);
}

/** What the page itself offers can be done from here too. */
function gatherActs(): void {
  const place = document.getElementById("palette-acts");
  if (!place) return;
  const known = new Set([...(dialog()?.querySelectorAll<HTMLElement>("[data-word]") ?? [])].map((one) => one.dataset["word"]));
  acts.clear();
  place.replaceChildren();
  document.querySelectorAll<HTMLElement>(ACTS).forEach((element) => {
    const label = (element.title || element.textContent || "").replace(/\s+/g, " ").trim();
    if (!label || known.has(label) || element.offsetParent === null || element.closest("[popover]")) return;
    known.add(label);
    const option = document.createElement("div");
    option.className = "pop-item";
    option.id = `act-${acts.size}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset["word"] = label;
    const sign = element.querySelector("svg")?.cloneNode(true);
    const words = document.createElement("span");
    words.className = "grow";
    words.textContent = label;
    option.append(...(sign ? [sign] : []), words);
    acts.set(option.id, element);
    place.append(option);
  });
}

/** Tickets, people and more views, which only the server knows. */
async function find(): Promise<void> {
  const place = document.getElementById("palette-found");
  const typed = (input()?.value ?? "").trim();
  if (!place) return;
  clearTimeout(timer);
  const mine = ahead.begins();
  const html = typed ? await fragment(`${place.dataset["url"] ?? ""}?${new URLSearchParams({ q: typed }).toString()}`) : "";
  if (!ahead.isWanted(mine)) return;
  const was = hasStepped ? visible()[picked] : undefined;
  // Without an answer, what stands on the page is still there to choose from.
  if (html !== null) place.innerHTML = html;
  filter();
  const again = was ? visible().findIndex((option) => option === was) : -1;
  if (again >= 0) pick(again);
  ahead.answered();
}

/** Whether the first that fits is the server's to say: what the page offers itself stands above it. */
function isServers(): boolean {
  const data = visible()[picked]?.dataset;
  return data !== undefined && (data["found"] !== undefined || data["search"] !== undefined);
}

function press(key: string): boolean {
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (step) {
    hasStepped = true;
    pick(picked + step);
  } else if (key === "Enter") go(visible()[picked]);
  else return false;
  return true;
}

function go(option: HTMLElement | undefined): void {
  if (!option) return;
  dialog()?.close();
  const { number, url, key, search } = option.dataset;
  const act = acts.get(option.id);
  if (act) return act.click();
  if (search) location.assign(`${url ?? ""}?q=${encodeURIComponent(search)}`);
  else if (number) location.assign((url ?? "").replace(/0\/$/, `${number}/`));
  else if (url) location.assign(url);
  else if (key) (document.activeElement as HTMLElement | null)?.blur(); // closing gave the focus back to where one writes
  if (key) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}

export function start(): void {
  const box = dialog();
  if (!box) return;
  box.addEventListener("opened", () => {
    const line = input();
    if (!line) return;
    line.value = "";
    gatherActs();
    document.getElementById("palette-found")?.replaceChildren();
    filter();
  });
  box.addEventListener("input", () => {
    if (!ahead.typed()) return;
    hasStepped = false;
    filter();
    clearTimeout(timer);
    timer = window.setTimeout(() => void find(), 150);
  });
  box.addEventListener("keydown", (event) => {
    if ((event.key !== "Tab" && isServers() && ahead.holds(event)) || press(event.key)) event.preventDefault();
  });
  box.addEventListener("close", () => {
    clearTimeout(timer);
    ahead.dropped();
  });
  box.addEventListener("click", (event) => {
    const option = (event.target as HTMLElement).closest<HTMLElement>("[role=option]");
    if (option) go(option);
  });
}
