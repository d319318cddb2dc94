// The theme without a reload: the links of the menu do the same through the server, which sets
// the same cookie.
import { all, html, remember } from './dom.js';

function set(theme) {
	if (theme === 'system') {
		delete html.dataset.theme;
	} else {
		html.dataset.theme = theme;
	}
	remember('theme', theme);
	for (const link of all('[data-theme-set]')) {
		if (link.dataset.themeSet === theme) {
			link.setAttribute('aria-current', 'true');
		} else {
			link.removeAttribute('aria-current');
		}
	}
}

/** Turns day into night and back. */
export function flip() {
	const dark = html.dataset.theme
		? html.dataset.theme === 'dark'
		: matchMedia('(prefers-color-scheme: dark)').matches;
	set(dark ? 'light' : 'dark');
}

export function start() {
	document.addEventListener('click', (event) => {
		const link = event.target.closest('[data-theme-set]');
		if (link && !event.metaKey && !event.ctrlKey) {
			event.preventDefault();
			set(link.dataset.themeSet);
			link.closest('details')?.removeAttribute('open');
		}
	});
}
