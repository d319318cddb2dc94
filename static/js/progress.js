// How far files have come, between two readings of the page. The server says twice a second which
// files are on their way; every other bar is put away. Elements that are drawn anew say what the
// server knew then, and are brought up to date again.
import { all, everywhere, word } from './dom.js';

let files = new Map();
let known = false; // something has been heard
let sum = { files: [], speed: 0, left: -1 };

/** Moves everything that shows the progress of a file, or of all. */
export function progress(news) {
	files = new Map(news.files.map((file) => [`${file.provider}/${file.task_id}/${file.role}/${file.index}`, file]));
	sum = news;
	known = true;
	show(document);
}

function show(root) {
	for (const element of all('.leader[data-progress]', root)) {
		lead(element, files.get(element.dataset.progress));
	}
	for (const element of all('[data-pace]', root)) {
		pace(element, files.get(element.dataset.pace));
	}
	for (const element of all('[data-traffic]', root)) {
		const count = sum.files.length;
		tell(element, count > 0 && [word(count === 1 ? 'pace.one' : 'pace.files', count)], sum);
	}
	for (const element of all('[data-traffic-short]', root)) {
		brief(element, sum);
	}
}

const percent = ({ bytes, total }) => Math.max(0, Math.min(100, Math.floor(bytes / total * 100)));

function lead(element, file) {
	const share = file?.total ? percent(file) : -1;
	element.classList.toggle('unknown', share < 0);
	element.querySelector('.sweep').setAttribute('stroke-dasharray', `${share < 0 ? 25 : share} 100`);
	element.querySelector('text').textContent = share < 0 ? '' : share;
}

function pace(element, file) {
	const bar = element.querySelector('progress');
	if (bar && file?.total) {
		bar.value = percent(file);
	} else {
		bar?.removeAttribute('value');
	}
	const of = file?.total ? word('pace.of', size(file.bytes)).replace('{all}', size(file.total)) : '';
	tell(element, file && [of || word('pace.done', size(file.bytes))], file);
}

// Says the parts with speed and time left, or nothing.
function tell(element, parts, { speed = 0, left = -1 } = {}) {
	element.hidden = !parts;
	if (!parts) {
		return;
	}
	if (speed >= 1) {
		parts.push(word('pace.speed', size(speed)));
	}
	if (left >= 0) {
		parts.push(word('pace.left', span(left)));
	}
	(element.querySelector('.told') ?? element).textContent = parts.join(word('pace.and'));
}

// Says speed and time left alone, in as few letters as can be.
function brief(element, { files, speed, left }) {
	const parts = [speed >= 1 && word('pace.speed', size(speed)), left >= 0 && span(left)].filter(Boolean);
	element.hidden = files.length === 0 || parts.length === 0;
	element.textContent = parts.join(' · ');
}

// Sizes and times in the same steps as the server's.
function size(bytes) {
	const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 5);
	return `${Math.trunc(bytes / 1000 ** step * 10) / 10} ${['', 'k', 'M', 'G', 'T', 'P'][step]}B`;
}

const units = [['day', 86400, 259200], ['hour', 3600, 3600], ['minute', 60, 60], ['second', 1, 0]];

function span(seconds) {
	const [unit, length] = units.find(([, , from]) => seconds >= from);
	return word(`span.${unit}`, Math.trunc(seconds / length));
}

export function start() {
	everywhere((root) => known && show(root));
}
