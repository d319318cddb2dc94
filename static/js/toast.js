// Short notes above the film edge. The box is a status region, so they are read out as well.
import { one } from './dom.js';

const stays = 2400;

/** Shows a note for a moment; a new one takes the place of the last. */
export function toast(text) {
	const box = one('dialog[open] .toasts') ?? one('.toasts');
	if (!box || !text) {
		return;
	}
	const note = document.createElement('p');
	note.className = 'toast on-film';
	note.textContent = text;
	box.replaceChildren(note);
	setTimeout(() => note.remove(), stays);
}
