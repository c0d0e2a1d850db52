/** The service worker, and push messages to this device: asked for only when somebody wants them. */
import htmx from "htmx.org";
import { toast } from "./toasts";
import { say } from "./words";

const canPush = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function show(): void {
  const button = document.querySelector<HTMLElement>("[data-push]");
  if (!button) return;
  const isDenied = canPush() && Notification.permission === "denied";
  button.hidden = !canPush() || isDenied;
  const denied = document.querySelector<HTMLElement>("[data-push-denied]");
  const missing = document.querySelector<HTMLElement>("[data-push-missing]");
  if (denied) denied.hidden = !isDenied;
  if (missing) missing.hidden = canPush();
}

function text(bytes: ArrayBuffer | null): string {
  const plain = String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

async function subscribe(button: HTMLElement): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") return show();
  const { pushManager } = await navigator.serviceWorker.ready;
  let device: PushSubscription;
  try {
    device = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: button.dataset["push"] ?? "" });
  } catch {
    return toast({ text: say("push_failed"), level: "error" });
  }
  const values = { endpoint: device.endpoint, key: text(device.getKey("p256dh")), secret: text(device.getKey("auth")) };
  await htmx.ajax("post", button.dataset["pushUrl"] ?? "", { target: "#devices", swap: "outerHTML", values });
}

/** Whoever signs out here gets no more news here. */
async function signOut(form: HTMLFormElement): Promise<void> {
  const late = new Promise((done) => setTimeout(done, 800));
  const off = navigator.serviceWorker.getRegistration().then((found) => found?.pushManager.getSubscription()).then((device) => device?.unsubscribe());
  await Promise.race([off.catch(() => undefined), late]);
  form.submit();
}

export function start(): void {
  if ("serviceWorker" in navigator && document.body.dataset["worker"]) {
    void navigator.serviceWorker.register(document.body.dataset["worker"]).catch(() => undefined);
  }
  show();
  document.body.addEventListener("htmx:afterSettle", show);
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-push]");
    if (button) void subscribe(button);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-signs-out]") || !canPush()) return;
    event.preventDefault();
    void signOut(form);
  });
}

/** The page that stands there without a connection looks for the desk, and gives its place back. */
export function startOffline(): void {
  if (document.body.dataset["offline"] === undefined) return;
  const look = async () => {
    const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
    if (answer?.ok) location.reload();
  };
  addEventListener("online", () => void look());
  setInterval(() => void look(), 5_000);
}
