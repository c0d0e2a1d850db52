/** Reply, note and third party: sheets of paper that cannot be mixed up, and drafts that survive a crash. */
import htmx from "htmx.org";
import { ask } from "./ask";
import * as drafts from "./drafts";
import type { Draft, Mode } from "./drafts";
import { enhance, set, start as startRecipients } from "./recipients";
import { onKey as macroKey } from "./macros";
import { areaOf, fill, htmlOf, leave, open as openRich, start as startRich } from "./rich";
import { addFiles, asMode, box, form, greet, isEmpty, isSettled, mode, modeOf, MODES, put, setFields, settle, snapshot, text, words } from "./sheets";
import { toast } from "./toasts";
import { isUploading, start as startUploads } from "./uploads";
import { say } from "./words";

const loading: Record<Mode, number> = { reply: 0, note: 0, ask: 0, new: 0 };
/** What was handed over to be sent, to tell what was written while it was on its way. */
const going: Partial<Record<Mode, string>> = {};
/** Where another device wrote what did not go out with it. */
const left = new Set<Mode>();

function show(which: Mode): void {
  const composer = box();
  if (!composer) return;
  composer.dataset["mode"] = which;
  for (const each of MODES) {
    const tab = document.getElementById(`tab-${each}`);
    tab?.setAttribute("aria-selected", String(each === which));
    tab?.setAttribute("tabindex", each === which ? "0" : "-1");
  }
}

export function open(which: Mode = mode()): void {
  show(which);
  box()?.classList.add("composer-open");
  const sheet = document.getElementById(`sheet-${which}`);
  if (!form(which) && sheet?.dataset["load"]) return void load(sheet.dataset["load"], which);
  greet(which);
  const first = which === "ask" ? form(which)?.querySelector<HTMLElement>(".addressee-entry") : null;
  (first && !form(which)?.querySelector(".people-row .addressee") ? first : text(which))?.focus();
  void openRich(text(which));
}

/** "Reply to all", from anywhere. */
export function everyone(): void {
  open("reply");
  form("reply")?.querySelector<HTMLElement>("[data-everyone]")?.click();
}

function close(): void {
  box()?.classList.remove("composer-open");
  for (const which of MODES) {
    const area = text(which);
    if (area && isEmpty(which)) fill(area, "");
  }
}

/** Another letter in a sheet: other recipients, another message answered, words taken back. What was written stays. */
async function load(url: string, which: Mode, wantsFocus = true): Promise<void> {
  const sheet = document.getElementById(`sheet-${which}`);
  if (!sheet) return;
  const ticket = ++loading[which];
  let page: Document;
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return toast({ text: say(answer.status === 401 ? "signed_out" : "gone"), level: "error" });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return toast({ text: say("offline"), level: "error" });
  }
  const fresh = page.querySelector<HTMLFormElement>("form.letter");
  if (!fresh || ticket !== loading[which]) return;
  const hadFocus = sheet.contains(document.activeElement);
  const before = { text: words(which), html: htmlOf(text(which)), isEmpty: isEmpty(which) };
  const files = [...(form(which)?.querySelectorAll(".files > *") ?? [])];
  leave(text(which));
  sheet.replaceChildren(document.importNode(fresh, true));
  const now = form(which);
  const area = text(which);
  if (!now || !area) return;
  settle(() => enhance(now));
  htmx.process(now);
  const isDraft = "draft" in now.dataset;
  const html = now.querySelector<HTMLInputElement>("input[name=html]")?.dataset["html"] ?? "";
  if (before.isEmpty) fill(area, area.value, html);
  else if (!isDraft || !area.value) fill(area, before.text, before.html);
  else put(area, drafts.both({ text: area.value, html }, before));
  now.querySelector(".files")?.append(...files);
  if (!drafts.isShown(which)) putDraft(which, true);
  drafts.ask(which);
  if (isDraft) drafts.changed(which);
  // Whoever began to write meanwhile goes on writing.
  if (wantsFocus || hadFocus) open(which);
}

/** The letter as it stands by default, with the people of this moment. */
async function renew(which: Mode): Promise<void> {
  const base = box()?.dataset["composeUrl"];
  if (which === "reply" && base) await load(base, "reply", false);
  if (which === "ask" && isEmpty("ask")) document.getElementById("sheet-ask")?.replaceChildren();
}

/** Words of another device, in the place of what stands here or behind it. */
function takeOther(which: Mode, other: Draft, isBoth: boolean): void {
  const area = text(which);
  if (!area) return;
  const mine = { text: area.value, html: htmlOf(area) };
  put(area, isBoth ? drafts.both(mine, other) : other);
  const sheet = form(which);
  if (sheet && !isBoth) {
    sheet.querySelector(".files")?.replaceChildren();
    setFields(sheet, other.fields);
  }
  addFiles(which, other.files);
  box()?.classList.add("composer-open");
  void openRich(area);
}

