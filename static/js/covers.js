// Covers for videos that have none, where nobody else makes them: one video after the other is
// opened out of sight, a picture of it drawn small and offered to the server, which makes its own
// of it and tells every page. Only pages of readers who may do that ask for it.
import { all, everywhere, word } from './dom.js';
import { draw, once, take } from './picture.js';
import { toast } from './toast.js';

const most = 6; // pictures a page view

const seen = new Set(); // addresses that have been offered one, whatever became of it
const waiting = [];
let busy = false;
let left = most;

async function send(url, canvas) {
	const picture = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.9));
	if (!picture) {
		throw new Error('no picture');
	}
	return fetch(url, { method: 'POST', headers: { 'Content-Type': picture.type }, body: picture });
}

async function make({ url, source }) {
	const video = document.createElement('video');
	video.muted = true;
	video.playsInline = true;
	video.preload = 'auto';
	try {
		const ready = once(video, 'loadeddata');
		video.src = source;
		await ready;
		const answer = await send(url, await take(video));
		return answer.ok || answer.status === 404 || answer.status === 422;
	} catch {
		return true; // this video gives none; the next may
	} finally {
		video.removeAttribute('src');
		video.load(); // lets go of the connection
	}
}

async function work() {
	if (busy) {
		return;
	}
	busy = true;
	while (left > 0 && waiting.length > 0 && !document.hidden) {
		left -= 1;
		if (!await make(waiting.shift())) {
			left = 0; // the server has no time, no room, or no wish for more
		}
	}
	busy = false;
}

function gather(root) {
	for (const { dataset } of all('[data-cover]', root)) {
		if (!seen.has(dataset.cover)) {
			seen.add(dataset.cover);
			waiting.push({ url: dataset.cover, source: dataset.video });
		}
	}
	if (waiting.length > 0) {
		(window.requestIdleCallback ?? setTimeout)(work);
	}
}

/** Makes what a player shows the cover. */
export async function choose(video, button) {
	if (!button || !video.videoWidth) {
		return;
	}
	button.disabled = true;
	try {
		const answer = await send(button.dataset.choose, draw(video));
		toast(word(answer.ok ? 'coverSet' : 'coverFailed'));
	} catch {
		toast(word('coverFailed'));
	}
	button.disabled = false;
}

export function start() {
	if (!navigator.connection?.saveData) {
		everywhere(gather);
		document.addEventListener('visibilitychange', () => document.hidden || work());
	}
}
