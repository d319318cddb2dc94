// Menus close when one looks elsewhere, one is open at a time; dialogs open and shut.
import { all, one } from './dom.js';

const open = 'details.menu[open]';

function closeOthers(inside) {
	for (const menu of all(open)) {
		if (!menu.contains(inside)) {
			menu.open = false;
		}
	}
}

function dialogs(event) {
	const opener = event.target.closest('[data-open]');
	if (opener) {
		one(opener.dataset.open)?.showModal();
	}
	if (event.target.closest('[data-shut]')) {
		event.target.closest('dialog')?.close();
	}
	if (event.target.nodeName === 'DIALOG') { // the dark around it
		event.target.close();
	}
}

export function start() {
	document.addEventListener('click', (event) => {
		// Who follows a link to another place of the page is done with the menu.
		closeOthers(event.target.closest('a[href^="#"]') ? null : event.target);
		dialogs(event);
	});
	document.addEventListener('keydown', (event) => {
		const menu = event.key === 'Escape' && one(open);
		if (menu) {
			menu.open = false;
			one('summary', menu).focus();
		}
	});
}