/** What was begun before, in its box. Words that were typed before this script ran come behind it. */
function putDraft(which: Mode, isLoaded = false): Draft | null {
  const [area, sheet, draft] = [text(which), form(which), drafts.found(which)];
  if (!area || !sheet) return draft;
  const isTyped = isLoaded || area.value !== area.defaultValue;
  const typed = { text: words(which), html: htmlOf(area) };
  const isNew = isTyped && Boolean(typed.text.trim()) && typed.text.trim() !== draft?.text.trim();
  if (draft) {
    drafts.ask(which);
    put(area, isNew ? drafts.both(draft, typed) : draft);
    setFields(sheet, draft.fields);
    addFiles(which, draft.files);
    box()?.classList.add("composer-open");
    show(which);
    void openRich(area);
  }
  drafts.shown(which);
  if (isNew) drafts.changed(which);
  return draft;
}

/** At once where a box stands; a letter of its own comes a moment later, and takes what stands in its box with it. */
async function restore(): Promise<void> {
  if (!box()) return;
  if (mode() !== "new") show("reply");
  await drafts.recall();
  if (mode() === "new") return void (drafts.hasMovedOn() || putDraft("new"));
  const [asked, note, reply] = (["ask", "note", "reply"] as const).map((which) => putDraft(which));
  const base = box()?.dataset["composeUrl"];
  const answers = reply?.fields["answers"];
  if (answers) await load(`${base}?answers=${answers}`, "reply", false);
  if (answers && form("reply")) settle(() => set(form("reply") as HTMLFormElement, reply.fields));
  if (!asked) return;
  const side = asked.fields["answers"];
  const was = mode();
  await load(`${base}?${side ? `answers=${side}` : "ask=1"}`, "ask", false);
  if (note || reply) show(was);
}

function seen(): void {
  const version = document.getElementById("ticket")?.dataset["version"];
  for (const which of ["reply", "ask"] as const) {
    const input = form(which)?.querySelector<HTMLInputElement>("input[name=seen]");
    if (version && input) input.value = version;
    form(which)?.querySelector(".changed-place")?.replaceChildren();
  }
}

/** After the page took in something new: what was written meanwhile counts as read only if nothing is being written. */
export function refreshed(newMessages: Element[]): void {
  const fromOthers = newMessages.filter((message) => message.getAttribute("data-own") === null);
  if (isEmpty("reply") && isEmpty("ask")) {
    seen();
    // Somebody may have joined: the next reply knows them.
    if (fromOthers.length && !box()?.classList.contains("composer-open")) void renew("reply");
    return;
  }
  const template = document.getElementById("changed-meanwhile") as HTMLTemplateElement | null;
  const changed = form(isEmpty("reply") ? "ask" : "reply")?.querySelector(".changed-place");
  if (fromOthers.length && template && changed && !changed.firstElementChild) {
    changed.append(template.content.cloneNode(true));
  }
}

/** What was typed after the words were handed over: it was not sent, so it stays. */
function typedSince(which: Mode): string {
  const [before, now] = [going[which], text(which)?.value ?? ""];
  if (before === undefined || now.trim() === before.trim()) return "";
  return now.startsWith(before) ? now.slice(before.length).trimStart() : now;
}

function sent(which: Mode): void {
  const area = text(which);
  const since = typedSince(which);
  const hasRest = left.delete(which);
  delete going[which];
  if (area) fill(area, since);
  form(which)?.querySelector(".files")?.replaceChildren();
  drafts.ended(which);
  seen();
  if (since) drafts.changed(which);
  // The next answer goes to nobody else unless somebody is named again, or the rest of the draft names them.
  const renewed = renew(which);
  if (hasRest) {
    void renewed.then(() => drafts.fetchOther(which));
    toast({ text: say("draft_left") });
  }
  if (hasRest || since) return open(which);
  if (which === "ask") show("reply");
  close();
  toTheEnd();
  box()?.querySelector<HTMLElement>('[role=tab][aria-selected="true"]')?.focus();
}

/** Both lie reversed, so that their end is their top; in a low window the conversation scrolls with all around it. */
function toTheEnd(): void {
  for (const id of ["conversation", "talk"]) document.getElementById(id)?.scrollTo({ top: 0 });
}

function written(sheet: Element | null): void {
  if (isSettled() && sheet?.matches("#composer form")) drafts.changed(modeOf(sheet));
}

function onTabKey(event: KeyboardEvent): void {
  const tab = (event.target as HTMLElement).closest("#composer [role=tab]");
  if (!tab || !/^Arrow(Left|Right)$/.test(event.key)) return;
  event.preventDefault();
  const step = event.key === "ArrowRight" ? 1 : MODES.length - 1;
  const other = MODES[(MODES.indexOf(mode()) + step) % MODES.length] ?? "reply";
  show(other);
  document.getElementById(`tab-${other}`)?.focus();
}

