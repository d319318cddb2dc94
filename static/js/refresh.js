// Reads parts of the page again: the server answers this page's own address with just the
// elements asked for, and they are patched in place.
import { all, drawn } from './dom.js';
import { hold } from './arrivals.js';
import { patch } from './patch.js';

const delay = 300; // gathers what happens at once
const pause = 1000; // between two readings, however much happens

const wanted = new Set();
let timer = 0;
let busy = false;
let last = 0;

/** Asks for elements with data-live to be read again soon. */
export function refresh(elements) {
	for (const element of elements) {
		wanted.add(element.id);
	}
	if (wanted.size > 0 && !timer && !busy) {
		timer = setTimeout(read, Math.max(delay, last + pause - performance.now()));
	}
}

/** Asks for everything live on the page. */
export const refreshAll = () => refresh(all('[data-live][id]'));

async function read() {
	timer = 0;
	busy = true;
	const ids = [...wanted];
	wanted.clear();
	try {
		const answer = await fetch(location.href, { headers: { 'Reelback-Fragment': ids.join(',') }, cache: 'no-store' });
		if (answer.ok) {
			place(ids, new DOMParser().parseFromString(await answer.text(), 'text/html'));
		} else if (answer.status === 401) {
			location.reload(); // the session is over: the page leads to where one signs in
		}
	} catch {
		// The connection is gone; the stream says so, and reads again when it is back.
	}
	busy = false;
	last = performance.now();
	refresh([]);
}

function place(ids, fresh) {
	for (const id of ids) {
		const old = document.getElementById(id);
		const next = fresh.getElementById(id);
		if (!old || !next) {
			continue;
		}
		hold(old, next);
		apply(old, next);
	}
}

document.addEventListener('reelback:reread', (event) => refresh([event.target]));

/** Patches an element; what plays is left alone and patched when it stops. */
function apply(old, next) {
	const playing = patch(old, next);
	drawn(old);
	for (const video of playing) {
		video.addEventListener('pause', () => refresh([old]), { once: true });
	}
}
