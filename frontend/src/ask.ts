import htmx from "htmx.org";
import { token } from "./words";

interface Where {
  target: Element;
  swap: "none" | "innerHTML" | "morph:outerHTML";
  values?: Record<string, string | string[]>;
}

/** A request by htmx. What goes wrong is told by its own events (toasts.ts), so the promise has nothing to add. */
export function ask(verb: "get" | "post", url: string, where: Where): void {
  const values = verb === "post" ? { ...where.values, csrfmiddlewaretoken: token() } : where.values;
  htmx.ajax(verb, url, { ...where, values } as never).catch(() => undefined);
}
