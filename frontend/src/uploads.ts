/** Files join a reply by button, drop or paste; each goes up at once, with its progress, and can be taken off again. */
import { icon, say, token } from "./words";

const MEGABYTE = 1024 * 1024;

function row(list: Element, name: string): HTMLLIElement {
  const item = document.createElement("li");
  item.className = "file file-busy";
  const words = document.createElement("span");
  words.className = "name";
  words.textContent = name;
  const progress = document.createElement("progress");
  progress.max = 1;
  progress.setAttribute("aria-label", say("uploading", { name }));
  const remove = document.createElement("button");
  remove.type = "button";
  remove.setAttribute("aria-label", say("remove", { name }));
  remove.append(icon("x"));
  item.append(icon("paperclip"), words, progress, remove);
  list.append(item);
  return item;
}

function fail(item: HTMLLIElement, text: string): void {
  item.className = "file file-bad";
  item.querySelector("progress")?.remove();
  const words = item.querySelector(".name");
  if (words) words.textContent = text;
  item.setAttribute("role", "alert");
}

interface Held {
  token: string;
  size: string;
  picture: string;
}

/** A picture for the text itself: it goes up as files do, and then is no row among them; null where that failed. */
export function upload(form: HTMLFormElement, file: File): Promise<{ picture: string; name: string } | null> {
  return new Promise((done) => send(form, file, (held) => done(held?.picture ? { picture: held.picture, name: file.name } : null)));
}

function send(form: HTMLFormElement, file: File, inline?: (held: Held | null) => void): void {
  const list = form.querySelector(".files");
  const url = form.dataset["uploads"];
  if (!list || !url) return inline?.(null);
  const name = file.name || "picture.png";
  const item = row(list, name);
  const limit = Number(form.dataset["limit"] ?? 25);
  const request = new XMLHttpRequest();
  item.querySelector("button")?.addEventListener("click", () => {
    request.abort();
    const sheet = item.closest("form") ?? form;
    item.remove();
    inline?.(null);
    sheet.dispatchEvent(new Event("letter:changed", { bubbles: true }));
    sheet.querySelector("textarea")?.focus();
  });
  const failed = (why: string) => {
    fail(item, why);
    inline?.(null);
  };
  if (file.size > limit * MEGABYTE) return failed(say("too_large", { name, n: limit }));
  const bar = item.querySelector("progress");
  request.upload.addEventListener("progress", (event) => {
    if (bar && event.lengthComputable) bar.value = event.loaded / event.total;
  });
  request.addEventListener("error", () => failed(say("upload_failed", { name })));
  request.addEventListener("load", () => {
    if (request.status !== 200 || !request.responseText.startsWith("{")) return failed(say("upload_failed", { name }));
    const answer = JSON.parse(request.responseText) as Held;
    if (inline && answer.picture) {
      item.remove();
      return inline(answer);
    }
    inline?.(null);
    const kept = document.createElement("input");
    kept.type = "hidden";
    kept.name = "file";
    kept.value = answer.token;
    const size = document.createElement("span");
    size.className = "size";
    size.textContent = answer.size;
    bar?.replaceWith(size, kept);
    item.className = "file";
    item.dispatchEvent(new Event("letter:changed", { bubbles: true }));
  });
  const body = new FormData();
  body.append("file", file, name);
  request.open("POST", url);
  request.setRequestHeader("X-CSRFToken", token());
  request.setRequestHeader("HX-Request", "true");
  request.send(body);
}

export function isUploading(form: HTMLFormElement): boolean {
  return form.querySelector(".file-busy") !== null;
}

function visibleForm(): HTMLFormElement | null {
  const mode = document.querySelector<HTMLElement>(".composer")?.dataset["mode"] ?? "";
  return document.getElementById(`panel-${mode}`) as HTMLFormElement | null;
}

export function start(open: () => void): void {
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    if (!input.matches("input[type=file][data-attach]") || !input.form) return;
    for (const file of input.files ?? []) send(input.form, file);
    input.value = "";
  });
  document.addEventListener("paste", (event) => {
    const form = (event.target as HTMLElement).closest?.<HTMLFormElement>("form[data-uploads]");
    const files = event.clipboardData?.files;
    if (!form || !files?.length || event.defaultPrevented) return;
    event.preventDefault();
    for (const file of files) send(form, file);
  });
  let depth = 0;
  const zone = () => document.querySelector(".talk, .composer-page");
  const isFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") && visibleForm() !== null;
  const rest = () => {
    depth = 0;
    zone()?.classList.remove("dragging");
  };
  document.addEventListener("dragenter", (event) => {
    if (isFiles(event) && ++depth) zone()?.classList.add("dragging");
  });
  document.addEventListener("dragleave", (event) => {
    if (isFiles(event) && --depth <= 0) rest();
  });
  document.addEventListener("dragover", (event) => isFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    const form = visibleForm();
    if (!form || !isFiles(event)) return;
    rest();
    if (event.defaultPrevented) return; // the rich box took the pictures
    event.preventDefault();
    open();
    for (const file of event.dataTransfer?.files ?? []) send(form, file);
  });
}
