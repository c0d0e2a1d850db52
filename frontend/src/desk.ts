import { Idiomorph } from "idiomorph";
import htmx from "htmx.org";
import * as ask from "./ask";
import * as board from "./board";
import * as composer from "./composer";
import * as bulk from "./bulk";
import * as condition from "./condition";
import * as copies from "./copies";
import * as guarded from "./guarded";
import * as keys from "./keys";
import * as live from "./live";
import * as looks from "./looks";
import * as macros from "./macros";
import * as mentions from "./mentions";
import * as menus from "./menus";
import * as moments from "./moments";
import * as notices from "./notices";
import * as palette from "./palette";
import * as glance from "./glance";
import * as push from "./push";
import * as toasts from "./toasts";

/** What the reader holds open or writes in is never changed under the hands. */
const isHeld = (node: Node): boolean =>
  node instanceof Element && (node.hasAttribute("data-keep") || node.matches("[popover].pop:popover-open, .msg-frame"));

htmx.defineExtension("morph", {
  isInlineSwap: (style: string) => style === "morph:outerHTML",
  handleSwap(style: string, target: Node, fragment: DocumentFragment | Element) {
    if (style !== "morph:outerHTML") return false;
    const active = document.activeElement as HTMLElement | null;
    const morphed = Idiomorph.morph(target as Element, fragment.children as unknown as HTMLCollection, {
      morphStyle: "outerHTML",
      callbacks: {
        // A value being typed stays. Not Idiomorph's `ignoreActiveValue`: it skips the words of a focused button too.
        beforeAttributeUpdated: (name: string, element: Element) =>
          name !== "value" || element !== document.activeElement,
        beforeNodeMorphed: (old: Node, now: Node) => {
          if (isHeld(old)) return false;
          // Folds that the reader opened stay open.
          if (old instanceof HTMLDetailsElement && old.open && now instanceof HTMLDetailsElement) now.open = true;
          return true;
        },
        beforeNodeRemoved: (node: Node) => !isHeld(node),
      },
    }) as unknown as Node[];
    // Whoever types or chooses goes on doing so, whatever was laid anew around them.
    if (active?.isConnected && active !== document.body && document.activeElement !== active) active.focus({ preventScroll: true });
    return morphed;
  },
} as never);

ask.start();
toasts.start();
menus.start();
moments.start();
composer.start();
macros.start();
mentions.start();
looks.start();
bulk.start();
condition.start();
copies.start();
guarded.start();
keys.start();
palette.start();
glance.start();
push.start();
push.startOffline();
notices.start();
board.start();
live.start();
