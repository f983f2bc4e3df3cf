(() => {
'use strict';
const byId = (id) => document.getElementById(id);
document.documentElement.classList.add('scripted');

const list = document.querySelector('ol.rules');
const rules = Array.from(list.children).map((item) => ({
  item,
  details: item.querySelector('details.rule'),
  title: item.querySelector('.title').textContent.toLowerCase(),
  tactics: item.dataset.tactics.split(' '),
  text: null,
}));

// What the search looks through: all of a rule but its code.
const textOf = (rule) => {
  if (rule.text === null) {
    const parts = rule.item.querySelectorAll('summary .what, .main, .facts');
    rule.text = Array.from(parts, (part) => part.textContent).join(' ').toLowerCase().replace(/\s+/g, ' ');
  }
  return rule.text;
};

const search = byId('search');
const sort = byId('sort');
const filters = {
  tactics: byId('by-tactic'), score: byId('by-score'), level: byId('by-level'),
  service: byId('by-service'), state: byId('by-tests'),
};

const fits = (rule, words) => {
  for (const [key, select] of Object.entries(filters)) {
    const wanted = select.value;
    if (wanted === '') continue;
    const known = key === 'tactics' ? rule.tactics : [rule.item.dataset[key]];
    if (!known.includes(wanted)) return false;
  }
  return words.every((word) => textOf(rule).includes(word));
};

const show = () => {
  const words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
  let shown = 0;
  for (const rule of rules) {
    const fit = fits(rule, words);
    rule.item.hidden = !fit;
    if (fit) shown += 1;
  }
  const all = rules.length;
  const counted = `${all} rule${all === 1 ? '' : 's'}`;
  byId('shown').textContent = shown === all ? counted : `${shown} of ${counted}`;
  byId('nothing').hidden = shown > 0 || all === 0;
  byId('clear').hidden = words.length === 0 && Object.values(filters).every((select) => select.value === '');
};

const states = ['failed', 'skipped', 'untested', 'passed'];
const orders = {
  number: (a, b) => a.item.dataset.number - b.item.dataset.number,
  score: (a, b) => b.item.dataset.rank - a.item.dataset.rank,
  '-score': (a, b) => a.item.dataset.rank - b.item.dataset.rank,
  level: (a, b) => a.item.dataset.levelRank - b.item.dataset.levelRank,
  title: (a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0),
  state: (a, b) => states.indexOf(a.item.dataset.state) - states.indexOf(b.item.dataset.state),
};

const arrange = () => {
  const order = orders[sort.value] || orders.number;
  const sorted = rules.slice().sort((a, b) => order(a, b) || orders.number(a, b));
  list.append(...sorted.map((rule) => rule.item));
};

const clear = () => {
  search.value = '';
  for (const select of Object.values(filters)) select.value = '';
  show();
};

let waiting = 0;
search.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 80);
});
for (const select of Object.values(filters)) select.addEventListener('change', show);
sort.addEventListener('change', arrange);
byId('clear').addEventListener('click', () => { clear(); search.focus(); });
document.querySelector('form.controls').addEventListener('submit', (event) => { event.preventDefault(); show(); });

// A number in the matrix shows its rules.
byId('coverage').addEventListener('click', (event) => {
  const link = event.target.closest('a[data-tactic]');
  if (link === null) return;
  event.preventDefault();
  search.value = '';
  for (const select of Object.values(filters)) select.value = '';
  filters.tactics.value = link.dataset.tactic;
  filters.score.value = link.dataset.score;
  show();
  byId('rules').scrollIntoView();
  byId('clear').focus({ preventScroll: true });
});

const openAll = byId('open-all');
openAll.addEventListener('click', () => {
  const open = openAll.textContent === 'Open all';
  for (const rule of rules) if (!rule.item.hidden) rule.details.open = open;
  openAll.textContent = open ? 'Close all' : 'Open all';
});

document.addEventListener('keydown', (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
  } else if (event.key === 'Escape' && event.target === search && search.value !== '') {
    search.value = '';
    show();
  }
});

// A link to a rule opens it.
const openLinked = () => {
  const linked = location.hash.length > 1 ? byId(decodeURIComponent(location.hash.slice(1))) : null;
  if (linked === null || !linked.matches('details.rule')) return;
  if (linked.parentElement.hidden) clear();
  linked.open = true;
  linked.scrollIntoView();
};
window.addEventListener('hashchange', openLinked);

// Zeek's code is coloured when it is first looked at.
const TOKEN = /(#.*)|("(?:\\.|[^"\\\n])*")|(\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^\/\\\n\[ ])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^\/\\\n\[])*\/[is]*)|(@\w+|\b(?:module|export|redef|record|enum|function|event|hook|const|option|local|global|if|else|for|while|return|break|next|in|is|as|switch|case|default|add|delete|print|T|F)\b)|\b(string|count|int|bool|double|time|interval|addr|subnet|port|pattern|set|table|vector|connection|any)\b|(\b\d[\w.]*)|(\$\w+)/g;
const KINDS = ['comment', 'string', 'pattern', 'keyword', 'type', 'number', 'member'];
const colour = (code) => {
  if (code.dataset.coloured) return;
  code.dataset.coloured = 'yes';
  const text = code.textContent;
  const parts = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    parts.append(text.slice(end, match.index));
    const token = document.createElement('span');
    token.className = `z-${KINDS[match.slice(1).findIndex((group) => group !== undefined)]}`;
    token.textContent = match[0];
    parts.append(token);
    end = match.index + match[0].length;
  }
  parts.append(text.slice(end));
  code.replaceChildren(parts);
};
document.addEventListener('toggle', (event) => {
  if (event.target.matches('details.code') && event.target.open) colour(event.target.querySelector('pre code'));
}, true);

// On paper, every rule that is shown is open.
let opened = [];
window.addEventListener('beforeprint', () => {
  opened = rules.filter((rule) => !rule.item.hidden && !rule.details.open).map((rule) => rule.details);
  for (const details of opened) details.open = true;
});
window.addEventListener('afterprint', () => {
  for (const details of opened) details.open = false;
  opened = [];
});

// A page that is reloaded keeps what was chosen.
if (sort.value !== 'number') arrange();
show();
openLinked();
})();
