import htmx from "htmx.org";
import { token } from "./words";

/** Every request of htmx carries the token of this moment, in a header; a form's own would come first, so it goes. */
export function start(): void {
  document.body.addEventListener("htmx:configRequest", (event) => {
    const request = (event as CustomEvent).detail as { parameters: FormData; headers: Record<string, string> };
    const now = token();
    if (!now) return;
    request.headers["X-CSRFToken"] = now;
    delete (request.parameters as unknown as Record<string, unknown>)["csrfmiddlewaretoken"];
  });
}

interface Where {
  target: Element;
  swap: "none" | "innerHTML" | "morph:outerHTML";
  values?: Record<string, string | string[]>;
}

/**
 * A request by htmx. What goes wrong is told by its own events (toasts.ts), so the promise has nothing to add.
 *
 * htmx lets one request of an element wait for the one before it, and drops what waited when a third comes. That is
 * right for a place that is fetched again and again, and wrong for acts: each has an element of its own.
 */
export function ask(verb: "get" | "post", url: string, where: Where): Promise<void> {
  const own = verb === "post" ? document.body.appendChild(document.createElement("i")) : null;
  if (own) own.hidden = true;
  const request = { ...where, source: own ?? where.target };
  return htmx.ajax(verb, url, request as never).catch(() => undefined).finally(() => own?.remove());
}

/** What the desk renders for a script to put in its place; null where no answer came, of which the page's own bar tells. */
export async function fragment(url: string): Promise<string | null> {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, redirect: "error" });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}
