// Answers for the page of the observation card when the network does not: its page and its files, as they were last seen.
// Its scope is /observe/ alone. What is handed in, and who is signed in, always goes to the network.
"use strict";

const PAGES = "card-pages";
const FILES = "card-files";
const PATIENCE = 4000; // milliseconds; a network that answers later is as good as none to somebody who stands outdoors
const WITH_HASH = /\.[0-9a-f]{8,}\./;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (self.registration.scope === url.origin + url.pathname) event.respondWith(page(event, url));
  } else if (!url.href.startsWith(self.registration.scope)) {
    event.respondWith(file(event));
  }
});

// The page as it is now, kept for the next time; the one that was kept when no answer comes in time.
const page = async (event, url) => {
  const fetched = fetch(event.request).then(async (answer) => {
    if (answer.status === 200) await (await caches.open(PAGES)).put(url.href, answer.clone());
    return answer;
  });
  event.waitUntil(fetched.catch(() => undefined));
  const kept = async () => {
    const pages = await caches.open(PAGES);
    return (await pages.match(url.href, { ignoreVary: true })) || pages.match(self.registration.scope, { ignoreVary: true });
  };
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  try {
    return (await Promise.race([fetched, late])) || (await kept()) || (await fetched);
  } catch (problem) {
    const known = await kept();
    if (known) return known;
    throw problem;
  }
};

// A file that the page kept is answered at once; one whose name carries no hash is looked for anew behind it.
const file = async (event) => {
  const files = await caches.open(FILES);
  const known = await files.match(event.request.url, { ignoreVary: true });
  if (!known) return fetch(event.request);
  if (!WITH_HASH.test(event.request.url)) {
    const fresh = fetch(event.request.url).then((answer) => answer.ok && files.put(event.request.url, answer));
    event.waitUntil(fresh.catch(() => undefined));
  }
  return known;
};
