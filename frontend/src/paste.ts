/** What other programs put on the clipboard, made fit for a letter. Read in a document of its own: nothing in it runs or loads. */

const DROPPED = "style, script, meta, link, title, xml, svg, math, template, iframe, object, embed, noscript, [hidden]";

/** A picture that this desk holds for its writer; all others would be left out when the letter is sent. */
export function isUploaded(address: string): boolean {
  try {
    const url = new URL(address, location.href);
    return url.origin === location.origin && url.pathname.startsWith("/uploads/");
  } catch {
    return false;
  }
}

function fileOf(address: string): File | null {
  const found = /^data:image\/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/=\s]+)$/.exec(address);
  if (!found?.[2]) return null;
  const bytes = Uint8Array.from(atob(found[2].replace(/\s/g, "")), (letter) => letter.charCodeAt(0));
  return new File([bytes], `picture.${found[1]}`, { type: `image/${found[1]}` });
}

function rename(element: Element, name: string): Element {
  const made = element.ownerDocument.createElement(name);
  made.append(...element.childNodes);
  element.replaceWith(made);
  return made;
}

const style = (element: Element) => (element.getAttribute("data-was-style") ?? "").toLowerCase();

/** Styles and scripts in attributes get another name before anything reads them: the page's policy would complain of each. */
function disarmed(source: string): string {
  const bare = source.replace(/<!--[\s\S]*?-->/g, "").replace(/<!\[[\s\S]*?\]>/g, "").replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, "");
  return bare.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/([\s/"'])(style|srcdoc|on[a-z]+)(\s*=)/gi, "$1data-was-$2$3"));
}

/** Bold and italic by style, as Google's and Microsoft's programs write them. */
function emphasis(root: HTMLElement): void {
  for (const element of [...root.querySelectorAll("span, b, strong, font, em, i")]) {
    const words = style(element);
    if (/^(b|strong)$/.test(element.localName) && /font-weight:\s*(normal|400)/.test(words)) {
      element.replaceWith(...element.childNodes);
      continue;
    }
    for (const [name, is] of [["strong", /font-weight:\s*(bold|[6-9]00)/], ["em", /font-style:\s*italic/]] as const) {
      if (!is.test(words) || element.closest(name)) continue;
      const made = root.ownerDocument.createElement(name);
      made.append(...element.childNodes);
      element.append(made);
    }
  }
}

/** Word and Outlook write lists as paragraphs with a typed bullet; here they become lists again. */
function officeLists(root: HTMLElement): void {
  let open: { list: Element; level: number }[] = [];
  let last: Element | null = null;
  for (const item of [...root.querySelectorAll("p, h1, h2, h3")]) {
    const found = /mso-list:\s*l\d+\s+level(\d+)/.exec(style(item));
    if (!found) continue;
    const level = Number(found[1]);
    const sign = [...item.querySelectorAll("span")].find((span) => style(span).replace(/\s/g, "").includes("mso-list:ignore"));
    const words = (sign?.textContent ?? item.textContent ?? "").trim();
    const kind = /^(\d+|[a-z]{1,4})[.)]/i.test(words) ? "ol" : "ul";
    sign?.remove();
    if (last === null || item.previousElementSibling !== last) open = [];
    while (open.length && (open.at(-1)?.level ?? 0) > level) open.pop();
    let at = open.at(-1);
    if (!at || at.level < level) {
      const list = root.ownerDocument.createElement(kind);
      const within = at?.list.lastElementChild;
      if (within) within.append(list);
      else item.before(list);
      at = { list, level };
      open.push(at);
    }
    const row = root.ownerDocument.createElement("li");
    at.list.append(row);
    const line = rename(item, "p");
    row.append(line);
    last = open[0]?.list ?? null;
  }
}

/** A row of a table is a line; its cells are parted by tabs. */
function tables(root: HTMLElement): void {
  for (const table of [...root.querySelectorAll("table")].reverse()) {
    const lines = [...table.querySelectorAll("tr")].map((row) => {
      const line = root.ownerDocument.createElement("p");
      line.textContent = [...row.children].map((cell) => cell.textContent?.replace(/\s+/g, " ").trim() ?? "").join("\t");
      return line;
    });
    // A table that only lays a page out holds blocks: they stay as they are.
    if (table.querySelectorAll("td, th").length < 2 || table.querySelector("td p + p, ul, ol, img")) rename(table, "div");
    else table.replaceWith(...lines);
  }
}

/** Elsewhere a paragraph brings its own gap, here a gap is an empty paragraph. */
function gaps(root: HTMLElement): void {
  for (const paragraph of [...root.querySelectorAll("p + p")]) {
    const before = paragraph.previousElementSibling as HTMLElement;
    const isTight = /^mso/i.test(before.className) || /margin(-bottom)?:\s*0/.test(style(before));
    if (!isTight && before.textContent?.trim() && paragraph.textContent?.trim()) paragraph.before(root.ownerDocument.createElement("p"));
  }
}

function pictures(root: HTMLElement): File[] {
  const files: File[] = [];
  for (const image of root.querySelectorAll("img")) {
    const address = image.getAttribute("src") ?? "";
    if (isUploaded(address)) continue;
    const file = fileOf(address);
    if (file && files.length < 10) files.push(file);
    image.remove();
  }
  return files;
}

/** The words that a clipboard's markup shows, without reading it as a page. */
export function wordsOf(source: string): string {
  return new DOMParser().parseFromString(disarmed(source), "text/html").body.textContent?.trim() ?? "";
}

function finished(root: HTMLElement): string {
  for (const element of root.querySelectorAll("*"))
    for (const { name } of [...element.attributes]) if (/^(data-was-|on|style$)/i.test(name)) element.removeAttribute(name);
  return root.innerHTML;
}

export function cleaned(source: string, upload: (files: File[]) => void): string {
  const root = new DOMParser().parseFromString(disarmed(source), "text/html").body;
  root.querySelectorAll(DROPPED).forEach((element) => element.remove());
  for (const element of root.querySelectorAll("*")) {
    if (/display:\s*none|mso-hide:\s*all/.test(style(element))) element.remove();
    else if (element.localName.includes(":")) element.replaceWith(...element.childNodes);
  }
  emphasis(root);
  const files = pictures(root);
  if (files.length) upload(files);
  if (source.includes("data-pm-slice")) return finished(root); // from a box like this one
  officeLists(root);
  tables(root);
  root.querySelectorAll("h1").forEach((heading) => rename(heading, "h2"));
  root.querySelectorAll("h4, h5, h6").forEach((heading) => rename(heading, "h3"));
  gaps(root);
  root.querySelectorAll("p").forEach((line) => !line.textContent?.replace(/\u00a0/g, " ").trim() && !line.querySelector("img") && line.replaceChildren());
  return finished(root);
}
