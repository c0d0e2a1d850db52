/** What the check found in a reply: a button beside it shows the place in the text. */

/** The first place where these words stand in one piece below `root`. */
function placeOf(root: HTMLElement, words: string): Range | null {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.textContent?.indexOf(words) ?? -1;
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    return range;
  }
  return null;
}

function show(button: HTMLElement): void {
  const form = button.closest("form");
  const words = button.closest("li")?.querySelector("mark")?.textContent ?? "";
  const rich = form?.querySelector<HTMLElement>("[contenteditable=true]");
  if (rich) {
    const range = placeOf(rich, words);
    rich.focus();
    if (range) {
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
      range.startContainer.parentElement?.scrollIntoView({ block: "nearest" });
    }
    return;
  }
  const area = form?.querySelector<HTMLTextAreaElement>("textarea[name=text]");
  const [from = 0, to = 0] = (button.dataset["showAt"] ?? "").split(",").map(Number);
  area?.focus();
  area?.setSelectionRange(from, to);
}

export function start(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-show-at]");
    if (button) show(button);
  });
}
