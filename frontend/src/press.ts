/**
 * Between a press and the click that comes of it nothing moves: a button that is laid anew or slides away under a
 * pressed pointer is never clicked, and one that turns into another would do what nobody asked for.
 */

const AT_LATEST = 100; // milliseconds after a release that becomes no click, such as at the end of a selection
let isDown = false;
let timer = 0;
const waiting: (() => void)[] = [];

export const isPressed = (): boolean => isDown;

/** At once, or as soon as the hand is off. */
export const released = (): Promise<void> => (isDown ? new Promise((go) => waiting.push(go)) : Promise.resolve());

function down(): void {
  clearTimeout(timer);
  isDown = true;
}

function up(after: number): void {
  if (!isDown) return;
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    isDown = false;
    waiting.splice(0).forEach((go) => go());
  }, after);
}

/** The space bar presses a button or ticks a box, and clicks when it comes up. */
const isSpaceOn = (event: KeyboardEvent): boolean =>
  event.key === " " && (event.target as HTMLElement).matches?.("button, summary, input[type=checkbox], input[type=radio]");

export function start(): void {
  const all = { capture: true, passive: true };
  addEventListener("pointerdown", (event) => event.isPrimary && event.button === 0 && down(), all);
  addEventListener("keydown", (event) => isSpaceOn(event) && down(), all);
  addEventListener("click", () => up(0), all);
  for (const kind of ["pointerup", "pointercancel", "keyup", "blur", "dragend"] as const) addEventListener(kind, () => up(AT_LATEST), all);
  // Let go outside the window.
  addEventListener("pointermove", (event) => event.pointerType === "mouse" && !event.buttons && up(AT_LATEST), all);
}
