// One event stream for all tabs of a browser: whoever holds the lock reads it and tells the others.
// A hidden tab gives the lock away, so nothing is read while nobody looks. Where there are no locks
// (plain http on a home network) every visible tab has a stream of its own.
import { html } from './dom.js';

const kinds = ['task', 'delivery', 'progress', 'replay', 'room', 'radar'];
const grace = 10_000; // ms without a connection before it is worth a word

/** Calls back with the kind and data of every event, also "open" and "lost". */
export function listen(tell) {
	const url = html.dataset.liveUrl;
	if (!url || !window.EventSource) {
		return;
	}
	const channel = window.BroadcastChannel && new BroadcastChannel(`reelback-live ${url}`);
	const shared = Boolean(channel && navigator.locks);
	const emit = (kind, data) => {
		tell(kind, data);
		if (shared) {
			channel.postMessage({ kind, data });
		}
	};
	if (shared) {
		channel.onmessage = ({ data: { kind, data } }) => document.hidden || tell(kind, data);
	}
	let stop = () => {};
	const begin = () => {
		stop = shared ? lead(url, emit) : read(url, emit);
	};
	const end = () => stop();
	document.addEventListener('visibilitychange', () => {
		end();
		if (!document.hidden) {
			begin();
			tell('open');
		}
	});
	addEventListener('pagehide', end);
	addEventListener('pageshow', (event) => event.persisted && begin());
	if (!document.hidden) {
		begin();
	}
}

// Waits for the lock and reads for as long as it is held; returns what gives it back.
function lead(url, emit) {
	const waiting = new AbortController();
	let release = () => {};
	const held = new Promise((resolve) => { release = resolve; });
	navigator.locks.request(`reelback-live ${url}`, { signal: waiting.signal }, async () => {
		const close = read(url, emit);
		await held;
		close();
	}).catch(() => {}); // aborted while waiting
	return () => {
		waiting.abort();
		release();
	};
}

// Opens the stream; returns what closes it. The browser reconnects by itself after a break, but
// not after an answer that is no stream, such as that of a proxy during a restart.
function read(url, emit) {
	let source;
	let lost = 0;
	let again = 0;
	const connect = () => {
		source = new EventSource(url);
		source.onopen = () => {
			clearTimeout(lost);
			lost = 0;
			emit('open');
		};
		source.onerror = () => {
			lost ||= setTimeout(() => emit('lost'), grace);
			if (source.readyState === EventSource.CLOSED) {
				again = setTimeout(connect, grace / 2);
			}
		};
		for (const kind of kinds) {
			source.addEventListener(kind, (event) => emit(kind, JSON.parse(event.data)));
		}
	};
	connect();
	return () => {
		clearTimeout(lost);
		clearTimeout(again);
		source.close();
	};
}
