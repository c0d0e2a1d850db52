/** Drafts: in this browser with every key, at the desk a moment later, and never one device's over another's unseen. */
import * as journal from "./journal";
import { say, token } from "./words";

export type Mode = "reply" | "note" | "ask" | "new";

export interface Draft {
  text: string;
  html: string;
  fields: Record<string, string>;
  /** As they stand in the page: their tokens are signed for this person. */
  files: { token: string; name: string; size: string }[];
  /** Which state of the desk's draft this was written upon; 0 for none. */
  version: number;
}

interface State {
  version: number;
  timer: number;
  /** When the words that the desk does not have yet were begun. */
  since: number;
  busy: Promise<void> | null;
  isPaused: boolean;
  /** The box holds what was begun before: until then nothing of it goes to the desk, or an empty box would end a draft. */
  isShown: boolean;
  /** The page is older than what the desk was given: the draft is asked for. */
  isBehind: boolean;
  /** What this browser last handed over: an answer that was lost on its way makes it no other device's. */
  mine: string;
  /** What another device wrote, until the writer has chosen. */
  other: Draft | null;
}

const PAUSE = 1_000;
const AT_MOST = 6_000;
const AGAIN = 10_000;
const NAMED = "named";
const states: Record<Mode, State> = { reply: fresh(), note: fresh(), ask: fresh(), new: fresh() };
let snapshot: (which: Mode) => Draft | null = () => null;
let show: (which: Mode, draft: Draft, isBoth: boolean) => void = () => undefined;

function fresh(): State {
  return { version: 0, timer: 0, since: 0, busy: null, isPaused: false, isShown: false, isBehind: false, mine: "", other: null };
}

const box = () => document.getElementById("composer");
const form = (which: Mode) => document.getElementById(`panel-${which}`);
/** Of a ticket that is yet to be opened there may be many: each has its number, which the desk gives it. */
const number = () => box()?.dataset["draft"] ?? "";
const key = (which: Mode) => `draft:${document.body.dataset["person"]}:${box()?.dataset["ticket"] ?? number()}:${which}`;
/** Each tab writes into a place of its own, so that none draws over what another holds. */
const own = (which: Mode) => `${key(which)}:${tab()}`;
const url = (which: Mode) => (box()?.dataset["draftUrl"] ?? "").replace("PANEL", which);
const isSame = (one: Draft, other: Draft) => one.text.trim() === other.text.trim();

function tell(which: Mode, words: string): void {
  const place = form(which)?.querySelector("[data-draft-state]");
  if (place) place.textContent = words;
}

function asDraft(found: Partial<Draft>): Draft {
  return { text: found.text ?? "", html: found.html ?? "", fields: found.fields ?? {}, files: found.files ?? [], version: found.version ?? 0 };
}

function tab(): string {
  const known = sessionStorage.getItem("tab") ?? Math.random().toString(36).slice(2);
  sessionStorage.setItem("tab", known);
  return known;
}

function read(name: string): Draft | null {
  const found = localStorage.getItem(name) ?? "";
  try {
    const draft = JSON.parse(found) as Partial<Draft> | null;
    if (typeof draft?.text === "string") return draft.text.trim() || draft.html || draft.files?.length ? asDraft(draft) : null;
  } catch {
    // A draft of an older version was its text alone.
  }
  return found ? asDraft({ text: found }) : null;
}

/** What this browser holds, the newest first. Of several tabs that are gone all comes into one box. */
function here(which: Mode): Draft | null {
  const at = (name: string) => journal.writtenAt(localStorage.getItem(name));
  const names = Object.keys(localStorage).filter((name) => name === key(which) || name.startsWith(`${key(which)}:`));
  const [first, ...others] = names.sort((one, other) => at(other) - at(one)).flatMap((name) => read(name) ?? []);
  if (!first) return null;
  const whole = others.reduce((all, one) => (all.text.includes(one.text.trim()) ? all : { ...all, ...both(all, one), files: [...all.files, ...one.files] }), first);
  names.filter((name) => name !== own(which)).forEach((name) => put(name, null));
  store(which, whole);
  return whole;
}

interface Words {
  text: string;
  html: string;
}

/** Two letters in one box, one behind the other, as markup if either has any. */
export function both(first: Words, then: Words): Words {
  const html = first.html || then.html ? `${first.html || asHtml(first.text)}<p></p>${then.html || asHtml(then.text)}` : "";
  return { text: `${first.text}\n\n${then.text}`, html };
}

function asHtml(text: string): string {
  const holder = document.createElement("div");
  for (const line of text.split("\n")) holder.appendChild(document.createElement("p")).textContent = line;
  return holder.innerHTML;
}

/** The desk's newest state of which this tab was told. A page that left the desk before that state was saved, and came
 * after the answer, shows less than there is. */
