// <nhandao-chat>: one conversation. It joins the line to the server with the log and the box; its words come from `words`.

import { change } from './bell.js';
import { Box } from './box.js';
import { calendar, h, icon, touch, unmarked, uuid } from './draw.js';
import { Line } from './line.js';
import { Log } from './log.js';
import { Message } from './message.js';
import { upload } from './photos.js';

const GREETING = '/start';  // said for the person when nothing has been said yet, and not shown
const HELD = 1500;          // milliseconds
const START = /^#start=([\w-]{1,64})$/;  // what leads here with a code; a fragment is sent to nobody
const DOTS = '••••••';      // instead of a secret
const GRACE = 2000;         // milliseconds without a line before we say so

class NhandaoChat extends HTMLElement {
  connectedCallback() {
    if (this.line) return;
    const [base, title, words] = ['base', 'title', 'words'].map((name) => this.getAttribute(name));
    this.base = base;
    this.say = sayings(JSON.parse(words) || {}, this.closest('[lang]')?.lang);
    this.seen = new Map();    // id of the server → message
    this.mine = new Map();    // our own id → message
    this.held = new Set();    // pressed options that are not in the log yet
    this.photos = new Map();  // our own id → photo without a tick
    this.carrying = Promise.resolve();  // until those that were held are on their way
    this.net = h('p', { class: 'net', role: 'status' });
    this.log = new Log(this.say);
    this.box = new Box(this.say, base, (text, photos) => (photos.length ? this.sendPhotos(text, photos) : this.send({ text, secret: this.box.secret })));
    this.removeAttribute('title');  // it would hang over everything as a hint
    this.setAttribute('role', 'region');
    this.setAttribute('aria-label', title);
    this.replaceChildren(this.header(title), this.log.node, this.net, this.box.node);
    addEventListener('beforeunload', (event) => this.photos.size && event.preventDefault());
    this.take(location.hash);
    addEventListener('hashchange', () => this.take(location.hash) && this.log.live && this.invite());
    this.line = new Line(base, this);
    this.line.unsent.forEach((event) => {
      this.own(event);
      if (event.refused) this.refused(event.id, event.refused);
    });
    this.line.connect();
    if (this.closest('.alone')) this.settle();
  }

  /** As an app: a keyboard that covers the page makes it smaller. */
  settle() {
    const { visualViewport: seen } = window;
    seen?.addEventListener('resize', () => {
      const covered = seen.scale === 1 && innerHeight - seen.height > 1;
      this.parentNode.style.height = covered ? `${seen.height}px` : '';
      if (covered) scrollTo(0, 0);
    });
  }

  /** Fetch what can come late, and keep the page for when there is no network: the first answer is here, which needs the line. */
  complete() {
    if (this.whole || !this.closest('.alone')) return;
    this.whole = true;
    document.head.append(h('link', { rel: 'stylesheet', href: new URL('fonts.css', import.meta.url).pathname }));
    document.fonts.addEventListener('loadingdone', () => this.log.stay());
    navigator.serviceWorker?.register('/worker.js').catch(() => null);
  }

  header(title) {
    const [subtitle, emblem, phone] = ['subtitle', 'emblem', 'phone'].map((name) => this.getAttribute(name));
    return h('header', {},
      h('span', { class: 'mark' }, emblem ? h('img', { src: emblem, alt: '' }) : icon('heart')),
      h('div', {}, h(document.querySelector('h1') ? 'h2' : 'h1', {}, title), h('p', {}, subtitle)),
      phone && h('a', { class: 'call', href: `tel:${phone.replace(/[^\d+]/g, '')}`, 'aria-label': this.say('call', { phone }) }, icon('phone'), h('span', {}, phone)));
  }

  send(said) {
    const event = { id: uuid(), at: new Date(), ...said };
    this.own(event);
    this.pass(event);
  }

  pass(event) {
    this.line.send(event);
    if (this.net.textContent && this.offline) this.tellOffline();
  }

