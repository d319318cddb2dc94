// New tasks in the gallery. They appear by themselves while nobody points at the film and the page
// is at its top; otherwise they wait behind a button, so that nothing moves under the pointer.
import { all, one, reread, word } from './dom.js';

let over = false; // the pointer is on the film
let pressed = false;

const button = () => one('[data-new]');

function isBusy(sheet) {
	return over || scrollY > 0 || sheet.contains(document.activeElement);
}

/** Takes the tasks that are new out of next if they have to wait. */
export function hold(sheet, next) {
	if (!('arrivals' in sheet.dataset) || !button()) {
		return;
	}
	const known = new Set(all('.frame', sheet).map((frame) => frame.dataset.key));
	const fresh = all('.frame', next).filter((frame) => !known.has(frame.dataset.key));
	const older = new Set(afterKnown(next, known));
	const arrived = fresh.filter((frame) => !older.has(frame));
	const waits = known.size > 0 && arrived.length > 0 && !pressed && isBusy(sheet);
	pressed = false;
	button().hidden = !waits;
	if (waits) {
		one('span', button()).textContent = word('new', arrived.length);
		remove(arrived);
	}
}

// What follows the last known frame has moved up from the next page, and is no arrival.
function afterKnown(next, known) {
	const frames = all('.frame', next);
	const last = frames.findLastIndex((frame) => known.has(frame.dataset.key));
	return frames.slice(last + 1);
}

function remove(frames) {
	for (const frame of frames) {
		const day = frame.closest('.roll');
		frame.remove();
		if (!one('.frame', day)) {
			day.remove();
		}
	}
}

export function start() {
	const sheet = one('[data-arrivals]');
	if (!sheet) {
		return;
	}
	sheet.addEventListener('pointerenter', () => { over = true; });
	sheet.addEventListener('pointerleave', () => { over = false; });
	button()?.addEventListener('click', () => {
		pressed = true;
		button().hidden = true;
		scrollTo({ top: 0, behavior: 'smooth' });
		reread(sheet);
	});
}