function told(which: Mode, version: number): void {
  if (version) sessionStorage.setItem(`saved:${key(which)}`, String(version));
  else sessionStorage.removeItem(`saved:${key(which)}`);
}

const toldOf = (which: Mode) => Number(sessionStorage.getItem(`saved:${key(which)}`) ?? 0);

/** What was begun here before: this browser's own words first, if the desk does not have them yet. */
export function found(which: Mode): Draft | null {
  const state = states[which];
  const all = JSON.parse(document.getElementById("drafts")?.textContent ?? "{}") as Partial<Record<Mode, Partial<Draft>>>;
  const kept = all[which] ? asDraft(all[which] as Partial<Draft>) : null;
  const local = here(which);
  state.isBehind = !local && (kept?.version ?? 0) < toldOf(which);
  state.version = state.isBehind ? 0 : (kept?.version ?? 0);
  if (!local) return state.isBehind ? null : kept;
  // Upon the same state this browser's is the later one, even where only a field beside the words was changed.
  if (kept && kept.version !== local.version && isSame(local, kept)) {
    store(which, null);
    return kept;
  }
  state.since ||= Date.now();
  state.mine = local.text;
  if (kept && kept.version !== local.version) state.other = kept;
  return local;
}

export const isShown = (which: Mode): boolean => states[which].isShown;

/** The box holds what `found` gave: from here on what stands in it is the draft. */
export function shown(which: Mode): void {
  const state = states[which];
  if (state.isShown) return;
  state.isShown = true;
  if (state.isBehind) fetchOther(which);
  else if (state.since && !state.other) state.timer = window.setTimeout(() => void save(which), PAUSE);
}

/** After its box stands in the page: the choice between two devices, if there is one to make. */
export function ask(which: Mode): void {
  const other = states[which].other;
  const place = form(which)?.querySelector(".draft-place");
  const template = document.getElementById("draft-elsewhere") as HTMLTemplateElement | null;
  if (!other || !place || !template || place.firstElementChild) return;
  place.append(template.content.cloneNode(true));
  const words = place.querySelector("[data-draft-other]");
  if (words) words.textContent = other.text.slice(0, 600);
}

function choose(which: Mode, way: string): void {
  const state = states[which];
  const other = state.other;
  if (!other) return;
  state.other = null;
  state.version = other.version;
  form(which)?.querySelector(".draft-place")?.replaceChildren();
  if (way !== "here") show(which, other, way === "both");
  state.since = Date.now();
  void save(which);
}

function store(which: Mode, draft: Draft | null): void {
  put(own(which), draft && JSON.stringify({ at: Date.now(), ...draft }));
}