  /** A press is shown after a moment: its answer may take the place of the question, as where several are ticked. */
  press(on, press, label, ticking) {
    const event = { id: uuid(), at: new Date(), press, label, on };
    const message = this.bubble(event);
    this.held.add(Object.assign(message, { on, ticking }));
    if (!ticking) setTimeout(() => this.release(message), HELD);
    const changed = change(press, this.line);
    if (changed) changed.then(() => this.pass(event));
    else this.pass(event);
  }

  release(message) {
    if (this.held.delete(message)) this.add(message);
  }

  bubble({ id, text, label, at, picture, voice, secret }) {
    const message = new Message(this.say, true);
    message.show({ text: secret ? DOTS : text || unmarked(label).words, at, picture, voice });
    message.state('sending');
    if (id) this.mine.set(id, message);
    return message;
  }

  /** Our own message, into the log. It answers whatever was offered. */
  add(message) {
    const focused = this.log.messages().map((earlier) => earlier.withdraw()).some(Boolean);
    this.log.add(message);
    if (focused || message.on && document.activeElement === document.body) this.rest();
    return message;
  }

  own(event) {
    return event.text === GREETING && !this.seen.size ? null : this.add(this.bubble(event));
  }

  async sendPhotos(caption, photos) {
    const album = photos.length > 1 && uuid();
    const first = photos.find((photo) => photo.url);
    if (caption && !first) this.send({ text: caption });  // a spreadsheet carries no words, nor does a voice
    photos.forEach((photo) => {
      Object.assign(photo, { album, caption: photo === first && caption });
      this.photos.set(photo.id, photo);
      const picture = photo.url && { url: photo.url, alt: this.say('my_photo') };
      const voice = photo.sound && { url: photo.sound };
      this.own({ id: photo.id, at: new Date(), text: voice ? '' : photo.name || photo.caption, picture, voice });
    });
    for (const photo of photos) await this.carry(photo);
  }

  async carry(photo) {
    const message = this.mine.get(photo.id);
    photo.lost = photo.held = false;
    message.state(photo.told ? 'held' : 'sending');
    try {
      if ((photo.url || photo.sound) && !(await this.line.ask('/photo')).may) return this.hold(photo);
      if (photo.told) message.progress.textContent = this.say('sending');  // in its place, whatever is answered meanwhile
      this.line.hear(await upload(`${this.base}/photo`, photo, (part) => message.carried(part)));
    } catch {
      photo.lost = true;
      this.refused(photo.id, this.say('photo_lost'));
    }
  }

  /** Before its sender has agreed to take part, the page keeps a photo, and only says that there is one. */
  hold(photo) {
    photo.held = true;
    this.mine.get(photo.id).state('held');  // what is answered comes below it
    if (photo.told) return;
    this.photos.forEach((other) => { other.told ||= other === photo || photo.album && other.album === photo.album; });
    this.line.send({ id: uuid(), text: photo.caption || '', later: 1, language: this.closest('[lang]')?.lang });
  }

  /** In the order in which they were sent, whatever is answered meanwhile: the first has the words. */
  carryHeld() {
    this.carrying = this.carrying.then(async () => {
      for (const photo of this.photos.values()) if (photo.held) await this.carry(photo);
    });
  }

  again(id) {
    const event = this.line.unsent.get(id);
    if (this.photos.has(id)) this.carry(this.photos.get(id));
    else if (event) this.line.send({ ...event, refused: '' });
    this.mine.get(id).state('sending');
    this.rest();
  }

  giveUp(id) {
    this.mine.get(id).node.remove();
    this.photos.delete(id);
    this.line.forget(id);
    this.rest();
  }

  /** Where the focus belongs when its place has gone. */
  rest() {
    (touch.matches ? this.log.list : this.box.area).focus({ preventScroll: true });
  }

  // What the line tells.

  message(m) {
    if (!this.seen.has(m.id)) this.seen.set(m.id, m.from === 'me' ? this.echo(m) : m.marks || m.dropped ? this.close(m) : this.answer(m));
  }

