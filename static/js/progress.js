// How far a file has come, between two readings of the page. The server does not keep these numbers
// with the page, so they are put back after an element was drawn anew.
import { all, everywhere } from './dom.js';

const percents = new Map();

/** Moves everything that shows the progress of one asset. */
export function progress({ provider, task_id: id, role, index, bytes, total }) {
	if (!total) {
		return;
	}
	const name = `${provider}/${id}/${role}/${index}`;
	percents.set(name, Math.max(0, Math.min(100, Math.floor(bytes / total * 100))));
	for (const element of all(`[data-progress="${CSS.escape(name)}"]`)) {
		set(element, percents.get(name));
	}
}

function set(element, percent) {
	if (element.matches('.leader')) {
		element.classList.remove('unknown');
		element.querySelector('.sweep').setAttribute('stroke-dasharray', `${percent} 100`);
		element.querySelector('text').textContent = percent;
	} else if (element.nodeName === 'PROGRESS') {
		element.value = percent / 100 * (element.max || 1);
	} else {
		element.textContent = `${percent} %`;
	}
}

export function start() {
	everywhere((root) => {
		for (const element of all('[data-progress]', root)) {
			if (percents.has(element.dataset.progress)) {
				set(element, percents.get(element.dataset.progress));
			}
		}
	});
}
