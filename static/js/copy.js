// Copying: ids, addresses, raw text. On plain http a browser has no clipboard for pages, so there
// the text is selected and copied the old way; where even that is refused it stays selected.
import { one, word } from './dom.js';
import { toast } from './toast.js';

function textOf(button) {
	const source = button.dataset.copy ? one(button.dataset.copy) : button;
	return (button.dataset.full || source?.dataset.full || source?.textContent || '').trim();
}

function copyOldWay(text, place) {
	const field = document.createElement('textarea');
	field.value = text;
	field.readOnly = true;
	field.className = 'vh';
	place.append(field);
	field.select();
	const done = document.execCommand('copy');
	field.remove();
	return done;
}

function select(element) {
	const selection = getSelection();
	selection.removeAllRanges();
	selection.selectAllChildren(element);
}

/** Copies what a button names and says so. */
export async function copy(button) {
	const text = textOf(button);
	try {
		await navigator.clipboard.writeText(text);
	} catch {
		const place = button.closest('dialog') ?? document.body;
		if (!copyOldWay(text, place)) {
			select(button.dataset.copy ? one(button.dataset.copy) : button);
			toast(word('copyFailed'));
			return;
		}
		button.focus();
	}
	toast(word('copied'));
}

export function start() {
	document.addEventListener('click', (event) => {
		const button = event.target.closest('[data-copy]');
		if (button) {
			copy(button);
		}
	});
}
