/** What was done, said once, with a way back: the server names both in the HX-Trigger header. */
import { ask } from "./ask";
import { say } from "./words";

export interface Toast {
  text: string;
  level?: "error";
  /** A POST that takes the act back. */
  undo?: { url: string; values: Record<string, string | string[]> };
  /** How long that is possible: counted down, and then the toast leaves. */
  seconds?: number;
}

const STAYS = 7_000;

function leave(element: HTMLElement): void {
  let timer = window.setTimeout(() => element.remove(), STAYS);
  const hold = () => clearTimeout(timer);
  const go = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => element.remove(), 3_000);
  };
  element.addEventListener("pointerenter", hold);
  element.addEventListener("focusin", hold);
  element.addEventListener("pointerleave", go);
  element.addEventListener("focusout", go);
}

/** The seconds that are left, for the eye alone: a screen reader would hear each of them. */
function countDown(element: HTMLElement, words: HTMLElement, seconds: number): void {
  const left = document.createElement("span");
  left.className = "toast-left num";
  left.setAttribute("aria-hidden", "true");
  words.append(left);
  const ends = Date.now() + seconds * 1000;
  const tell = () => {
    const rest = Math.ceil((ends - Date.now()) / 1000);
    left.textContent = say("in_seconds", { n: Math.max(rest, 1) });
    if (rest <= 0 || !element.isConnected) {
      clearInterval(timer);
      element.remove();
    }
  };
  const timer = window.setInterval(tell, 250);
  tell();
}

export function toast({ text, level, undo, seconds }: Toast): void {
  const shelf = document.getElementById("toasts");
  if (!shelf) return;
  // The same words twice say no more than once.
  for (const shown of shelf.children) if (shown.firstElementChild?.textContent === text) shown.remove();
  const element = document.createElement("div");
  element.className = level === "error" ? "toast toast-error" : "toast";
  const words = document.createElement("span");
  words.textContent = text;
  element.append(words);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = say(undo ? "undo" : "dismiss");
  button.addEventListener("click", () => {
    element.remove();
    if (undo) takeBack(undo);
  });
  element.append(button);
  if (seconds) {
    shelf.append(element);
    countDown(element, words, seconds);
  } else if (level !== "error") leave(element);
  while (shelf.children.length > 2) shelf.firstElementChild?.remove();
  shelf.append(element);
}

/** Whose form is no longer in the page is told all the same: htmx would say it to the form. */
function heard(xhr: XMLHttpRequest): void {
  const said = JSON.parse(xhr.getResponseHeader("HX-Trigger") ?? "{}") as { toast?: Toast };
  if (said.toast) toast(said.toast);
}

function takeBack(undo: NonNullable<Toast["undo"]>): void {
  const target = document.getElementById("ticket") ?? document.getElementById("board") ?? document.body;
  const swap = target === document.body ? "none" : "morph:outerHTML";
  void ask("post", undo.url, { target, swap, values: { ...undo.values, undoing: "1" } });
}

export function start(): void {
  document.querySelectorAll<HTMLElement>("[data-toast]").forEach((said) => {
    // What was done on the page before this one, with its way back.
    if (said.dataset["undo"]) {
      const undo = JSON.parse(said.dataset["undo"]) as NonNullable<Toast["undo"]>;
      toast({ text: said.textContent?.trim() ?? "", undo });
      said.remove();
    } else leave(said);
  });
  document.body.addEventListener("toast", (event) => toast((event as CustomEvent<Toast>).detail));
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const { xhr, elt } = (event as CustomEvent).detail as { xhr: XMLHttpRequest; elt?: Element };
    const from = elt ?? (event.target as Element);
    xhr.addEventListener("readystatechange", () => xhr.readyState === XMLHttpRequest.DONE && !from.isConnected && heard(xhr));
  });
  document.body.addEventListener("htmx:sendError", () => toast({ text: say("offline"), level: "error" }));
  document.body.addEventListener("htmx:responseError", (event) => {
    const status = ((event as CustomEvent).detail.xhr as XMLHttpRequest).status;
    toast({ text: say(status === 404 ? "gone" : status === 401 || status === 403 ? "signed_out" : "failed"), level: "error" });
  });
}
