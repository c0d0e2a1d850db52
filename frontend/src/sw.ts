/** The service worker: files of the build, a page for no connection, and push messages. It keeps no page of anybody's. */
export {};
declare const self: ServiceWorkerGlobalScope & { GUICHET: { build: string; base: string; offline: string; files: string[] } };

const { build, base, offline, files } = self.GUICHET;
const CACHE = `guichet-${build}`;

self.addEventListener("install", (event) => {
  const fetched = [offline, ...files].map((url) => new Request(url, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fetched)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") {
    // Always the network: only when there is none, a page that belongs to nobody.
    event.respondWith(fetch(request).catch(async () => (await caches.match(offline)) ?? Response.error()));
  } else if (new URL(request.url).pathname.startsWith(base)) {
    event.respondWith(ofBuild(request));
  }
});

/** Their address names the build, so what is kept is never out of date. */
async function ofBuild(request: Request): Promise<Response> {
  const kept = await caches.match(request, { cacheName: CACHE });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200) await (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

interface Pushed {
  title: string;
  body: string;
  url: string;
  tag: string;
}

self.addEventListener("push", (event) => {
  const said = event.data?.json() as Pushed | undefined;
  if (!said) return;
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((windows) => {
      // Whoever looks at the desk has its bell.
      if (windows.some((window) => window.focused)) return undefined;
      return self.registration.showNotification(said.title, {
        body: said.body,
        tag: said.tag,
        data: { url: said.url },
        icon: `${base}guichet/icon-192.png`,
        badge: `${base}guichet/badge-96.png`,
      });
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL((event.notification.data as { url: string }).url, location.origin);
  if (url.origin !== location.origin) return;
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then(async (windows) => {
      const open = windows.find((window) => new URL(window.url).pathname === url.pathname) ?? null;
      if (open) return void (await open.focus());
      await self.clients.openWindow(url.href);
    }),
  );
});
