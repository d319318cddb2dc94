// The size of the frames in the gallery. The server reads the cookie, so that the next page comes
// in this size at once.
import { one, remember } from './dom.js';

const sizes = ['s', 'm', 'l'];

export function start() {
	const slider = one('#density');
	const sheet = one('[data-density]');
	slider?.addEventListener('input', () => {
		sheet.dataset.density = sizes[slider.value];
		remember('density', sizes[slider.value]);
	});
}
