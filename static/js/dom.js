// What the other modules share: finding elements, the page's own words, cookies, and the note
// that a part of the page has been drawn anew.

export const html = document.documentElement;

/** All elements that match, as an array. */
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** The first element that matches. */
export const one = (selector, root = document) => root.querySelector(selector);

const words = JSON.parse(html.dataset.words || '{}');

/** A text of the catalogue, with n where the number belongs. */
export const word = (id, n = '') => (words[id] ?? '').replace('{n}', n);

/** Remembers a choice for a year, for this installation only. */
export function remember(name, value) {
	const path = html.dataset.base || '/';
	const secure = location.protocol === 'https:' ? '; secure' : '';
	document.cookie = `${name}=${value}; path=${path}; max-age=31536000; samesite=lax${secure}`;
}

/** Whether the reader wants things to keep still. */
export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Calls back now for the whole page, and again for each part that is drawn anew. */
export function everywhere(use) {
	use(document);
	document.addEventListener('reelback:drawn', (event) => use(event.target));
}

/** Tells the modules that the content of an element is new. */
export const drawn = (element) => element.dispatchEvent(new Event('reelback:drawn', { bubbles: true }));

/** Asks for a live element to be read again. */
export const reread = (element) => element.dispatchEvent(new Event('reelback:reread', { bubbles: true }));

/** Shows another symbol of the icon file in an icon. */
export function setIcon(holder, name) {
	const use = one('use', holder);
	use?.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#${name}`));
}