function onClick(event: MouseEvent): void {
  const target = event.target as HTMLElement;
  const tab = target.closest<HTMLElement>("#composer [role=tab]");
  if (tab) open(asMode(tab.id.slice(4)));
  const link = target.closest<HTMLAnchorElement>("a[data-compose]");
  if (link && box() && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    const which = asMode(link.dataset["compose"]);
    show(which);
    void load(link.href, which);
  }
  if (target.closest("[data-composer-seen]")) {
    seen();
    toTheEnd();
    text(mode())?.focus();
  }
  const off = target.closest<HTMLElement>("[data-take-off]");
  if (off) {
    const list = off.closest("form");
    off.closest("li")?.remove();
    list?.querySelector("textarea")?.focus();
    written(list);
  }
  const hand = target.closest<HTMLElement>("[data-share]");
  if (hand) void share(hand);
  if (target.closest("form[data-signs-out]")) {
    drafts.forgetAll();
  }
}

/** Into the team's hands: first the desk has all of it, then it says so. */
async function share(button: HTMLElement): Promise<void> {
  const sheet = button.closest("form");
  const url = button.dataset["share"] ?? "";
  const target = document.getElementById("ticket");
  if (!sheet || !target) return;
  const which = modeOf(sheet);
  if (isUploading(sheet)) return toast({ text: say("wait_upload") });
  await drafts.save(which);
  const done = (event: Event) => {
    const { xhr, pathInfo } = (event as CustomEvent).detail as { xhr: XMLHttpRequest; pathInfo: { requestPath: string } };
    if (pathInfo.requestPath !== url) return;
    document.body.removeEventListener("htmx:afterRequest", done);
    if (xhr.status >= 200 && xhr.status < 300) sent(which);
  };
  document.body.addEventListener("htmx:afterRequest", done);
  void ask("post", url, { target, swap: "morph:outerHTML" });
}

function onKey(event: KeyboardEvent): void {
  onTabKey(event);
  const area = event.target as HTMLElement;
  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && area.matches(".letter input:not(.addressee-entry)")) {
    event.preventDefault(); // a subject or a day is not yet a letter
    const then = area.closest(".pop-when")?.querySelector("button");
    if (then) then.click();
    else if (area.matches(".people-input")) area.closest("form")?.querySelector("textarea")?.focus();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const panel = area.closest<HTMLFormElement>(".composer form");
    if (!panel || !area.matches("textarea, input, .rich")) return;
    event.preventDefault();
    panel.querySelector<HTMLButtonElement>("[data-send]")?.click();
  } else if (event.key === "Escape" && area.matches("#composer :is(textarea, .rich)")) {
    area.blur();
    if (MODES.every(isEmpty)) close();
  }
}

export function start(): void {
  settle(startRecipients);
  startRich(macroKey);
  drafts.start(snapshot, takeOther);
  void restore();
  startUploads(() => open());
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", (event) => {
    if (!(event.target as HTMLElement).matches("#composer textarea")) return;
    box()?.classList.add("composer-open");
    greet(mode());
    void openRich(areaOf(event.target as HTMLElement));
  });
  for (const kind of ["input", "letter:changed"]) {
    document.addEventListener(kind, (event) => written((event.target as HTMLElement).closest("form")));
  }
  document.body.addEventListener("compose", (event) => {
    const asked = (event as CustomEvent<{ url: string; panel: string }>).detail;
    const which = asMode(asked.panel);
    show(which);
    void load(asked.url, which);
  });
  document.body.addEventListener("htmx:confirm", (event) => {
    const panel = event.target as HTMLFormElement;
    if (!panel.matches(".composer form")) return;
    if (isUploading(panel)) {
      event.preventDefault();
      return toast({ text: say("wait_upload") });
    }
    if (!panel.matches("#composer form")) return;
    const which = modeOf(panel);
    const wasBusy = drafts.isBusy(which);
    const quiet = drafts.pause(which);
    if (!wasBusy) return;
    // A draft on its way to the desk must not come after the letter itself.
    event.preventDefault();
    void quiet.then(() => (event as CustomEvent<{ issueRequest: (isAsked: boolean) => void }>).detail.issueRequest(true));
  });
  // The desk ends the draft that these words know of, and no later one of another device.
  document.body.addEventListener("htmx:configRequest", (event) => {
    const panel = event.target as HTMLFormElement;
    if (!panel.matches("#composer form")) return;
    const which = modeOf(panel);
    going[which] = text(which)?.value ?? "";
    const { parameters } = (event as CustomEvent).detail as { parameters: Record<string, string> };
    parameters["draft"] = String(drafts.version(which));
    if (which === "new") parameters["kept"] = box()?.dataset["draft"] ?? "";
  });
  document.body.addEventListener("draft-left", (event) => left.add(asMode((event as CustomEvent<{ panel: string }>).detail.panel)));
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = (event as CustomEvent).detail as { elt: HTMLElement; xhr: XMLHttpRequest };
    const panel = elt.closest<HTMLFormElement>("#composer form");
    if (!panel) return;
    const which = modeOf(panel);
    if (xhr.status >= 200 && xhr.status < 300) return which === "new" ? drafts.ended(which) : sent(which);
    delete going[which];
    drafts.goOn(which);
  });
}
