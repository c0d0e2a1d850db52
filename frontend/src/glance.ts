/** A ticket beside its list: opened by the space bar or the eye, and then following the row one is at. */

import { released } from "./press";

let timer = 0;
let shown = ""; // the address of what the panel shows
let wanted = "";

const panel = () => document.getElementById("glance");
const isOpen = () => panel()?.hidden === false;

function addressOf(row: Element | null | undefined): string {
  const link = row?.querySelector<HTMLAnchorElement>(".row-link");
  return link ? `${link.pathname}preview/` : "";
}

function mark(address: string): void {
  document.querySelectorAll(".row").forEach((row) => row.classList.toggle("row-glanced", addressOf(row) === address));
}

async function show(address: string): Promise<void> {
  const place = panel();
  if (!place || !address) return;
  wanted = address;
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, redirect: "error" });
    // Another row was reached meanwhile, or the panel closed.
    if (wanted !== address) return;
    if (!answer.ok) return close();
    const words = await answer.text();
    await released();
    place.innerHTML = words;
  } catch {
    return; // the page's own bar tells of a lost connection
  }
  place.hidden = false;
  shown = address;
  mark(address);
  const title = place.querySelector("#glance-title")?.textContent ?? "";
  const said = document.getElementById("glance-said");
  if (said) said.textContent = title;
  const open = place.querySelector<HTMLAnchorElement>("[data-glance-open]");
  // The same address as the row's, so that the way back is the same.
  const row = [...document.querySelectorAll(".row")].find((one) => addressOf(one) === address);
  const link = row?.querySelector<HTMLAnchorElement>(".row-link");
  if (open && link) open.href = link.href;
}

function close(): void {
  const place = panel();
  if (!place) return;
  const hadFocus = place.contains(document.activeElement);
  const row = [...document.querySelectorAll(".row")].find((one) => addressOf(one) === shown);
  place.hidden = true;
  place.replaceChildren();
  shown = wanted = "";
  mark("-");
  if (hadFocus || document.activeElement === document.body) row?.querySelector<HTMLElement>(".row-link")?.focus();
}

function toggle(row: Element | null | undefined): void {
  const address = addressOf(row);
  if (isOpen() && shown === address) close();
  else void show(address);
}

/** A ticket has changed: if it is the one shown, it is shown as it is now. */
export function changed(ticket: number): void {
  if (isOpen() && addressOf(document.getElementById(`row-${ticket}`)) === shown) void show(shown);
}

export function start(): void {
  if (!panel()) return;
  document.addEventListener(
    "keydown",
    (event) => {
      const at = document.activeElement;
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], .pop:popover-open")) return;
      if (event.key === " " && at?.matches(".row-link")) {
        event.preventDefault();
        toggle(at.closest(".row"));
      } else if (event.key === "Escape" && isOpen() && !at?.matches("#ask-text")) {
        event.preventDefault();
        event.stopPropagation();
        close();
      }
    },
    true,
  );
  document.getElementById("rows")?.addEventListener("focusin", (event) => {
    if (!isOpen()) return;
    const address = addressOf((event.target as HTMLElement).closest(".row"));
    clearTimeout(timer);
    if (address !== shown) timer = window.setTimeout(() => void show(address), 120);
  });
  document.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const eye = target.closest("[data-glance]");
    if (eye) {
      const row = eye.closest(".row");
      row?.querySelector<HTMLElement>(".row-link")?.focus({ preventScroll: true });
      toggle(row);
    } else if (target.closest("[data-glance-close]")) close();
  });
}
