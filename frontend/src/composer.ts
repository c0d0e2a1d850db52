/** The reply and note box: two sheets of paper that cannot be mixed up, and drafts that survive a crash. */
import { say } from "./words";
import { toast } from "./toasts";
import { isUploading, start as startUploads } from "./uploads";

type Mode = "reply" | "note";

const box = () => document.getElementById("composer");
const form = (mode: Mode) => document.getElementById(`panel-${mode}`) as HTMLFormElement | null;
const text = (mode: Mode) => form(mode)?.querySelector("textarea") ?? null;
const mode = (): Mode => (box()?.dataset["mode"] === "note" ? "note" : "reply");
const draftKey = (which: Mode) => `draft:${document.body.dataset["person"]}:${box()?.dataset["ticket"]}:${which}`;

function isEmpty(): boolean {
  return !text("reply")?.value.trim() && !form("reply")?.querySelector(".files > *");
}

function show(which: Mode): void {
  const composer = box();
  if (!composer) return;
  composer.dataset["mode"] = which;
  for (const each of ["reply", "note"] as const) {
    const tab = document.getElementById(`tab-${each}`);
    tab?.setAttribute("aria-selected", String(each === which));
    tab?.setAttribute("tabindex", each === which ? "0" : "-1");
  }
}

export function open(which: Mode = mode()): void {
  show(which);
  box()?.classList.add("composer-open");
  text(which)?.focus();
}

function close(): void {
  box()?.classList.remove("composer-open");
}

function keep(which: Mode): void {
  const value = text(which)?.value ?? "";
  if (value.trim()) localStorage.setItem(draftKey(which), value);
  else localStorage.removeItem(draftKey(which));
}

function restore(): void {
  if (!box()) return;
  show("reply");
  for (const which of ["note", "reply"] as const) {
    const area = text(which);
    const draft = localStorage.getItem(draftKey(which));
    if (!area || !draft || area.value) continue;
    area.value = draft;
    box()?.classList.add("composer-open");
    show(which);
  }
}

function seen(): void {
  const version = document.getElementById("ticket")?.dataset["version"];
  const input = form("reply")?.querySelector<HTMLInputElement>("input[name=seen]");
  if (version && input) input.value = version;
  const changed = document.getElementById("changed");
  changed?.replaceChildren();
}

/** After the page took in something new: what was written meanwhile counts as read only if nothing is being written. */
export function refreshed(newMessages: Element[]): void {
  if (isEmpty()) return seen();
  const fromOthers = newMessages.filter((message) => message.getAttribute("data-own") === null);
  const template = document.getElementById("changed-meanwhile") as HTMLTemplateElement | null;
  const changed = document.getElementById("changed");
  if (fromOthers.length && template && changed && !changed.firstElementChild) {
    changed.append(template.content.cloneNode(true));
  }
}

function sent(which: Mode): void {
  const area = text(which);
  if (area) area.value = "";
  const files = form(which)?.querySelector(".files");
  files?.replaceChildren();
  localStorage.removeItem(draftKey(which));
  if (which === "reply") {
    // The next answer goes to nobody else unless somebody is named again.
    const cc = document.getElementById("cc-line");
    const input = cc?.querySelector("input");
    if (cc && input) {
      input.value = "";
      cc.hidden = true;
    }
    seen();
  }
  close();
  document.getElementById("conversation")?.scrollTo({ top: 0 });
  box()?.querySelector<HTMLElement>('[role=tab][aria-selected="true"]')?.focus();
}

function onTabKey(event: KeyboardEvent): void {
  const tab = (event.target as HTMLElement).closest("#composer [role=tab]");
  if (!tab || !/^Arrow(Left|Right)$/.test(event.key)) return;
  event.preventDefault();
  const other = mode() === "reply" ? "note" : "reply";
  show(other);
  document.getElementById(`tab-${other}`)?.focus();
}

export function start(): void {
  restore();
  startUploads(() => open());
  document.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const tab = target.closest<HTMLElement>("#composer [role=tab]");
    if (tab) open(tab.id === "tab-note" ? "note" : "reply");
    if (target.closest("[data-composer-seen]")) {
      seen();
      document.getElementById("conversation")?.scrollTo({ top: 0 });
      text("reply")?.focus();
    }
    if (target.closest("[data-cc]")) {
      const line = document.getElementById("cc-line");
      if (line) line.hidden = false;
      line?.querySelector("input")?.focus();
    }
    if (target.closest("form[data-signs-out]")) {
      Object.keys(localStorage).forEach((key) => key.startsWith("draft:") && localStorage.removeItem(key));
    }
  });
  document.addEventListener("focusin", (event) => {
    if ((event.target as HTMLElement).matches("#composer textarea")) box()?.classList.add("composer-open");
  });
  document.addEventListener("input", (event) => {
    if ((event.target as HTMLElement).matches("#composer textarea")) keep(mode());
  });
  document.addEventListener("keydown", (event) => {
    onTabKey(event);
    if (event.key === "Enter" && (event.target as HTMLElement).id === "reply-cc") {
      event.preventDefault(); // a line of addresses is not yet a letter
      return text("reply")?.focus();
    }
    const area = event.target as HTMLElement;
    if (!area.matches("#composer textarea")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form(mode())?.querySelector<HTMLButtonElement>("[data-send]")?.click();
    } else if (event.key === "Escape") {
      area.blur();
      if (isEmpty() && !text("note")?.value.trim()) close();
    }
  });
  document.body.addEventListener("htmx:confirm", (event) => {
    const panel = event.target as HTMLFormElement;
    if (!panel.matches("#composer form") || !isUploading(panel)) return;
    event.preventDefault();
    toast({ text: say("wait_upload") });
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = (event as CustomEvent).detail as { elt: HTMLElement; xhr: XMLHttpRequest };
    const panel = elt.closest<HTMLFormElement>("#composer form");
    if (panel && xhr.status >= 200 && xhr.status < 300) sent(panel.id === "panel-note" ? "note" : "reply");
  });
}
