/**
 * The page's service worker. It never answers in the place of the service while that can be reached: a new build is taken
 * at the next load, and no answer of the API and no picture is ever kept. It keeps one page, which says in words that the
 * service is not reached.
 */
const scope = /** @type {any} */ (self);
const KEPT = "offline-2";
/** Below where this script lies, which may be behind a proxy's path. */
const PARTS = ["offline.html", "app.css", "theme.js", "icon.svg"].map((name) => new URL(name, self.location.href).href);

scope.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(PARTS.map((url) => new Request(url, { cache: "reload" })))));
  // What a page sends as it is left would be lost with it on its way through here. Browsers that know no routes ask here.
  event.addRoutes?.({ condition: { requestMethod: "DELETE" }, source: "network" });
  scope.skipWaiting();
});

scope.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)))));
  event.waitUntil(scope.clients.claim());
});

scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => offline(request.url)));
  // The parts of the offline page, when nothing else has them.
  else if (PARTS.includes(request.url)) event.respondWith(fetch(request).catch(() => keptPart(request.url)));
});

/**
 * The page that says so, under the address that was asked for; its parts are found from where this script lies.
 *
 * @param {string} wanted
 */
async function offline(wanted) {
  const page = await keptPart(PARTS[0]);
  const html = (await page.text()).replace("<head>", `<head><base href="${new URL("./", self.location.href).href}">`)
    .replace('href="" data-testid', `href="${wanted.replaceAll("&", "&amp;")}" data-testid`);
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

/** @param {string} url */
const keptPart = async (url) => (await caches.match(url, { cacheName: KEPT })) ?? Response.error();

const ROOT = new URL("./", self.location.href).href;

/** The page's own language is in this script's address; alerts come in the service's words. */
const TESTS = { en: "A test: this device is told of alerts.", zh: "测试：此设备会收到告警通知。" };
const test = new Map(Object.entries(TESTS)).get(new URL(self.location.href).searchParams.get("language") ?? "en");

/** An alert that the service tells this device of: title, body, url below the page's address, and a tag. */
scope.addEventListener("push", (/** @type {any} */ event) => {
  const { title, body, url, tag } = event.data?.json() ?? {};
  event.waitUntil(scope.registration.showNotification(title ?? "Segwatch", {
    body: tag === "test" ? test ?? body : body, tag, renotify: Boolean(tag), icon: new URL("icons/icon-192.png", ROOT).href, data: { url: new URL(url ?? "alerts", ROOT).href },
  }));
});

scope.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data.url));
});

/**
 * In a page that is open, which goes there itself and loses nothing; else in a new one.
 *
 * @param {string} url
 */
async function show(url) {
  if (!url.startsWith(ROOT)) return;
  const pages = (await scope.clients.matchAll({ type: "window" })).filter((/** @type {any} */ page) => page.url.startsWith(ROOT));
  const page = pages.find((/** @type {any} */ each) => each.focused) ?? pages[0];
  if (!page) {
    await scope.clients.openWindow(url);
    return;
  }
  page.postMessage({ open: url });
  // Browsers may refuse to raise a window; the page has gone there all the same.
  await page.focus().catch(() => {});
}
