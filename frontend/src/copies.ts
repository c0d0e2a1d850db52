/** A button that copies the words of a field: `data-copy` is the field's id. */
import { toast } from "./toasts";
import { say } from "./words";

export function start(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest?.("[data-copy]");
    const field = button && document.getElementById(button.getAttribute("data-copy") ?? "");
    if (!(field instanceof HTMLInputElement)) return;
    field.select();
    void navigator.clipboard.writeText(field.value).then(() => toast({ text: say("copied") }));
  });
}
