// Where the messages stand: in order, under their days, scrolled so that nothing unread slips by.

import { h, icon, unmarked } from './draw.js';

const NEAR = 80;       // pixels from the end that still count as the end
const MARGIN = 12;
const SOON = 500;      // milliseconds before the dots say that an answer is on its way
const LATE = 15000;

export class Log {
  constructor(say) {
    this.say = say;
    this.atEnd = true;  // also: live once the history is in, fresh while a message begins below the fold
    this.list = h('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': say('log'), tabindex: 0, onscroll: () => this.look() });
    this.chip = h('button', { class: 'chip', type: 'button', hidden: '', onclick: () => this.toEnd() }, icon('down'), h('span'));
    this.dots = h('div', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
    this.node = h('div', { class: 'talk' }, this.list, this.chip);  // beside, never over what can be pressed
    this.stay = () => this.atEnd && this.toEnd();
    new ResizeObserver(this.stay).observe(this.list);  // the phone's keyboard came or went
    this.list.addEventListener('load', () => this.atEnd && this.follow(this.list.lastChild), true);  // a picture got its height
  }

  clear() {
    this.typing(false);
    this.list.replaceChildren();
  }

  messages() {
    return [...this.list.querySelectorAll('.m')].map((node) => node.message);
  }

  /** The history is complete: from now on messages are read out. */
  begin() {
    this.live = true;
    this.list.setAttribute('aria-live', 'polite');
    this.toEnd();
  }

  /** Our own goes to the end, any other before what is still on its way. */
  add({ node, mine, at }) {
    if (!mine) this.typing(false);
    this.list.insertBefore(node, this.list.querySelector(mine ? '.dots' : '.waiting'));
    let before = node.previousElementSibling;
    while (before && !before.message) before = before.previousElementSibling;
    if (before?.message.at.toDateString() !== at.toDateString()) node.before(h('p', { class: 'day' }, h('time', { datetime: at.toLocaleDateString('sv') }, this.say.day(at))));
    if (!mine) return this.live && this.follow(node);
    this.anchor = node;
    return this.toEnd();
  }

  /** Take away answers to options of `message`, up to the bot's next word. */
  swallow({ node, labels }) {
    const answers = [];
    while ((node = node.nextElementSibling) && !node.matches('.bot')) {
      if (labels.includes(unmarked(node.message?.text).words)) answers.push(node);
    }
    answers.forEach((answer) => answer.remove());
  }

  typing(on) {
    clearTimeout(this.timer);
    this.dots.remove();
    if (!on) return;
    this.timer = setTimeout(() => {
      this.list.append(this.dots);
      this.stay();
      this.timer = setTimeout(() => this.dots.remove(), LATE);
    }, SOON);
  }

  toEnd() {
    this.chip.hidden = true;
    this.list.scrollTop = this.list.scrollHeight;
    this.look();
  }

  /** Follow the talk, but never past the beginning of what has not been read; what it answers stays in sight if all fits. */
  follow(node) {
    const { list, anchor } = this;
    if (this.atEnd) {
      const fits = anchor?.isConnected && list.scrollHeight - anchor.offsetTop < list.clientHeight;
      const start = fits && anchor.offsetTop >= list.scrollTop ? anchor : node;
      list.scrollTop = Math.max(list.scrollTop, start.offsetTop - MARGIN);
    }
    this.fresh ||= node.offsetTop > list.scrollTop + list.clientHeight - NEAR;
    this.look();
  }

  /** Whoever scrolls to the end finds no chip, but its room stays until more is said: nothing moves under the finger. */
  look() {
    const { list, chip } = this;
    this.atEnd = list.scrollHeight - list.clientHeight - list.scrollTop < NEAR;
    if (this.atEnd) this.fresh = false;
    else chip.hidden = false;
    chip.style.visibility = this.atEnd ? 'hidden' : '';
    chip.lastChild.textContent = this.fresh ? this.say('new') : '';
    chip.setAttribute('aria-label', this.say(this.fresh ? 'new' : 'to_end'));
  }
}
