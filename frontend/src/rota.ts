/** The month of a team as a grid: one stop for Tab, and from there arrows, as the ARIA pattern of a grid has it. */

const PLACE = "rota:place"; // [row, column] to come back to, in another month

const table = () => document.querySelector<HTMLTableElement>("[data-rota]");

/** What has the focus of each cell: its link, or else what says who is here. */
function cells(): HTMLElement[][] {
  const rows = [...(table()?.rows ?? [])];
  return rows.map((row) => [...row.cells].map((cell) => cell.querySelector<HTMLElement>("a, .rota-in") ?? cell));
}

/** The nearest cell that there is; the only one that Tab comes to. */
function reach(row: number, column: number): HTMLElement | undefined {
  const all = cells();
  const line = all[Math.min(Math.max(row, 0), all.length - 1)];
  const cell = line?.[Math.min(Math.max(column, 0), line.length - 1)];
  if (!cell) return undefined;
  for (const other of all.flat()) other.tabIndex = -1;
  cell.tabIndex = 0;
  return cell;
}

function placeOf(target: EventTarget | null): [number, number] | undefined {
  const cell = (target as HTMLElement).closest<HTMLTableCellElement>("th, td");
  const row = cell?.closest("tr");
  return cell && row ? [row.rowIndex, cell.cellIndex] : undefined;
}

function turn(rel: "prev" | "next", place: [number, number]): void {
  const link = document.querySelector<HTMLAnchorElement>(`.rota-months a[rel=${rel}]`);
  if (!link) return;
  sessionStorage.setItem(PLACE, JSON.stringify(place));
  link.click();
}

function pressed(event: KeyboardEvent): void {
  const place = placeOf(event.target);
  if (!place || event.altKey || event.metaKey || event.shiftKey) return;
  const [row, column] = place;
  const ends: Record<string, [number, number]> = event.ctrlKey
    ? { Home: [0, 0], End: [Infinity, Infinity] }
    : {
        ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column],
        ArrowDown: [row + 1, column], Home: [row, 0], End: [row, Infinity],
      }; // prettier-ignore
  const to = ends[event.key];
  if (to) reach(...to)?.focus();
  else if (event.key === "PageUp" && !event.ctrlKey) turn("prev", place);
  else if (event.key === "PageDown" && !event.ctrlKey) turn("next", place);
  else return;
  event.preventDefault();
}

export function start(): void {
  const month = table();
  if (!month) return;
  month.setAttribute("role", "grid");
  month.setAttribute("aria-readonly", "true");
  month.closest(".table-frame")?.removeAttribute("tabindex"); // its cells are reached instead
  const today = Math.max([...(month.rows[0]?.cells ?? [])].findIndex((cell) => cell.matches(".rota-today")), 1);
  const [row, column] = JSON.parse(sessionStorage.getItem(PLACE) ?? "[1, -1]") as [number, number];
  const cell = reach(row, column < 0 ? today : column);
  if (sessionStorage.getItem(PLACE)) cell?.focus();
  sessionStorage.removeItem(PLACE);
  month.addEventListener("keydown", pressed);
  month.addEventListener("focusin", (event) => {
    const place = placeOf(event.target);
    if (place) reach(...place);
  });
}
