// Moments. Relative ones are kept fresh by the server's clock, whatever the viewer's own says.
// Where the server did not know the viewer's zone yet, it is told, and the times that are already
// on the page are turned: each keeps the shape the server gave it.
import { all, everywhere, html, remember, word } from './dom.js';
import { refreshAll } from './refresh.js';

const skew = html.dataset.now ? Number(html.dataset.now) - Date.now() : 0;
const units = [['day', 86400, 259200], ['hour', 3600, 3600], ['minute', 60, 60], ['second', 1, 0]];

/** How long ago, in one unit; the same steps as the server's. */
function ago(at) {
	const seconds = Math.trunc((Date.now() + skew - at) / 1000);
	const length = Math.abs(seconds);
	const [unit, size] = units.find(([, , from]) => length >= from);
	return word(`${seconds < 0 ? 'in' : 'ago'}.${unit}`, Math.trunc(length / size));
}

function freshen(root = document) {
	for (const time of all('time[data-relative]', root)) {
		const text = ago(Date.parse(time.dateTime));
		if (text && time.textContent !== text) {
			time.textContent = text;
		}
	}
}

// The shapes of times that the server prints.
const shapes = [
	[/^\d\d:\d\d$/, (p) => `${p.hour}:${p.minute}`],
	[/^\d\d:\d\d:\d\d$/, (p) => `${p.hour}:${p.minute}:${p.second}`],
	[/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, (p) => `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}`],
];

function turn(zone, root) {
	const format = new Intl.DateTimeFormat('en-GB', {
		timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
		hour: '2-digit', minute: '2-digit', second: '2-digit',
	});
	const inZone = (text, parts) => shapes.find(([shape]) => shape.test(text))?.[1](parts) ?? text;
	for (const time of all('time[datetime]', root)) {
		const at = new Date(time.dateTime);
		if (Number.isNaN(at.getTime())) {
			continue;
		}
		const parts = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
		const text = inZone(time.textContent, parts);
		if (text !== time.textContent) {
			time.textContent = text;
		}
		time.title = inZone(time.title, parts);
	}
}

export function start() {
	const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
	const abroad = zone && zone !== html.dataset.zone;
	everywhere((root) => {
		freshen(root);
		if (abroad) {
			turn(zone, root);
		}
	});
	if (abroad) {
		remember('tz', zone);
		refreshAll(); // days begin elsewhere now
	}
	setInterval(() => document.hidden || freshen(), 5000);
	document.addEventListener('visibilitychange', () => document.hidden || freshen());
}
