/** Keys pressed at a list before it shows what they are meant for: they wait for the server's answer and are given
 * then, in their order. Who types fast over a slow line chooses what they meant. */

const STEPS = /^(ArrowDown|ArrowUp)$/;
const TAKES = /^(Enter|Tab)$/;

export class Ahead {
  /** What is shown was asked for other words than stand there now. */
  isBehind = false;
  private held: string[] = [];
  private isGiving = false;
  private turn = 0;

  /** `press` does what a key does at a list that is up to date; `ask` has it asked for at once; with `takes`, Enter
   * and Tab take the first of the list without a step, so they wait too. */
  constructor(
    private readonly press: (key: string) => unknown,
    private readonly ask: () => void,
    private readonly takes = false,
  ) {}

  /** Other words stand there now; false where the question on its way goes on, because
   * what was pressed before them is to take its answer. */
  typed(): boolean {
    if (!this.isGiving && TAKES.test(this.held.at(-1) ?? "")) return false;
    if (!this.isGiving) this.held = [];
    this.isBehind = true;
    this.turn++;
    return true;
  }

  /** A question goes out: its number. */
  begins(): number {
    return ++this.turn;
  }

  /** Whether its answer is still wanted: nothing was typed, asked or closed since. */
  isWanted(question: number): boolean {
    return question === this.turn;
  }

  /** The list is up to date. */
  answered(): void {
    this.isBehind = false;
    this.give();
  }

  /** Nobody waits for the list any longer. */
  dropped(): void {
    this.isBehind = false;
    this.held = [];
    this.turn++;
  }

  /** Whether the key waits. */
  holds({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
    const isStep = STEPS.test(key);
    const isTake = TAKES.test(key) && (this.takes || this.held.length > 0);
    if (!this.isBehind || shiftKey || ctrlKey || metaKey || altKey || !(isStep || isTake)) return false;
    this.held.push(key);
    if (this.held.length === 1) this.ask();
    return true;
  }

  /** A key that takes may leave other words: what comes behind it and walks the list waits once more. */
  private give(): void {
    this.isGiving = true;
    while (this.held.length && !(this.isBehind && STEPS.test(this.held[0] ?? ""))) this.press(this.held.shift() ?? "");
    this.isGiving = false;
    if (this.held.length) this.ask();
  }
}
