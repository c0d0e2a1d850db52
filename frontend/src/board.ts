/** The dispatcher's board: drag to assign, the same by menu, and changes of others that move nothing by themselves. */
import { Idiomorph } from "idiomorph";
import { ask } from "./ask";
import { open as openMenu } from "./menus";
import { released } from "./press";
import { say } from "./words";

const parser = new DOMParser();
let timer = 0;
let dragged: HTMLElement | null = null;
let place = -1; // of the tile that an act of one's own takes away

const board = () => document.getElementById("board");
const tiles = () => [...document.querySelectorAll<HTMLElement>("#board .tile")];

/** The menu of the tile that has the focus, for the key that assigns. */
export function focusedTile(): string | null {
  const tile = document.activeElement?.closest<HTMLElement>(".tile");
  return tile ? `assign-${tile.dataset["ticket"]}` : null;
}

function assign(tile: HTMLElement, to: string): void {
  const target = board();
  if (!target) return;
  place = tiles().indexOf(tile);
  void ask("post", tile.dataset["assign"] ?? "", { target, swap: "morph:outerHTML", values: { to } });
}

/** The focused tile goes to whoever fits best, as its menu would show it first; where nobody does, the menu says why. */
export async function takeSuggestion(): Promise<void> {
  const tile = document.activeElement?.closest<HTMLElement>(".tile[data-suggestion]");
  if (!tile) return;
  const answer = await fetch(tile.dataset["suggestion"] ?? "", { redirect: "error" }).catch(() => null);
  const page = answer?.ok ? parser.parseFromString(await answer.text(), "text/html") : null;
  const first = page?.querySelector<HTMLButtonElement>("[data-suggested]");
  if (first && tile.isConnected) assign(tile, first.value);
  else openMenu(`assign-${tile.dataset["ticket"]}`);
}

function targetOf(event: DragEvent): HTMLElement | null {
  return dragged ? (event.target as HTMLElement).closest<HTMLElement>("[data-to]") : null;
}

function dragging(): void {
  document.addEventListener("dragstart", (event) => {
    dragged = (event.target as HTMLElement).closest?.<HTMLElement>(".tile") ?? null;
    if (!dragged || !event.dataTransfer) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.querySelector(".tile-link")?.textContent ?? "");
    board()?.classList.add("is-dragging");
    dragged.classList.add("tile-held");
  });
  document.addEventListener("dragover", (event) => {
    const target = targetOf(event);
    document.querySelectorAll(".is-over").forEach((other) => other !== target && other.classList.remove("is-over"));
    if (!target) return;
    event.preventDefault();
    target.classList.add("is-over");
  });
  document.addEventListener("drop", (event) => {
    const target = targetOf(event);
    if (!target || !dragged) return;
    event.preventDefault();
    assign(dragged, target.dataset["to"] ?? "");
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("tile-held");
    document.querySelectorAll(".is-over").forEach((other) => other.classList.remove("is-over"));
    board()?.classList.remove("is-dragging");
    dragged = null;
  });
}

/** Loads and tiles that stand here change in place; what left grows pale; what would join waits behind the bar. */
async function refresh(): Promise<void> {
  const shown = board();
  if (!shown || dragged) return void changed();
  let now: HTMLElement | null = null;
  try {
    const answer = await fetch(shown.dataset["url"] ?? "", { headers: { "HX-Request": "true" }, redirect: "error" });
    now = answer.ok ? parser.parseFromString(await answer.text(), "text/html").getElementById("board") : null;
  } catch {
    return; // the stream's own bar says that the connection is lost
  }
  await released();
  if (!now || dragged) return;
  const fresh = new Map([...now.querySelectorAll<HTMLElement>(".tile")].map((tile) => [tile.id, tile]));
  for (const tile of tiles()) {
    const other = fresh.get(tile.id);
    const isHere = other?.closest(".lane")?.id === tile.closest(".lane")?.id;
    tile.classList.toggle("tile-gone", !isHere);
    tile.title = isHere ? "" : say("left_view");
    if (other && isHere && !tile.querySelector(":popover-open")) change(tile, other);
    if (isHere) fresh.delete(tile.id);
  }
  for (const count of shown.querySelectorAll<HTMLElement>(".lane .count"))
    count.textContent = now.querySelector(`#${CSS.escape(count.id)}`)?.textContent ?? "";
  const loads = document.getElementById("loads");
  const loadsNow = now.querySelector<HTMLElement>("#loads");
  if (loads && loadsNow) change(loads, loadsNow);
  document.getElementById("board-queue")?.dispatchEvent(new Event("refresh"));
  const bar = document.getElementById("board-fresh");
  if (!bar) return;
  bar.hidden = fresh.size === 0;
  const words = bar.querySelector("[data-fresh]");
  if (words) words.textContent = fresh.size === 1 ? say("new_one") : say("new_many", { n: fresh.size });
}

function change(old: HTMLElement, now: HTMLElement): void {
  Idiomorph.morph(old, now.innerHTML, { morphStyle: "innerHTML" });
}

/** Somebody did something: a burst is gathered. */
export function changed(): void {
  if (!board()) return;
  clearTimeout(timer);
  timer = window.setTimeout(() => void refresh(), 500);
}

/** After an act of one's own the next tile has the focus, where the last one was. */
function keepPlace(): void {
  if (place < 0 || !board()) return;
  const next = tiles()[Math.min(place, tiles().length - 1)];
  place = -1;
  const bar = document.getElementById("board-fresh");
  if (bar) bar.hidden = true; // the answer was the whole board
  if (document.activeElement === document.body || !document.activeElement?.isConnected)
    next?.querySelector<HTMLElement>(".row-link")?.focus({ preventScroll: true });
}

export function start(): void {
  if (!board()) return;
  dragging();
  document.addEventListener("submit", (event) => {
    const tile = (event.target as HTMLElement).closest<HTMLElement>(".tile");
    if (tile) place = tiles().indexOf(tile);
  }, true);
  document.body.addEventListener("htmx:afterSettle", (event) => {
    // Only the board's own answer: what comes into a menu meanwhile would use the place up.
    const { target } = (event as CustomEvent<{ target?: HTMLElement }>).detail;
    if (target?.id === "board") setTimeout(keepPlace);
  });
}
