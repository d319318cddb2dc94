// Keys: find, help, theme, moving through rows and frames. Nothing happens while one types or
// holds a modifier.
import { all, one } from './dom.js';
import { copy } from './copy.js';
import { key as playerKey } from './player.js';
import { flip } from './theme.js';

const typing = 'input:not([type="checkbox"], [type="range"]), textarea, select, dialog';
const rows = '.rows.live tbody tr';
const frames = '.strip .frame';
const replies = '[data-copy^="#reply"]';

let at = null; // the row the keys are on

const list = () => all(one(rows) ? rows : frames);

function go(step) {
	const items = list();
	const here = at?.isConnected ? at : document.activeElement?.closest?.(`${rows}, ${frames}`);
	const next = items[Math.max(0, Math.min(items.length - 1, items.indexOf(here) + step))];
	if (!next) {
		return;
	}
	at?.classList.remove('at');
	at = next;
	at.classList.add('at');
	at.scrollIntoView({ block: 'nearest' });
	(one('a.main', at) ?? one('a', at))?.focus({ preventScroll: true, focusVisible: true });
}

function select() {
	const box = at && one('input[type="checkbox"]', at);
	if (box) {
		box.checked = !box.checked;
		box.dispatchEvent(new Event('change', { bubbles: true }));
	}
}

/** Opens the list of keys with those that do something on this page. */
function help() {
	const dialog = one('#keys');
	for (const line of all('[data-needs]', dialog)) {
		line.hidden = !one(line.dataset.needs);
	}
	dialog.showModal();
}

/** Copies the reply that is shown. */
function reply() {
	const button = all(replies).find((shown) => shown.checkVisibility());
	if (button) {
		copy(button);
	}
}

function find() {
	const field = one('main input[type="search"]') ?? one('input[type="search"]');
	field?.focus();
	field?.select();
}

const acts = {
	'/': find,
	'?': help,
	t: flip,
	j: () => go(1),
	k: () => go(-1),
	x: select,
	c: reply,
};

export function start() {
	document.addEventListener('keydown', (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(typing)) {
			return;
		}
		if (event.target.type === 'range' && event.key.startsWith('Arrow')) {
			return;
		}
		if (acts[event.key]) {
			event.preventDefault();
			acts[event.key]();
		} else {
			playerKey(event);
		}
	});
	document.addEventListener('click', (event) => {
		if (event.target.closest('[data-open="#keys"]')) {
			event.stopPropagation();
			help();
		}
	}, true);
}
