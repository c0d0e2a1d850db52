/** Whom a letter goes to, as chips: added by typing or choosing, taken off, moved between To, Cc and Bcc. */
import { narrow } from "./narrow";
import { icon, say } from "./words";

interface Mailbox {
  name: string;
  address: string;
}

const ROWS = ["to", "cc", "bcc"];
const PIECE = /(?:"[^"\n]*"|[^,;\n"])+/g;
let timer = 0;

function parse(words: string): Mailbox[] {
  return (words.match(PIECE) ?? [])
    .map((piece) => piece.trim())
    .filter(Boolean)
    .map((piece) => {
      const angled = /^(.*)<([^<>]*)>$/s.exec(piece);
      if (!angled) return { name: "", address: piece };
      return { name: (angled[1] ?? "").trim().replace(/^"|"$/g, ""), address: (angled[2] ?? "").trim() };
    });
}

function written({ name, address }: Mailbox): string {
  const plain = name.replace(/[\\"<>\r\n]/g, "");
  return plain ? (/[,;:@()]/.test(plain) ? `"${plain}" <${address}>` : `${plain} <${address}>`) : address;
}

const rowOf = (element: Element) => element.closest<HTMLElement>(".people-row");
const valueOf = (row: Element) => row.querySelector<HTMLInputElement>("input[data-addresses]");
const entryOf = (row: Element) => row.querySelector<HTMLInputElement>(".addressee-entry");
const chipsOf = (row: Element) => [...row.querySelectorAll<HTMLElement>(".addressee")];

/** The plain field behind the chips is what is sent: a word that is still being typed belongs to it too. */
function sync(row: Element): void {
  const value = valueOf(row);
  if (!value) return;
  const all = chipsOf(row).map((one) => one.dataset["one"] ?? "");
  const typed = entryOf(row)?.value.trim();
  value.value = [...all, ...(typed ? [typed] : [])].join(", ");
  value.dispatchEvent(new Event("letter:changed", { bubbles: true }));
}

function addressee(people: HTMLElement, one: Mailbox): HTMLElement {
  const made = document.createElement("span");
  const isAddress = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(one.address);
  const known = (people.dataset["known"] ?? "").split(",");
  const isNew = isAddress && !("all" in people.dataset) && people.closest("#panel-reply") && !known.includes(one.address.toLowerCase());
  made.className = `addressee${isAddress ? "" : " addressee-bad"}`;
  made.dataset["one"] = written(one);
  const words = document.createElement("button");
  words.type = "button";
  words.className = "addressee-name";
  words.title = one.address;
  const name = document.createElement("b");
  name.textContent = one.name || one.address;
  words.append(name);
  if (one.name) {
    const address = document.createElement("span");
    address.className = "addressee-address";
    address.textContent = one.address;
    words.append(address);
  }
  if (isNew || !isAddress) {
    const mark = document.createElement("span");
    mark.className = "addressee-mark";
    mark.textContent = say(isAddress ? "newcomer" : "no_address");
    if (isNew) mark.title = say("newcomer_means");
    words.append(mark);
  }
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "addressee-off";
  remove.tabIndex = -1;
  remove.setAttribute("aria-label", say("remove", { name: one.name || one.address }));
  remove.append(icon("x"));
  made.append(words, remove);
  return made;
}

function add(row: HTMLElement, words: string): void {
  const people = row.closest<HTMLElement>(".people");
  const entry = entryOf(row);
  if (!people || !entry) return;
  for (const one of parse(words)) {
    // Each person once, wherever: who is moved leaves the other line.
    people.querySelectorAll<HTMLElement>(".people-row .addressee").forEach((other) => {
      if (parse(other.dataset["one"] ?? "")[0]?.address.toLowerCase() !== one.address.toLowerCase()) return;
      const from = rowOf(other);
      other.remove();
      if (from) sync(from);
    });
    entry.closest(".addressee-line")?.before(addressee(people, one));
  }
  row.removeAttribute("data-empty");
  sync(row);
}

function commit(row: HTMLElement): boolean {
  const entry = entryOf(row);
  const words = entry?.value.trim() ?? "";
  if (!entry || !words) return false;
  entry.value = "";
  show(row, false);
  add(row, words);
  return true;
}

function remove(one: HTMLElement): void {
  const row = rowOf(one);
  if (!row) return;
  const all = chipsOf(row);
  const next = all[all.indexOf(one) + 1] ?? all[all.indexOf(one) - 1];
  one.remove();
  sync(row);
  (next?.querySelector<HTMLElement>(".addressee-name") ?? entryOf(row))?.focus();
}

function move(one: HTMLElement, where: string): void {
  const target = one.closest(".people")?.querySelector<HTMLElement>(`[data-row="${where}"]`);
  if (!target || target === rowOf(one)) return;
  add(target, one.dataset["one"] ?? "");
  chipsOf(target).at(-1)?.querySelector<HTMLElement>(".addressee-name")?.focus();
}

/** What a click on a addressee offers; its keys stand beside the words. */
function menu(one: HTMLElement): void {
  document.getElementById("addressee-menu")?.remove();
  const made = document.createElement("div");
  made.id = "addressee-menu";
  made.className = "pop";
  made.popover = "auto";
  const row = rowOf(one);
  const item = (words: string, key: string, act: () => void) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "pop-item";
    const grow = document.createElement("span");
    grow.className = "grow";
    grow.textContent = words;
    const kbd = document.createElement("kbd");
    kbd.className = "kbd";
    kbd.textContent = key;
    button.append(grow, kbd);
    button.addEventListener("click", () => {
      made.hidePopover();
      act();
    });
    made.append(button);
  };
  for (const where of ROWS) {
    if (where !== row?.dataset["row"]) item(say(`move_${where}`), where[0] ?? "", () => move(one, where));
  }
  item(say("remove_plain"), "⌫", () => remove(one));
  (one.closest(".people") ?? document.body).append(made);
  made.showPopover();
  const at = one.getBoundingClientRect();
  made.style.left = `${Math.min(at.left, innerWidth - made.offsetWidth - 8)}px`;
  made.style.top = `${at.bottom + 4 + made.offsetHeight > innerHeight ? at.top - made.offsetHeight - 4 : at.bottom + 4}px`;
  made.querySelector<HTMLElement>(".pop-item")?.focus();
  made.addEventListener("toggle", (event) => (event as ToggleEvent).newState === "closed" && made.remove());
}

async function suggest(row: HTMLElement): Promise<void> {
  const entry = entryOf(row);
  const list = row.querySelector<HTMLElement>(".suggestions");
  const url = row.closest<HTMLElement>(".people")?.dataset["search"];
  const part = entry?.value.trim() ?? "";
  if (!entry || !list || !url || part.length < 2) return show(row, false);
  let chosen: string | undefined;
  try {
    const answer = await fetch(`${url}?q=${encodeURIComponent(part)}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok || entry.value.trim() !== part) return;
    const html = await answer.text();
    if (entry.value.trim() !== part) return;
    chosen = chosenIn(row)?.dataset["one"];
    list.innerHTML = html;
  } catch {
    return show(row, false); // typing an address still works
  }
  const found = [...list.children] as HTMLElement[];
  found.forEach((option, place) => (option.id = `${list.id}-${place}`));
  show(row, found.length > 0);
  const again = found.find((option) => option.dataset["one"] === chosen);
  if (again) mark(row, again);
}

function show(row: HTMLElement, isOpen: boolean): void {
  const list = row.querySelector<HTMLElement>(".suggestions");
  const entry = entryOf(row);
  if (list) list.hidden = !isOpen;
  entry?.setAttribute("aria-expanded", String(isOpen));
  entry?.removeAttribute("aria-activedescendant");
}

const chosenIn = (row: HTMLElement) => row.querySelector<HTMLElement>('.suggestions:not([hidden]) > [aria-selected="true"]:not([hidden])');

function mark(row: HTMLElement, next: HTMLElement | undefined): void {
  row.querySelectorAll<HTMLElement>(".suggestions > li").forEach((option) => (option.ariaSelected = String(option === next)));
  next?.scrollIntoView({ block: "nearest" });
  if (next) entryOf(row)?.setAttribute("aria-activedescendant", next.id);
  else entryOf(row)?.removeAttribute("aria-activedescendant");
}

/** Who no longer fits what is typed is not there to be chosen, however late the answer comes. */
function narrowed(row: HTMLElement, words: string): void {
  if (!row.querySelector(".suggestions:not([hidden])")) return;
  const left = narrow([...row.querySelectorAll<HTMLElement>(".suggestions > li")], words);
  if (!left) show(row, false);
  else if (!chosenIn(row)) mark(row, undefined);
}

function pick(row: HTMLElement, step: number): void {
  const options = [...row.querySelectorAll<HTMLElement>(".suggestions > li:not([hidden])")];
  const at = options.findIndex((option) => option.ariaSelected === "true");
  mark(row, options[at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length]);
}

function onEntryKey(event: KeyboardEvent, entry: HTMLInputElement): void {
  const row = rowOf(entry);
  if (!row) return;
  const list = row.querySelector<HTMLElement>(".suggestions");
  const chosen = chosenIn(row);
  if (/^Arrow(Down|Up)$/.test(event.key) && list?.hidden === false) {
    event.preventDefault();
    pick(row, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" || ((event.key === "," || event.key === ";") && !chosen)) {
    if (event.ctrlKey || event.metaKey) return void commit(row);
    event.preventDefault(); // a line of addresses is not yet a letter
    if (chosen) {
      entry.value = "";
      show(row, false);
      add(row, chosen.dataset["one"] ?? "");
    } else if (!commit(row) && event.key === "Enter") {
      row.closest("form")?.querySelector<HTMLElement>("textarea")?.focus();
    }
  } else if (event.key === "Escape" && list?.hidden === false) {
    event.stopPropagation();
    show(row, false);
  } else if ((event.key === "Backspace" || event.key === "ArrowLeft") && entry.value === "") {
    event.preventDefault();
    chipsOf(row).at(-1)?.querySelector<HTMLElement>(".addressee-name")?.focus();
  }
}

function onChipKey(event: KeyboardEvent, one: HTMLElement): void {
  const row = rowOf(one);
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = chipsOf(row);
  const at = all.indexOf(one);
  const where = ROWS.find((name) => name[0] === event.key);
  if (event.key === "Backspace" || event.key === "Delete") remove(one);
  else if (event.key === "ArrowLeft") all[at - 1]?.querySelector<HTMLElement>(".addressee-name")?.focus();
  else if (event.key === "ArrowRight") (all[at + 1]?.querySelector<HTMLElement>(".addressee-name") ?? entryOf(row))?.focus();
  else if (where) move(one, where);
  else return;
  event.preventDefault();
}

/** Chips in the place of each plain field; without scripts the fields stay as they are. */
export function enhance(root: ParentNode): void {
  root.querySelectorAll<HTMLInputElement>("input[data-addresses]:not([hidden])").forEach((value) => {
    const row = rowOf(value);
    if (!row) return;
    value.hidden = true;
    const line = document.createElement("span");
    line.className = "addressee-line";
    const entry = document.createElement("input");
    const list = document.createElement("ul");
    list.id = `${value.id}-list`;
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", row.querySelector("label")?.textContent ?? "");
    entry.className = "addressee-entry";
    entry.id = `${value.id}-entry`;
    entry.autocomplete = "off";
    entry.spellcheck = false;
    entry.setAttribute("inputmode", "email");
    for (const [name, said] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-autocomplete", "list"], ["aria-controls", list.id]] as const)
      entry.setAttribute(name, said);
    row.querySelector("label")?.setAttribute("for", entry.id);
    line.append(entry, list);
    value.after(line);
    const words = value.value;
    if (words) add(row, words);
  });
}

/** Who is named, in all three lines. */
export function set(form: HTMLFormElement, values: Record<string, string>): void {
  for (const name of ROWS) {
    const row = form.querySelector<HTMLElement>(`[data-row="${name}"]`);
    if (!row || values[name] === undefined) continue;
    chipsOf(row).forEach((one) => one.remove());
    add(row, values[name] ?? "");
    if (!values[name]) sync(row);
    row.toggleAttribute("data-empty", name !== "to" && !values[name]);
  }
}

function openRow(button: HTMLElement): void {
  const row = button.closest(".people")?.querySelector<HTMLElement>(`[data-row="${button.dataset["openRow"]}"]`);
  row?.removeAttribute("data-empty");
  (row && entryOf(row))?.focus();
}

export function start(): void {
  enhance(document);
  document.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const opener = target.closest<HTMLElement>("[data-open-row]");
    if (opener) return openRow(opener);
    const off = target.closest<HTMLElement>(".addressee-off");
    if (off) return remove(off.closest<HTMLElement>(".addressee") as HTMLElement);
    const name = target.closest<HTMLElement>(".people-row .addressee-name");
    if (name) return menu(name.closest<HTMLElement>(".addressee") as HTMLElement);
    const offer = target.closest<HTMLElement>("[data-offer]");
    const cc = offer?.closest(".people")?.querySelector<HTMLElement>('[data-row="cc"]');
    if (offer && cc) {
      add(cc, offer.dataset["offer"] ?? "");
      const line = offer.closest(".people-offered");
      offer.remove();
      if (!line?.querySelector("[data-offer]")) line?.remove();
    }
  });
  document.addEventListener("pointerdown", (event) => {
    const option = (event.target as HTMLElement).closest<HTMLElement>(".suggestions > li");
    const row = option && rowOf(option);
    if (!option || !row) return;
    event.preventDefault();
    const entry = entryOf(row);
    if (entry) entry.value = "";
    show(row, false);
    add(row, option.dataset["one"] ?? "");
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (target instanceof HTMLInputElement && target.matches(".addressee-entry")) onEntryKey(event, target);
    else if (target.matches(".people-row .addressee-name")) onChipKey(event, target.closest<HTMLElement>(".addressee") as HTMLElement);
  });
  document.addEventListener("input", (event) => {
    const entry = event.target as HTMLElement;
    const row = entry.matches(".addressee-entry") ? rowOf(entry) : null;
    if (!row) return;
    event.stopPropagation();
    sync(row);
    narrowed(row, (entry as HTMLInputElement).value.trim());
    clearTimeout(timer);
    timer = window.setTimeout(() => void suggest(row), 150);
  });
  document.addEventListener("focusout", (event) => {
    const entry = event.target as HTMLElement;
    const row = entry.matches(".addressee-entry") ? rowOf(entry) : null;
    if (row) commit(row);
  });
  document.addEventListener("paste", (event) => {
    const entry = event.target as HTMLElement;
    const words = entry.matches?.(".addressee-entry") ? (event.clipboardData?.getData("text/plain") ?? "") : "";
    const row = rowOf(entry);
    if (!row || !/[,;\n]/.test(words)) return;
    event.preventDefault();
    add(row, words);
  });
}
