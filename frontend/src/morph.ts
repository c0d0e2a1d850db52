/** The page changes around whoever works in it: what is held open, written or looked at survives every change. */
import { Idiomorph } from "idiomorph";
import htmx from "htmx.org";

/** Whose answer is drawn now: its own form and menu have said what they had to say. */
let giver: Element | null = null;

const OPEN = "[popover]:popover-open";
const isMenu = (node: Element): boolean =>
  node.matches(`.pop${OPEN}`) && (node.hasAttribute("data-stays") || !giver || !node.contains(giver));

/** What an act was answered with by a question waits for its answer, whatever others do to the ticket meanwhile. */
const isAsked = (node: Element): boolean => node.id === "held" && giver?.id === "ticket";

/** What the reader holds open or writes in is never changed under the hands. */
const isHeld = (node: Node): boolean =>
  node instanceof Element && (node.hasAttribute("data-keep") || node.matches(".msg-frame") || isMenu(node) || isAsked(node));

const holds = (node: Node): boolean => node instanceof Element && [...node.querySelectorAll(`.pop${OPEN}`)].some(isMenu);

/** A value being typed, and one that was typed and not yet given to the desk. */
function isWritten(element: Element): boolean {
  if (element === document.activeElement) return true;
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) return false;
  return element.value !== element.defaultValue && !(element.form && element.form === giver);
}

/** Opens again what closed because its place in the page moved, and tells the new buttons what is open. */
function openAgain(shown: HTMLElement[]): void {
  for (const before of shown) {
    const now = before.isConnected ? before : document.getElementById(before.id);
    if (now?.popover && !now.matches(":popover-open")) now.showPopover();
    const buttons = document.querySelectorAll(`[popovertarget="${CSS.escape(before.id)}"]`);
    buttons.forEach((button) => button.setAttribute("aria-expanded", String(now !== null)));
  }
}

function morph(target: Element, fragment: DocumentFragment | Element): Node[] {
  const active = document.activeElement as HTMLElement | null;
  const shown = [...document.querySelectorAll<HTMLElement>(OPEN)];
  const morphed = Idiomorph.morph(target, fragment.children as unknown as HTMLCollection, {
    morphStyle: "outerHTML",
    callbacks: {
      // Not Idiomorph's `ignoreActiveValue`: it skips the words of a focused button too.
      beforeAttributeUpdated: (name: string, element: Element) => name !== "value" || !isWritten(element),
      beforeNodeMorphed: (old: Node, now: Node) => {
        if (isHeld(old)) return false;
        // Folds that the reader opened stay open.
        if (old instanceof HTMLDetailsElement && old.open && now instanceof HTMLDetailsElement) now.open = true;
        return true;
      },
      beforeNodeRemoved: (node: Node) => !isHeld(node) && !holds(node),
    },
  }) as unknown as Node[];
  openAgain(shown);
  // Whoever types or chooses goes on doing so, whatever was laid anew around them.
  if (active?.isConnected && active !== document.body && document.activeElement !== active) active.focus({ preventScroll: true });
  return morphed;
}

export function start(): void {
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    giver = ((event as CustomEvent).detail as { requestConfig: { elt: Element } }).requestConfig.elt;
  });
  htmx.defineExtension("morph", {
    isInlineSwap: (style: string) => style === "morph:outerHTML",
    handleSwap(style: string, target: Node, fragment: DocumentFragment | Element) {
      return style === "morph:outerHTML" && morph(target as Element, fragment);
    },
  } as never);
}
