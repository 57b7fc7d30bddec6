// Where a person writes: the text, the photos chosen for it, how much still fits, and the draft that outlives a reload.

import { h, icon, ifAllowed, touch, uuid } from './draw.js';
import { isSheet, SHEETS, shrink } from './photos.js';
import { record, records } from './voice.js';

const LONGEST = 4000;  // characters
const NEARLY = 400;    // of them left when the count appears
const MOST = 5;        // photos at once

// With an unknown type beside pictures, Chrome on Android 14 and later offers the camera too.
const ACCEPTED = `image/*,${SHEETS}${/Android.*Chrome/.test(navigator.userAgent) ? ',android/allowCamera' : ''}`;

export class Box {
  /** `send(text, photos)` gets what was written and the photos, each {id, blob, url}, or {id, blob, name} for a spreadsheet, and with a `sound`'s address for what was said. */
  constructor(say, base, send) {
    Object.assign(this, { say, send, photos: [], key: `draft${base}` });
    this.ready = Promise.resolve();  // until the photos just chosen have been made small
    this.area = h('textarea', {
      rows: 1, dir: 'auto', enterkeyhint: 'send', 'aria-label': say('box'), 'aria-describedby': this.key,
      oninput: () => this.typed(), onkeydown: (event) => this.pressed(event),
    });
    this.file = h('input', { type: 'file', accept: ACCEPTED, multiple: '', 'aria-label': say('photo'), onchange: () => this.choose() });
    this.note = h('p', { class: 'note', role: 'status' });
    this.count = h('p', { class: 'count', id: this.key });
    this.tray = h('ul', { class: 'tray', role: 'list', 'aria-label': say('photos') });
    this.mic = records() && h('button', { class: 'mic', type: 'button', 'aria-label': say('speak'), 'aria-pressed': 'false', onclick: () => this.speak() }, icon('mic'));
    this.node = h('form', { class: 'box', onsubmit: (event) => this.submit(event) },
      this.note, this.count, this.tray, h('span', { class: 'file' }, this.file, icon('photo')), this.mic, this.area,
      h('button', { class: 'send', 'aria-label': say('send'), onmousedown: (event) => event.preventDefault() }, icon('send')));
    this.write(this.draft());
    this.show();
  }

  /** Whether what is typed is a secret, which is neither shown nor kept. */
  hide(secret) {
    this.secret = secret;
    this.area.classList.toggle('secret', secret);
  }

  write(text) {
    this.area.value = text;
    this.typed();
  }

  pressed(event) {
    const composing = event.isComposing || event.keyCode === 229;  // 229: Safari ends a composition before it says so
    if (event.key === 'Enter' && !event.shiftKey && !composing) this.submit(event);
  }

  typed() {
    const { value, style } = this.area;
    const left = LONGEST - (value.length > LONGEST - NEARLY ? [...value.trim().normalize('NFC')].length : 0);
    const over = left < 0;
    this.count.textContent = left > NEARLY ? '' : this.say(over ? 'over' : 'left', { n: Math.abs(left) });
    if (over !== this.over) this.tell(over && this.say('too_long', { max: LONGEST }));
    this.over = over;
    this.draft(this.secret ? '' : value);
    if (CSS.supports('field-sizing', 'content')) return;
    style.height = 'auto';
    style.height = `${this.area.scrollHeight + 2}px`;
  }

  async submit(event) {
    event.preventDefault();
    await this.ready;
    const text = this.area.value.trim();
    if (this.over || !text && !this.photos.length) return;
    const photos = this.photos.splice(0);
    this.write('');
    this.tell('');
    this.show();
    this.send(text, photos);
  }

  tell(text) {
    this.note.textContent = text || '';
  }

  choose() {
    const files = [...this.file.files];
    this.file.value = '';  // the same photo may be chosen again
    this.ready = this.ready.then(() => this.prepare(files));
  }

  /** One after another: a cheap phone has no memory for five large photos at once. */
  async prepare(files) {
    const room = MOST - this.photos.length;
    let problem = files.length > room && this.say('too_many_photos', { max: MOST });
    this.tell(this.say('preparing'));
    for (const file of files.slice(0, room)) {
      const blob = !isSheet(file) && await shrink(file);
      if (isSheet(file)) this.photos.push({ id: uuid(), blob: file, name: file.name });
      else if (blob) this.photos.push({ id: uuid(), blob, url: URL.createObjectURL(blob) });
      else problem = this.say('not_a_photo', { name: file.name });
      this.show();
    }
    this.tell(problem);
    if (!touch.matches) this.area.focus();
  }

  /** The first press begins to record, the next one ends; then it can be listened to, sent or thrown away. */
  async speak() {
    if (this.recording) return (await this.recording)?.();
    this.tell(this.say('ask_microphone'));
    this.recording = record((blob, name) => this.spoken(blob, name)).catch(() => null);
    const stop = await this.recording;
    if (!stop) this.recording = null;
    this.mic.setAttribute('aria-pressed', Boolean(stop));
    return this.tell(this.say(stop ? 'recording' : 'no_microphone'));
  }

  spoken(blob, name) {
    this.recording = null;
    this.mic.setAttribute('aria-pressed', 'false');
    if (blob.size) this.photos.push({ id: uuid(), blob, name, sound: URL.createObjectURL(blob) });
    this.tell(this.say(blob.size ? 'recorded' : 'not_recorded'));
    this.show();
  }

  show() {
    this.tray.replaceChildren(...this.photos.map(({ url, sound, name }, i) => h('li', {},
      url ? h('img', { src: url, alt: '' }) : sound ? h('audio', { src: sound, controls: '', 'aria-label': this.say('my_voice') }) : h('span', { class: 'doc', dir: 'auto' }, name),
      h('button', { type: 'button', 'aria-label': sound ? this.say('remove_voice') : name ? this.say('remove_file', { name }) : this.say('remove_photo', { n: i + 1 }), onclick: () => this.discard(i) }, icon('close')))));
    this.area.placeholder = this.say(this.photos.some(({ url }) => url) ? 'caption' : 'placeholder');
  }

  discard(i) {
    this.photos.splice(i, 1);
    this.show();
    this.file.focus();
  }

  /** Keeps what is half written for this tab, and returns it. */
  draft(text) {
    return ifAllowed(() => {
      if (text !== undefined) sessionStorage[this.key] = text;
      return sessionStorage[this.key];
    }) || '';
  }
}
