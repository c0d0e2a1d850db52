/** Several tickets of a list at once: chosen by x, by click and shift-click, or all that the list holds. */
import { ask } from "./ask";
import { refresh } from "./live";
import { open as openMenu } from "./menus";
import { say } from "./words";

let last: HTMLInputElement | null = null;
let held = ""; // how many the list holds, once it was asked

const form = () => document.getElementById("bulk") as HTMLFormElement | null;
const boxes = () => [...document.querySelectorAll<HTMLInputElement>(".row-pick")];
const whole = () => document.getElementById("bulk-whole") as HTMLInputElement | null;

function shown(): void {
  const bar = form();
  if (!bar) return;
  const all = boxes();
  const count = all.filter((box) => box.checked).length;
  bar.hidden = count === 0;
  document.getElementById("rows")?.classList.toggle("rows-choosing", count > 0);
  const isWhole = whole()?.value === "1";
  const words = document.getElementById("bulk-count");
  if (words) words.textContent = isWhole ? say("chosen_view", { n: held }) : count === 1 ? say("chosen_one") : say("chosen_many", { n: count });
  const more = document.getElementById("bulk-all");
  if (!more) return;
  const isFull = count === all.length;
  const hasMore = document.querySelector(".pager") !== null;
  more.hidden = isWhole || (isFull && !hasMore);
  more.textContent = isFull ? say("choose_view", { n: held }) : say("choose_page", { n: all.length });
}

/** The number is asked for when it is needed: a list may hold very many. */
async function askHeld(): Promise<void> {
  const bar = form();
  if (!bar || held) return;
  const query = new URLSearchParams(location.search);
  try {
    const answer = await fetch(`${bar.dataset["countUrl"] ?? ""}?${query.toString()}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    held = page.querySelector("[data-number]")?.textContent ?? "";
  } catch {
    return; // then the words go without it
  }
  shown();
}

function more(): void {
  const all = boxes();
  if (all.every((box) => box.checked)) {
    const field = whole();
    if (field) field.value = "1";
  } else {
    all.forEach((box) => (box.checked = true));
    if (document.querySelector(".pager")) void askHeld();
  }
  shown();
}

function clear(): void {
  boxes().forEach((box) => (box.checked = false));
  const field = whole();
  if (field) field.value = "";
  last = null;
  shown();
}

function clicked(box: HTMLInputElement, isRange: boolean): void {
  const all = boxes();
  if (isRange && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b) as [number, number];
    all.slice(from, to + 1).forEach((one) => (one.checked = box.checked));
  }
  last = box;
  const field = whole();
  if (field) field.value = "";
  if (all.every((one) => one.checked) && document.querySelector(".pager")) void askHeld();
  shown();
}

/** The ticket under the cursor, in or out. */
export function choose(): boolean {
  const box = document.activeElement?.closest(".row")?.querySelector<HTMLInputElement>(".row-pick");
  if (!box) return false;
  box.checked = !box.checked;
  clicked(box, false);
  return true;
}

/** False where nothing was chosen. */
export function chooseNone(): boolean {
  const was = boxes().some((box) => box.checked);
  clear();
  return was;
}

/** A menu of the bar, for what is chosen; with nothing chosen, for the ticket under the cursor. */
export function withChosen(menu: string): boolean {
  if (!form() || (!boxes().some((box) => box.checked) && !choose())) return false;
  return openMenu(menu);
}

export function start(): void {
  const bar = form();
  document.body.addEventListener("bulk", (event) => {
    const { url, tickets } = (event as CustomEvent<{ url: string; tickets: number[] }>).detail;
    clear();
    refresh(tickets);
    const place = document.getElementById("bulk-run");
    if (place && url) void ask("get", url, { target: place, swap: "innerHTML" });
  });
  if (!bar) return;
  boxes().forEach((box) => (box.checked = false)); // the browser may remember what was chosen before
  shown();
  document.addEventListener("click", (event) => {
    const box = event.target as HTMLElement;
    if (box instanceof HTMLInputElement && box.matches(".row-pick")) clicked(box, event.shiftKey);
  });
  // htmx knows the button only of a form that holds it; these stand in menus.
  document.addEventListener(
    "click",
    (event) => {
      const button = (event.target as HTMLElement).closest<HTMLButtonElement>("button[form=bulk]");
      const field = document.getElementById("bulk-act") as HTMLInputElement | null;
      if (button && field) field.value = button.value;
    },
    true,
  );
  document.getElementById("bulk-all")?.addEventListener("click", more);
  document.getElementById("bulk-none")?.addEventListener("click", clear);
  const button = document.getElementById("pick-button");
  button?.addEventListener("click", () => {
    const isOn = document.getElementById("rows")?.classList.toggle("rows-picking") ?? false;
    button.setAttribute("aria-pressed", String(isOn));
  });
}
