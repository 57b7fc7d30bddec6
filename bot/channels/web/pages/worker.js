// Opens the page without a network. It keeps the page and its parts, and never what anybody said.

const SHELL = 'shell';
const PARTS = ['/', ...['chat.css', 'fonts.css', 'heart.svg', 'icons.svg', ...['chat', 'bell', 'line', 'log', 'message', 'box', 'draw', 'photos', 'voice'].map((name) => `${name}.js`)].map((name) => `/static/${name}`)];
const PATIENCE = 4000;  // milliseconds until what is kept is shown instead

addEventListener('install', (event) => event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(PARTS)).then(() => skipWaiting())));
addEventListener('activate', (event) => event.waitUntil(clients.claim()));

// There is news, and nothing of it is said here: it is read on the page. One notification takes the place of the one before.
addEventListener('push', (event) => {
  const { title, body, lang } = event.data.json();
  event.waitUntil(registration.showNotification(title, { body, lang, tag: 'news', icon: '/static/app-192.png' }));
});

addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show());
});

/** The page that is open already, or a new one. */
async function show() {
  const [page] = await clients.matchAll({ type: 'window' });
  return page ? page.focus() : clients.openWindow('/');
}

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin || pathname !== '/' && !pathname.startsWith('/static/')) return;
  event.respondWith(fresh(request, pathname));
});

/** From the network if it answers in time and is well, and kept; otherwise as it was kept. */
async function fresh(request, pathname) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(pathname);
  const coming = fetch(request).then((answer) => {
    if (answer.ok) shell.put(pathname, answer.clone());
    return kept && answer.status >= 500 ? kept : answer;
  });
  if (!kept) return coming;
  const late = new Promise((done) => { setTimeout(done, PATIENCE, kept); });
  return Promise.race([coming.catch(() => kept), late]);
}
