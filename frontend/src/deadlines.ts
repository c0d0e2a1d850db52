/** How much working time is left until a deadline: asked for what stands on the page, and again each minute. */
type Said = [level: string, words: string];

const EVERY = 60_000;
const MOST = 200;
const known = new Map<string, Said>();
let timer = 0;

const shown = () => [...document.querySelectorAll<HTMLElement>("[data-due]")];
const id = (element: HTMLElement) => element.dataset["due"] ?? "";

function show(): void {
  for (const element of shown()) {
    const [level, words] = known.get(id(element)) ?? ["", ""];
    if (!words) continue;
    if (element.textContent !== words) element.textContent = words;
    element.dataset["level"] = level;
  }
}

async function ask(ids: string[]): Promise<void> {
  const url = document.body.dataset["deadlines"];
  if (!url || !ids.length || document.hidden) return;
  try {
    const answer = await fetch(`${url}?t=${ids.slice(0, MOST).join(",")}`, {
      headers: { "HX-Request": "true" },
      redirect: "error",
    });
    if (!answer.ok) return;
    const { left } = (await answer.json()) as { left: Record<string, Said> };
    for (const each of ids) {
      const said = left[each];
      if (said) known.set(each, said);
      else known.delete(each);
    }
    show();
  } catch {
    return; // the date stands there meanwhile; the page's own bar tells of a lost connection
  }
}

function all(): void {
  void ask([...new Set(shown().map(id))]);
}

/** What came by a swap shows what is known at once, and is asked for: a deadline may have moved with it. */
function came(): void {
  show();
  clearTimeout(timer);
  timer = window.setTimeout(all, 300);
}

export function start(): void {
  all();
  setInterval(all, EVERY);
  document.body.addEventListener("htmx:afterSettle", came);
  document.addEventListener("visibilitychange", () => document.hidden || all());
}
