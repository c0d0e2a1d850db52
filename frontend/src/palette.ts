/** Go anywhere by name: views, settings, acts on the open ticket, and any ticket by its number. */
import { say } from "./words";

let picked = 0;

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
    } else {
      option.hidden = number !== undefined || !(option.dataset["word"] ?? "").toLocaleLowerCase().includes(wanted);
    }
  });
  const none = dialog()?.querySelector<HTMLElement>("[data-none]");
  if (none) none.hidden = visible().length > 0;
  pick(0);
}

function go(option: HTMLElement | undefined): void {
  if (!option) return;
  dialog()?.close();
  const { number, url, key, search } = option.dataset;
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
    filter();
  });
  box.addEventListener("input", filter);
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      pick(picked + step);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(visible()[picked]);
    }
  });
  box.addEventListener("click", (event) => {
    const option = (event.target as HTMLElement).closest<HTMLElement>("[role=option]");
    if (option) go(option);
  });
}
