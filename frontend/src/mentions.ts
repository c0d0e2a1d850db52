/** @ in a note opens the colleagues: arrow keys, Enter or Tab, Escape. The name itself is the mention. */
import { narrow } from "./narrow";
import { boxOf, insert } from "./rich";
import { say } from "./words";

let list: HTMLUListElement | null = null;
let of: HTMLTextAreaElement | null = null;
let asked = 0;
let timer = 0;
let dismissed: string | null = null; // the words before the mark behind which Escape was pressed

/** What takes the keys: the text area, or the rich box in its place. */
function fieldOf(area: HTMLTextAreaElement): HTMLElement {
  return (boxOf(area) && document.getElementById(`${area.id}-rich`)) || area;
}

/** The words before the mark, and what was typed behind it up to the caret. */
function placeOf(area: HTMLTextAreaElement): { before: string; part: string } | null {
  const box = boxOf(area);
  if (!box && area.selectionStart !== area.selectionEnd) return null;
  const text = (box ? box.before().text : area.value.slice(0, area.selectionStart)).slice(-200);
  const found = /(?:^|[^\p{L}\p{N}._+@-])@([\p{L}\p{N}._-]*(?: [\p{L}\p{N}._-]*)?)$/u.exec(text);
  const part = found?.[1];
  return part === undefined ? null : { before: text.slice(0, -part.length - 1), part };
}

function menuOf(area: HTMLTextAreaElement): HTMLUListElement {
  if (list && of === area && list.isConnected) return list;
  list?.remove();
  of = area;
  list = document.createElement("ul");
  list.id = `${area.id}-mentions`;
  list.className = "suggestions mentions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("mention"));
  area.before(list);
  for (const field of [area, fieldOf(area)]) {
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
  }
  return list;
}

function hide(): void {
  asked++;
  if (list) list.hidden = true;
  if (of) fieldOf(of).removeAttribute("aria-activedescendant");
}

const options = () => (list && !list.hidden ? [...list.querySelectorAll<HTMLElement>("[role=option]:not([hidden])")] : []);

function pick(at: number): void {
  const all = options();
  const next = all[(at + all.length) % all.length];
  all.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
  next?.scrollIntoView({ block: "nearest" });
  if (next && of) fieldOf(of).setAttribute("aria-activedescendant", next.id);
}

async function suggest(area: HTMLTextAreaElement): Promise<void> {
  const place = placeOf(area);
  if (!place || place.before === dismissed) return hide();
  dismissed = null;
  const mine = ++asked;
  let found = "";
  try {
    const answer = await fetch(`${area.dataset["mentions"]}?q=${encodeURIComponent(place.part)}`, { headers: { "HX-Request": "true" } });
    if (answer.ok) found = await answer.text();
  } catch {
    return hide(); // typing the name still works
  }
  if (mine !== asked || document.activeElement !== fieldOf(area)) return;
  const menu = menuOf(area);
  menu.innerHTML = found;
  menu.hidden = menu.childElementCount === 0;
  options().forEach((option, at) => (option.id = `${menu.id}-${at}`));
  pick(0);
}

function take(option: HTMLElement): void {
  const area = of;
  const place = area && placeOf(area);
  if (!area || !place) return;
  const name = `@${option.dataset["word"] ?? ""} `;
  hide();
  if (boxOf(area)) {
    const markup = document.createElement("span");
    markup.textContent = name;
    return insert(area, name, markup.innerHTML, place.part.length + 1);
  }
  const caret = area.selectionStart;
  const from = caret - place.part.length - 1;
  const after = area.value.slice(caret).startsWith(" ") ? caret + 1 : caret;
  area.focus();
  area.setSelectionRange(from, after);
  // By the editor's own hand, so that Ctrl+Z takes it back; elsewhere by ours.
  if (!document.execCommand("insertText", false, name)) area.setRangeText(name, from, after, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function onKey(event: KeyboardEvent): void {
  const all = options();
  if (!all.length || !of || event.target !== fieldOf(of) || event.ctrlKey || event.metaKey) return;
  const at = all.findIndex((option) => option.ariaSelected === "true");
  const step = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
  if (step !== undefined) pick(step);
  else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) take(all[Math.max(at, 0)] as HTMLElement);
  else if (event.key === "Escape") {
    dismissed = placeOf(of)?.before ?? null;
    hide();
  } else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

export function start(): void {
  // Also when the rich box takes the place of what is being typed in: the menu closed with the text area's focus.
  for (const kind of ["input", "letter:changed", "letter:boxed"]) {
    document.addEventListener(kind, (event) => {
      const area = event.target as HTMLTextAreaElement;
      if (!area.matches?.("textarea[data-mentions]") || (kind === "input" && boxOf(area))) return;
      clearTimeout(timer);
      const place = placeOf(area);
      if (!place) return hide();
      if (list && !list.hidden && !narrow([...list.querySelectorAll<HTMLElement>("[role=option]")], place.part)) list.hidden = true;
      if (!options().some((option) => option.ariaSelected === "true")) pick(0);
      timer = window.setTimeout(() => void suggest(area), 90);
    });
  }
  // Before the composer's own keys: Escape closes the menu first.
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("focusout", (event) => of && event.target === fieldOf(of) && hide());
  document.addEventListener("pointerdown", (event) => {
    const option = (event.target as HTMLElement).closest<HTMLElement>(".mentions > [role=option]");
    if (!option) return;
    event.preventDefault();
    take(option);
  });
}
