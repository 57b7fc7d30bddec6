// One message in the log: what it shows, how far it has come, and what it offers to press.

import { anchor, h, icon, marked, unmarked } from './draw.js';

const COLUMN = 21;  // characters; a longer label gets a row of its own

export class Message {
  constructor(say, mine) {
    Object.assign(this, { say, mine });
    this.bubble = h('div', { class: 'b' });
    this.progress = mine && h('span', { 'aria-live': 'off' });
    this.node = h('article', { class: mine ? 'm me' : 'm bot' }, h('p', { class: 'who' }, say(mine ? 'me' : 'bot')), this.bubble);
    this.node.message = this;
  }

  /** What already stands there is left alone, so that nothing is read out twice. */
  show({ text, spans, links, picture, thumbs, voice, document: file, at }) {
    const content = JSON.stringify([text, spans, links, picture, thumbs, voice, file]);
    if (content === this.content) return;
    Object.assign(this, { content, text, at: new Date(at) });
    const image = picture && h('img', { src: picture.url, alt: picture.alt || this.say('picture') });
    this.bubble.classList.toggle('pictured', Boolean(image));
    this.bubble.replaceChildren(...[
      image && (this.mine ? image : h('a', { href: picture.url, target: '_blank' }, image)),
      voice && h('audio', { src: voice.url, controls: '', preload: 'metadata', 'aria-label': this.say(this.mine ? 'my_voice' : 'voice') }),
      text && h('p', { class: 'text', dir: 'auto' }, this.mine ? text : marked(text, spans)),
      thumbs && h('p', { class: 'thumbs' }, thumbs.map((url) => h('a', { href: url, target: '_blank' }, h('img', { src: url, alt: this.say('picture') })))),
      links && h('p', { class: 'links' }, links.map(([label, url]) => anchor(url, label))),
      file && h('a', { class: 'doc', href: file.url, download: file.name, dir: 'auto' }, file.name),
      h('p', { class: 'meta' }, h('time', { datetime: this.at.toISOString() }, this.say.time(this.at)), this.progress),
    ].filter(Boolean));
  }

  /** 'sending', 'held', 'sent', 'dropped' or 'failed'. */
  state(name) {
    const words = this.say(name);
    this.node.classList.toggle('waiting', name === 'sending');
    this.node.classList.toggle('dropped', name === 'dropped');
    this.progress.replaceChildren(...(name === 'sent' ? [icon('tick'), h('span', { class: 'sr' }, words)] : [words]));
    this.trouble?.remove();
    this.bar?.remove();
  }

  fail(text, again, giveUp) {
    this.state('failed');
    const button = (word, onclick) => h('button', { type: 'button', onclick }, this.say(word));
    this.trouble = h('div', { class: 'trouble' }, h('p', {}, text), button('retry', again), button('remove', giveUp));
    this.node.append(this.trouble);
  }

  /** How much of a photo has gone, from 0 to 1. */
  carried(part) {
    if (!this.bar?.isConnected) this.bubble.append(this.bar = h('progress', { 'aria-label': this.say('sending') }));
    this.bar.value = part;
  }

  /** Things to choose from, each a button with its picture. */
  showCards(cards, press) {
    this.node.append(this.deck = h('ul', { class: 'cards', role: 'list', 'aria-label': this.say('options') }, cards.map(
      ({ value, title, text, picture }) => h('li', {}, h('button', { type: 'button', onclick: () => press(value, title, false) },
        picture ? h('img', { src: picture, alt: '', loading: 'lazy' }) : h('span', { class: 'blank' }, icon('heart')),
        h('span', {}, h('strong', {}, title), h('span', {}, text)))))));
  }

  /** Buttons that are there already stay, with their focus: by what they do, or, as a tick changes that, by their words.
   *  `ways` lead out of the question. */
  offer(options, press, cards = [], ways = []) {
    this.again = () => this.offer(...arguments);
    this.labels = options.map((option) => unmarked(option.label).words);
    if (!options.length && !ways.length) return this.withdraw();
    this.deck?.remove();
    if (cards.length) {
      this.showCards(cards, press);
      options = options.filter((option) => !cards.some(({ value }) => value === option.value));
    }
    const ticking = options.some(({ label }) => unmarked(label).ticked !== null);
    const main = options.filter(({ sense }) => sense === 'goes' || sense === 'beside');
    options = options.filter((option) => !main.includes(option));
    if (!this.list?.isConnected) this.node.append(this.list = h('ul', { role: 'list', 'aria-label': this.say('options') }));
    const old = [...this.list.children];
    const items = options.map(({ value, label, sense }) => {
      const item = old.find((one) => one.firstChild.value === value)
        || old.find((one) => one.textContent === unmarked(label).words && !options.some((other) => other.value === one.firstChild.value))
        || h('li', {}, h('button', { type: 'button' }));
      item.firstChild.value = value;
      item.className = sense || '';
      this.button(item.firstChild, label, press);
      return item;
    });
    old.filter((item) => !items.includes(item)).forEach((item) => item.remove());
    items.forEach((item, i) => this.list.children[i] === item || this.list.insertBefore(item, this.list.children[i]));
    this.main(main, press, ticking);
    if (!items.length) this.list.remove();
    this.node.removeAttribute('aria-busy');
    const long = options.some(({ label }) => unmarked(label).words.length > COLUMN);
    this.list.className = `options ${this.list.querySelector('[aria-pressed]') ? 'ticks' : long && 'rows'}`;
    this.out?.remove();
    if (ways.length) this.node.append(this.out = h('ul', { class: 'ways', role: 'list', 'aria-label': this.say('ways') }, ways.map((way) => this.way(way, press))));
    return false;
  }

  way({ value, label }, press) {
    const button = h('button', { type: 'button', value });
    this.button(button, label, press);
    return h('li', {}, button);
  }

  /** What most will want, and what stands beside it, stays in sight while its message is; it comes after what is ticked. */
  main(options, press, ticking) {
    this.first?.remove();
    if (!options.length) return;
    this.first = h('div', { class: 'first' }, options.map(({ value, sense }) => h('button', { type: 'button', class: sense, value })));
    options.forEach(({ label }, i) => this.button(this.first.children[i], label, press));
    this.list[ticking ? 'after' : 'before'](this.first);
  }

  button(button, label, press) {
    const { words, ticked } = unmarked(label);
    if (button.textContent !== words) button.replaceChildren(h('bdi', {}, words));
    if (ticked !== null) button.setAttribute('aria-pressed', ticked);
    button.classList.remove('pressed');
    button.onclick = () => {
      if (this.node.hasAttribute('aria-busy')) return;
      if (ticked === null) {
        this.node.setAttribute('aria-busy', 'true');
        button.classList.add('pressed');
      } else button.setAttribute('aria-pressed', button.getAttribute('aria-pressed') !== 'true');
      press(button.value, label, ticked !== null);
    };
  }

  /** True if the focus was on what has gone. */
  withdraw() {
    const parts = [this.deck, this.first, this.list, this.out].filter(Boolean);
    const focused = parts.some((part) => part.contains(document.activeElement));
    parts.forEach((part) => part.remove());
    this.node.removeAttribute('aria-busy');
    return focused;
  }
}
