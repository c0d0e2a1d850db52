/** Who else is here: told by the stream, shown on the ticket, on the rows of a list and at the button that sends. */
import { say, token } from "./words";

interface Other {
  name: string;
  short: string;
  doing: "looks" | "writes" | "notes";
}
interface Company {
  ticket: number;
  number?: number;
  customer?: number;
  people: Other[];
}

const WRITING_LASTS = 12_000; // after the last key
const at = new Map<number, Company>();
/** This window, for as long as the page stands. */
export const stream = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => byte.toString(36).padStart(2, "0")).join("");
let said = "";
let typedAt = 0;
let typedIn: "writes" | "notes" = "writes";
let timer = 0;

const page = () => document.getElementById("ticket");

function doing(): string {
  if (!page() || document.hidden) return "";
  return Date.now() - typedAt < WRITING_LASTS ? typedIn : "looks";
}

/** Tell the desk what this window does, where that is something else than before. */
function tell(): void {
  const now = doing();
  const ticket = page()?.dataset["ticket"];
  if (!ticket || now === said) return;
  said = now;
  const body = new URLSearchParams({ stream, ticket, doing: now });
  void fetch("/events/here", { method: "POST", body, headers: { "X-CSRFToken": token() }, keepalive: true }).catch(() => (said = "?"));
}

function typed(event: Event): void {
  const sheet = (event.target as HTMLElement).closest?.("#composer form");
  if (!sheet || !event.isTrusted) return;
  typedAt = Date.now();
  typedIn = sheet.id === "panel-note" ? "notes" : "writes";
  tell();
  clearTimeout(timer);
  timer = window.setTimeout(tell, WRITING_LASTS + 100);
}

function words(people: Other[]): string {
  const first = people.find((one) => one.doing === "writes") ?? people.find((one) => one.doing === "notes") ?? people[0];
  if (!first) return "";
  const rest = people.length - 1;
  const sentence = say(`here_${first.doing}`, { name: first.short });
  return rest > 0 ? say("here_more", { words: sentence, n: rest }) : sentence;
}

/** As the server shortens names. */
function initials(name: string): string {
  const all = name.split(/\s+|(?=@)/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const ends = all.length > 1 ? [all[0], all.at(-1)] : [all[0] ?? "?"];
  return ends.map((word) => [...(word ?? "")][0] ?? "").join("").toLocaleUpperCase();
}

function face(one: Other): HTMLElement {
  const shown = document.createElement("span");
  shown.className = `avatar avatar-own avatar-s${one.doing === "looks" ? "" : " avatar-writes"}`;
  shown.title = say(`here_${one.doing}`, { name: one.name });
  shown.setAttribute("aria-hidden", "true");
  shown.textContent = initials(one.name);
  return shown;
}

/** What changed is said once: an unchanged text is not set again. */
function put(place: HTMLElement, people: Other[]): void {
  const text = words(people);
  place.hidden = people.length === 0;
  place.querySelector(".here-faces")?.replaceChildren(...people.slice(0, 4).map(face));
  const spoken = place.querySelector(".here-words");
  if (spoken && spoken.textContent !== text) spoken.textContent = text;
}

function showOnTicket(): void {
  const ticket = page();
  const place = document.getElementById("here");
  if (!ticket || !place) return;
  put(place, at.get(Number(ticket.dataset["ticket"]))?.people ?? []);
  warn(ticket);
}

/** Two answers to one customer are one too many, also from two tickets of theirs. */
function warn(ticket: HTMLElement): void {
  const writers = [...at.values()].flatMap((one) => {
    const isSame = one.customer !== undefined && String(one.customer) === ticket.dataset["customer"];
    const isHere = String(one.ticket) === ticket.dataset["ticket"];
    return isSame || isHere ? one.people.filter((who) => who.doing === "writes").map((who) => ({ who, where: isHere ? 0 : one.number })) : [];
  });
  const first = writers[0];
  const text = !first ? "" : say(first.where ? "here_also_in" : "here_also", { name: first.who.name, n: first.where ?? 0 });
  document.querySelectorAll<HTMLElement>("#panel-reply .composer-foot, #panel-ask .composer-foot").forEach((foot) => {
    let line = foot.parentElement?.querySelector<HTMLElement>(":scope > .here-warning") ?? null;
    if (!line) {
      line = document.createElement("p");
      line.className = "here-warning";
      line.setAttribute("role", "status");
      foot.before(line);
    }
    line.hidden = !text;
    if (line.textContent !== text) line.textContent = text;
  });
}

function showOnRow(row: HTMLElement): void {
  const people = at.get(Number(row.dataset["ticket"]))?.people ?? [];
  let mark = row.querySelector<HTMLElement>(".row-here");
  if (!people.length) return mark?.remove();
  if (!mark) {
    mark = document.createElement("span");
    mark.className = "row-here";
    const faces = document.createElement("span");
    faces.className = "here-faces";
    const spoken = document.createElement("span");
    spoken.className = "here-words sr-only";
    mark.append(faces, spoken);
    row.querySelector(".row-marks")?.prepend(mark);
  }
  put(mark, people);
  mark.title = words(people);
}

function showOnRows(): void {
  document.querySelectorAll<HTMLElement>("#rows > [data-ticket]").forEach(showOnRow);
}

export function heard(company: Company): void {
  if (company.people.length) at.set(company.ticket, company);
  else at.delete(company.ticket);
  const row = document.getElementById(`row-${company.ticket}`);
  if (row) showOnRow(row);
  showOnTicket();
}

/** The stream stands anew: what was known may be over, and the desk does not know of this window. */
export function anew(): void {
  at.clear();
  showOnRows();
  showOnTicket();
  said = "?";
  tell();
}

export function start(): void {
  document.addEventListener("input", typed, true);
  document.addEventListener("visibilitychange", tell);
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = (event as CustomEvent).detail as { elt: HTMLElement; xhr: XMLHttpRequest };
    if (!elt.closest?.("#composer form") || xhr.status >= 300) return;
    typedAt = 0; // what was written has gone out
    tell();
  });
  document.body.addEventListener("htmx:afterSettle", showOnTicket);
  const rows = document.getElementById("rows");
  if (rows) new MutationObserver(showOnRows).observe(rows, { childList: true });
}
