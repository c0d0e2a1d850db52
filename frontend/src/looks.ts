/** Theme and density change at once; the server remembers both per person. */

const THEMES: Record<string, string> = { light: "guichet", dark: "guichet-dark" };

function choose(menu: string, value: string): void {
  document.querySelectorAll(`[data-${menu}]`).forEach((item) => {
    item.setAttribute("aria-pressed", String(item.getAttribute(`data-${menu}`) === value));
  });
}

export function start(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const theme = target.closest<HTMLElement>("[data-theme-choice]")?.dataset["themeChoice"];
    if (theme !== undefined) {
      if (theme === "contrast") document.documentElement.dataset["contrast"] = "more";
      else delete document.documentElement.dataset["contrast"];
      const name = THEMES[theme];
      if (name) document.documentElement.dataset["theme"] = name;
      else delete document.documentElement.dataset["theme"];
      choose("theme-choice", theme);
    }
    const density = target.closest<HTMLElement>("[data-density-choice]")?.dataset["densityChoice"];
    if (density) {
      document.documentElement.dataset["density"] = density;
      choose("density-choice", density);
    }
  });
  // The formatted view of a mail loads only when it is asked for.
  document.addEventListener(
    "toggle",
    (event) => {
      const fold = event.target as HTMLElement;
      const frame = fold instanceof HTMLDetailsElement && fold.open ? fold.querySelector<HTMLIFrameElement>("iframe[data-src]") : null;
      if (frame && !frame.src) frame.src = frame.dataset["src"] ?? "";
    },
    true,
  );
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-remote]");
    const frame = button?.closest("details")?.querySelector<HTMLIFrameElement>("iframe[data-src]");
    if (!button || !frame) return;
    frame.src = `${frame.dataset["src"]}?pictures=1`;
    button.remove();
  });
}
