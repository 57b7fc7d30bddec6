// Notifications of this browser: its button switches them on or off here before the press is said, which tells how it went.

const ON = '/notify on';
const OFF = '/notify off';
const WORKER = '/worker.js';

/** A promise that never fails, if `press` is about notifications. The permission is asked for at once: browsers want that. */
export function change(press, line) {
  if (press !== ON && press !== OFF) return null;
  return (press === ON ? on(line) : off()).catch(() => null);
}

async function on(line) {
  if (!('Notification' in window && 'PushManager' in window)) return;
  if (await Notification.requestPermission() !== 'granted') return;
  const { key } = await line.ask('/push');
  if (!key) return;
  await navigator.serviceWorker.register(WORKER);
  const { pushManager: pushes } = await navigator.serviceWorker.ready;
  const old = await pushes.getSubscription();
  if (old && written(old.options.applicationServerKey) !== key) await old.unsubscribe();
  const subscription = await pushes.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await line.tell('/push', JSON.stringify(subscription));
}

async function off() {
  const registered = await navigator.serviceWorker?.getRegistration();
  await (await registered?.pushManager?.getSubscription())?.unsubscribe();
}

/** Bytes as base64url, as the server writes its key. */
function written(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes || []))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