  /** Nothing more comes of a message of ours, which was received or, in a flood, not taken: that can be pressed again. */
  close({ dropped }) {
    const message = this.mine.get(dropped);
    this.log.typing(false);
    if (!message) return null;
    if (this.held.delete(message)) this.seen.get(message.on)?.again();
    message.state('dropped');
    return null;
  }

  echo(m) {
    const message = this.mine.get(m.client) || this.own({ ...m, id: m.client });
    this.ticked(m.client);
    message?.state('sent');
    return message;
  }

  answer(m) {
    const old = this.seen.get(m.replaces);
    this.held.forEach((message) => {
      if (message.ticking || old && this.seen.get(message.on) === old) this.held.delete(message);
      else this.release(message);
    });
    const message = old || new Message(this.say, false);
    const answered = !this.log.live && this.line.waiting().length;
    if (old) this.log.swallow(old);
    message.show(m);
    message.offer(!answered && m.options || [], (...pressed) => this.press(m.id, ...pressed), m.cards, !answered && m.ways || []);
    if (old) this.log.typing(false);
    else this.log.add(message);
    if ('secret' in m) this.box.hide(m.secret);
    if (m.farewell) this.line.part();
    if (this.log.live) {
      this.carryHeld();
      this.complete();
    }
    if (m.options?.length && touch.matches && !this.box.area.value) this.box.area.blur();  // make room for them
    return message;
  }

  ticked(id) {
    const message = this.mine.get(id);
    this.photos.delete(id);
    message?.state('sent');
    if (this.log.live && !message?.ticking) this.log.typing(true);
  }

  refused(id, text) {
    const message = this.mine.get(id);
    if (!message) return this.box.tell(text);
    this.release(message);
    message.fail(text, () => this.again(id), () => this.giveUp(id));
    return this.log.stay();
  }

  ready(empty) {
    if (this.log.live) return;
    this.log.begin();
    if (!empty) this.complete();
    if (this.code) this.invite();
    else if (empty && !this.line.unsent.size) this.send({ text: GREETING, language: this.closest('[lang]')?.lang });
  }

  /** Keep the code of a link, and let nobody find it in the address bar or in the history. */
  take(fragment) {
    const [, code] = fragment.match(START) || [];
    if (!code) return false;
    history.replaceState(null, '', location.pathname + location.search);
    this.code = code;
    return true;
  }

  /** A press sends the code: what only looks at links, as mail scanners do, uses none up. */
  invite() {
    const message = new Message(this.say, false);
    message.show({ text: this.say('invited'), at: new Date() });
    message.offer([{ value: GREETING, label: this.say('begin') }], () => this.send({ text: `${GREETING} ${this.code}` }));
    this.log.add(message);
  }

  up(connected) {
    if (!connected) {
      this.offline ||= setTimeout(() => this.tellOffline(), navigator.onLine ? GRACE : 0);
      return;
    }
    clearTimeout(this.offline);
    this.offline = 0;
    this.net.textContent = '';
    this.photos.forEach((photo) => photo.lost && this.carry(photo));
  }

  /** That there is no network, and how much waits for one. */
  tellOffline() {
    const n = this.line.waiting().filter(({ text }) => text !== GREETING).length + this.photos.size;
    this.net.textContent = this.say(n ? 'offline_waiting' : 'offline', { n });
  }

  expired() {
    clearTimeout(this.offline);
    this.offline = 0;
    this.log.clear();
    this.box.write('');
    this.net.replaceChildren(this.say('expired'), ' ', h('a', { href: location.href }, this.say('reload')));
  }
}

/** The words by key, with numbers as this language writes them, and its calendar. */
function sayings(words, language) {
  const shown = (value) => (typeof value === 'number' ? value.toLocaleString(language) : value);
  const say = (key, values) => (words[key] || key).replace(/\{(\w+)\}/g, (all, name) => shown(values[name]));
  return Object.assign(say, calendar(language, say('today'), say('yesterday')));
}

customElements.define('nhandao-chat', NhandaoChat);
