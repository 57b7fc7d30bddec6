// The line to the server: what has no tick yet is kept, and sent again after every break or reload under the same id.

import { ifAllowed } from './draw.js';

const PATIENCE = 10000;  // milliseconds without a word before a line counts as dead
const LONGEST_WAIT = 15000;

export class Line {
  /** `ear` has message(m), ticked(id), refused(id, text), ready(empty), up(bool) and expired(). */
  constructor(base, ear) {
    Object.assign(this, { base, ear });
    this.last = 0;    // id of the newest message we have
    this.misses = 0;  // sockets in a row that could not be opened
    this.turn = 0;    // an answer to an earlier attempt is ignored
    this.unsent = this.load();
    const wake = () => {  // back in the network or in view: a line that slept in a pocket is taken for dead
      this.misses = Math.min(this.misses, 1);
      if (!this.over && !document.hidden) this.connect();
    };
    addEventListener('online', wake);
    document.addEventListener('visibilitychange', wake);
  }

  send(event) {
    this.keep(event);
    if (!this.ws) this.connect();
    else if (this.live) this.pass(event);
  }

  /** What has no tick, oldest first. */
  waiting() {
    return [...this.unsent.values()].filter((event) => !event.refused);
  }

  connect() {
    this.drop();
    if (this.over) return;
    if (this.misses < 2) this.socket();
    else this.poll(this.turn);
  }

  socket() {
    const address = new URL(`${this.base}/ws?after=${this.last}`, location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    this.misses += 1;
    this.ws = new WebSocket(address);
    this.ws.onmessage = ({ data }) => this.hear(JSON.parse(data));
    this.ws.onclose = () => this.lost();
    this.hurry();
  }

  pass(event) {
    this.ws.send(written(event));
    this.hurry();
  }

  /** Without a socket: say what waits, one after another so that the order stays, and look for answers. */
  async poll(turn) {
    try {
      for (const event of this.waiting()) {
        this.hear(await this.ask('/say', written(event)));
        if (turn !== this.turn) return;
      }
      const { messages, ...ready } = await this.ask(`/messages?after=${this.last}`);
      if (turn !== this.turn || this.begunAnew(ready)) return;
      messages.forEach((message) => this.hear({ message }));
      this.timer = setTimeout(() => this.connect(), document.hidden ? 10000 : 2000);
      this.hear({ ready });
    } catch {
      if (turn !== this.turn) return;
      this.misses = 1;  // perhaps the server was away, not the socket forbidden
      this.lost();
    }
  }

  async ask(path, body) {
    const giveUp = new AbortController();
    setTimeout(() => giveUp.abort(), PATIENCE);
    const post = body && { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    const response = await fetch(this.base + path, { signal: giveUp.signal, cache: 'no-store', ...post });
    if (response.status === 401 || response.status === 403) this.end();
    const answer = await response.json();
    if (!response.ok && !answer.error) throw new Error(response.status);
    return answer;
  }

  /** Say something that is no message; its answer is only whether it was taken. */
  async tell(path, body) {
    const response = await fetch(this.base + path, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    if (!response.ok) throw new Error(response.status);
  }

  /** Nothing of this conversation may stand on the page any more. */
  end() {
    this.over = true;
    this.drop();
    this.ear.expired();
  }

  /** She erased herself: what stands on the page may stay, and what she writes next begins anew. */
  part() {
    this.shows = null;
  }

  /** True if the page must begin anew: its session has ended, or is locked; or it was locked, and is open again. A page
   * without a session, as long as nothing was said, goes on with the one that began; not if that is locked by now. */
  begunAnew({ whose, locked }) {
    const was = this.shows;
    this.shows = { whose, locked };
    if (!was || !was.whose && !locked || was.whose === whose && was.locked === locked) return false;
    if (was.whose === whose && !locked) location.reload();
    else this.end();
    return true;
  }

  hurry() {
    clearTimeout(this.guard);
    this.guard = setTimeout(() => this.lost(), PATIENCE);
  }

  drop() {
    this.turn += 1;
    this.live = false;
    clearTimeout(this.timer);
    clearTimeout(this.guard);
    if (!this.ws) return;
    this.ws.onmessage = this.ws.onclose = null;  // a dead network reports the end minutes later
    this.ws.close();
    this.ws = null;
  }

  lost() {
    this.drop();
    this.ear.up(false);
    this.wait = Math.min((this.wait || 250) * 2, LONGEST_WAIT);
    this.timer = setTimeout(() => this.connect(), this.wait * (0.75 + Math.random() / 2));
  }

  hear({ message, tick, error, ready }) {
    clearTimeout(this.guard);
    if (message) {
      this.last = Math.max(this.last, message.id);
      this.forget(message.client);
      this.ear.message(message);
    } else if (tick) {
      this.forget(tick);
      this.ear.ticked(tick);
    } else if (error) {
      const event = this.unsent.get(error.client);
      if (event) this.keep({ ...event, refused: error.text });
      this.ear.refused(error.client, error.text);
    } else if (ready) {
      if (this.ws && this.begunAnew(ready)) return;
      this.live = true;
      this.wait = 0;
      if (this.ws) this.misses = 0;
      if (this.ws) this.waiting().forEach((event) => this.pass(event));
      this.ear.up(true);
      this.ear.ready(ready.empty);
    }
    if (this.ws && (!this.live || this.waiting().length)) this.hurry();
  }

  load() {
    const keys = ifAllowed(() => Object.keys(localStorage).filter((key) => key.startsWith(this.key('')))) || [];
    const kept = keys.map((key) => JSON.parse(localStorage[key])).sort((a, b) => (a.at < b.at ? -1 : 1));
    return new Map(kept.map((event) => [event.id, event]));
  }

  keep(event) {
    this.unsent.set(event.id, event);
    ifAllowed(() => { localStorage[this.key(event.id)] = JSON.stringify(event); });
  }

  forget(id) {
    this.unsent.delete(id);
    ifAllowed(() => delete localStorage[this.key(id)]);
  }

  key(id) {
    return `nhandao ${this.base} unsent ${id}`;
  }
}

function written(event) {
  return JSON.stringify(event, ['id', 'text', 'press', 'label', 'on', 'language', 'later']);
}
