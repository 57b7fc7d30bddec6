// Makes the nodes of the chat. What people wrote goes in as text nodes, never as markup.

/** A finger: the focus must not call up a keyboard unasked. */
export const touch = matchMedia('(pointer: coarse)');

/** An element with attributes (functions are listeners) and children; null, false and '' are left out. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node[name] = value;
    else if (value != null && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter(Boolean));
  return node;
}

/** A picture of the sprite, silent for screen readers. */
export function icon(name) {
  const [svg, use] = ['svg', 'use'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
  use.setAttribute('href', `${new URL('icons.svg', import.meta.url).pathname}#${name}`);
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(use);
  return svg;
}

// No invisible characters (Cf) that turn an address around, and no punctuation that closes the sentence.
const LINK = /(https:\/\/[^\s<>"“”\p{Cf}]*[^\s<>"“”\p{Cf}.,;:!?)\]}'’»…])/u;

/** A link away from here; anything but a page on the web stays words. */
export function anchor(url, words, more = {}) {
  return /^https?:\/\//.test(url) ? h('a', { href: url, target: '_blank', rel: 'noopener noreferrer', ...more }, words) : words;
}

/** The text as nodes, with every https address a link that is shown in full. */
export function linked(text) {
  return text.split(LINK).map((part, i) => (i % 2 ? anchor(part, part, { dir: 'ltr' }) : part));
}

const TAGS = { bold: 'strong', italic: 'em' };

/** The text as nodes, with the parts [kind, start, length, url] that are bold, italic or a link; they may overlap. */
export function marked(text, spans = []) {
  const cuts = [...new Set([0, text.length, ...spans.flatMap(([, start, length]) => [start, start + length])])];
  cuts.sort((a, b) => a - b);
  return cuts.slice(1).flatMap((end, i) => {
    const start = cuts[i];
    const here = spans.filter(([, from, length]) => from <= start && end <= from + length);
    const link = here.find(([kind]) => kind === 'link');
    const words = text.slice(start, end);
    const nodes = here.filter(([kind]) => TAGS[kind])
      .reduce((inner, [kind]) => [h(TAGS[kind], {}, inner)], link ? [words] : linked(words));
    return link ? [anchor(link[3], nodes)] : nodes;
  });
}

/** How this language writes times and days. */
export function calendar(language, today, yesterday) {
  return {
    time: (at) => at.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    day(at) {
      const ago = (days) => new Date(Date.now() - days * 864e5).toDateString();
      if (at.toDateString() === ago(0)) return today;
      return at.toDateString() === ago(1) ? yesterday : at.toLocaleDateString(language, { dateStyle: 'full' });
    },
  };
}

const MARK = /^([☑✅☐⬜])\uFE0F?\s*/u;

/** A label without its box, and whether that is ticked: null where there is none. */
export function unmarked(label = '') {
  const mark = MARK.exec(label);
  return { words: label.replace(MARK, ''), ticked: mark && '☑✅'.includes(mark[1]) };
}

/** What `act` returns; undefined where storage is forbidden or full. */
export function ifAllowed(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** A random id, the end of a blob's address: crypto.randomUUID needs https, which a commune's computer may lack. */
export function uuid() {
  const address = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(address);
  return address.slice(-36);
}