function put(name: string, value: string | null): void {
  journal.write(name, value);
  try {
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch {
    // No room here: the desk has it a moment later.
  }
}

/** Before anything is found: what a killed browser had not yet written down. */
export const recall = (): Promise<void> => journal.recall(`draft:${document.body.dataset["person"]}:`).catch(() => undefined);

/** Whoever signs out takes along what was written here. */
export function forgetAll(): void {
  Object.keys(localStorage).forEach((key) => key.startsWith("draft:") && localStorage.removeItem(key));
  sessionStorage.clear();
  journal.forget();
}

/** Something was written: kept here at once, at the desk when the typing pauses. */
export function changed(which: Mode): void {
  const state = states[which];
  if (!state.isShown) return;
  const now = snapshot(which);
  store(which, now && { ...now, version: state.version });
  if (!now && !state.version) {
    tell(which, "");
    return void clearTimeout(state.timer);
  }
  state.since ||= Date.now();
  if (state.other || state.isPaused) return;
  clearTimeout(state.timer);
  state.timer = window.setTimeout(() => void save(which), Math.max(0, Math.min(PAUSE, state.since + AT_MOST - Date.now())));
}

function body(now: Draft | null, version: number): URLSearchParams {
  const made = new URLSearchParams({ text: now?.text ?? "", html: now?.html ?? "", version: String(version), ...now?.fields });
  if (number()) made.set("kept", number());
  for (const file of now?.files ?? []) made.append("file", file.token);
  return made;
}

function later(which: Mode, why: string): void {
  tell(which, snapshot(which) ? say(why) : "");
  states[which].timer = window.setTimeout(() => void save(which), AGAIN);
}

/** From its first words on a new letter has an address of its own, so that it is there again when the page comes back. */
function named(now: string): void {
  const composer = box();
  if (!composer || number() === now) return;
  store("new", null);
  sessionStorage.setItem(NAMED, now);
  composer.dataset["draft"] = now;
  history.replaceState(history.state, "", location.pathname + (now ? `?draft=${now}` : ""));
}

/** Loaded again before its letter was named: goes to the address that it got meanwhile. */
export function hasMovedOn(): boolean {
  const [name, [visit]] = [sessionStorage.getItem(NAMED), performance.getEntriesByType("navigation")];
  sessionStorage.removeItem(NAMED);
  if (!name || number() || here("new") || (visit as PerformanceNavigationTiming | undefined)?.type !== "reload") return false;
  location.replace(`?draft=${name}`);
  return true;
}

async function post(which: Mode): Promise<void> {
  const state = states[which];
  const now = snapshot(which);
  const began = state.since;
  state.since = 0;
  const before = state.mine;
  state.mine = now?.text ?? "";
  let answer: Response;
  try {
    const headers = { "X-CSRFToken": token(), "HX-Request": "true" };
    answer = await fetch(url(which), { method: "POST", body: body(now, state.version), headers });
  } catch {
    state.since = began;
    return later(which, "draft_here");
  }
  if (answer.ok) {
    const saved = (await answer.json()) as { version: number; kept?: number };
    state.version = saved.version;
    if (which === "new") named(saved.kept ? String(saved.kept) : "");
    told(which, state.version);
    // Without a change meanwhile the desk has it all.
    const then = state.since ? snapshot(which) : null;
    store(which, then && { ...then, version: state.version });
    return tell(which, now ? say("draft_saved") : "");
  }
  state.since = began;
  if (answer.status !== 409) return later(which, [401, 403].includes(answer.status) ? "draft_signed_out" : "draft_here");
  const other = asDraft((await answer.json()) as Partial<Draft>);
  if (!other.text.trim() && !other.files.length) {
    state.version = other.version; // it was sent or thrown away there: what stands here is a draft of its own
    if (!other.version) state.timer = window.setTimeout(() => void save(which), PAUSE);
  } else if (!now) {
    state.version = other.version; // nothing stands here that could be lost
    state.since = 0;
    told(which, other.version);
    show(which, other, false);
  } else if (before.trim() && other.text.trim() === before.trim()) {
    state.version = other.version;
    state.timer = window.setTimeout(() => void save(which), PAUSE);
  } else if (isSame(now, other)) {
    state.version = other.version;
    state.since = 0;
    store(which, null);
  } else {
    state.other = other;
    tell(which, say("draft_here"));
    ask(which);
  }
}

/** Brings the desk up to what stands in the box; one after the other. */
export async function save(which: Mode): Promise<void> {
  const state = states[which];
  clearTimeout(state.timer);
  while (state.busy) await state.busy;
  if (!state.isShown || !state.since || state.other || state.isPaused) return;
  state.busy = post(which).finally(() => (state.busy = null));
  await state.busy;
}

export const isBusy = (which: Mode): boolean => states[which].busy !== null;

/** While words are being sent they are no draft: nothing is saved until the answer is there. */
export async function pause(which: Mode): Promise<void> {
  const state = states[which];
  clearTimeout(state.timer);
  state.isPaused = true;
  while (state.busy) await state.busy;
}

export function goOn(which: Mode): void {
  states[which].isPaused = false;
  if (states[which].since) changed(which);
}

/** Which state of the desk's draft the words in the box know of. */
export const version = (which: Mode): number => states[which].version;

/** The words were sent, or are in other hands. */
export function ended(which: Mode): void {
  clearTimeout(states[which].timer);
  states[which] = { ...fresh(), isShown: true };
  store(which, null);
  told(which, 0);
  tell(which, "");
  form(which)?.querySelector(".draft-place")?.replaceChildren();
}

/** What the desk holds beside what stands here comes into the box, or is offered where words stand in it. */
export function fetchOther(which: Mode): void {
  states[which].since ||= Date.now();
  void save(which);
}

export function start(taken: typeof snapshot, shown: typeof show): void {
  [snapshot, show] = [taken, shown];
  document.addEventListener("click", (event) => {
    const way = (event.target as HTMLElement).closest<HTMLElement>("[data-draft-keep]");
    const panel = way?.closest("form")?.id.slice(6);
    if (way && (panel === "reply" || panel === "note" || panel === "ask" || panel === "new")) choose(panel, way.dataset["draftKeep"] ?? "here");
  });
  const all = () => (Object.keys(states) as Mode[]).forEach((which) => states[which].since && void save(which));
  addEventListener("online", all);
  document.addEventListener("visibilitychange", () => document.hidden && all());
  addEventListener("pagehide", () => {
    for (const which of Object.keys(states) as Mode[]) {
      const state = states[which];
      if (!state.isShown || !state.since || state.other || state.isPaused || state.busy || !box()) continue;
      const headers = { "X-CSRFToken": token(), "HX-Request": "true" };
      void fetch(url(which), { method: "POST", body: body(snapshot(which), state.version), headers, keepalive: true }).catch(() => undefined);
    }
  });
}
