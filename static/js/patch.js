// Makes an element look like another one while keeping its nodes, and with them focus, open menus,
// ticked boxes, scroll positions and whatever plays.

// Attributes that belong to the reader or to a script once an element is on the page.
const kept = new Set(['open', 'role', 'tabindex', 'aria-selected', 'aria-controls']);

// Classes that scripts set.
const classes = ['live', 'at'];

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE && (node.dataset.key || node.id)) || '';
const isPlaying = (video) => !video.paused && !video.ended;

function videosIn(node) {
	if (node.nodeType !== Node.ELEMENT_NODE) {
		return [];
	}
	return [...(node.matches('video') ? [node] : []), ...node.querySelectorAll('video')];
}

/** Patches old after next and returns the playing videos that had to be left as they were. */
export function patch(old, next) {
	const left = [];
	update(old, next, left);
	return left;
}

function update(old, next, left) {
	if (old.nodeType !== Node.ELEMENT_NODE) {
		if (old.nodeValue !== next.nodeValue) {
			old.nodeValue = next.nodeValue;
		}
		return;
	}
	if (isOwn(old, next)) {
		return;
	}
	if (old.matches('[data-player], [data-tabs]')) {
		replace(old, next, left); // their scripts prepare the new one from scratch
		return;
	}
	attributes(old, next);
	children(old, next, left);
}

// What a video or a row of tabs is about.
const subjects = {
	video: (element) => element.dataset.src || element.getAttribute('src'),
	'[data-player]': (element) => element.querySelector('video')?.getAttribute('src'),
	'[data-tabs]': (element) => [...element.querySelectorAll('a')].map((tab) => tab.hash).join(),
};

// A player, a preview and its bar, and tabs belong to their scripts as long as they are about the
// same thing; a field belongs to whoever types in it.
function isOwn(old, next) {
	for (const [selector, subject] of Object.entries(subjects)) {
		if (old.matches(selector)) {
			return next.matches(selector) && subject(old) === subject(next);
		}
	}
	return old.matches('.scrub-line, input');
}

function attributes(old, next) {
	const panel = old.role === 'tabpanel';
	const mine = (name) => kept.has(name) || (panel && (name === 'hidden' || name === 'aria-labelledby'));
	for (const { name } of [...old.attributes]) {
		if (!next.hasAttribute(name) && name !== 'class' && !mine(name)) {
			old.removeAttribute(name);
		}
	}
	for (const { name, value } of next.attributes) {
		if (name !== 'class' && !mine(name) && old.getAttribute(name) !== value) {
			old.setAttribute(name, value);
		}
	}
	const own = classes.filter((name) => old.classList.contains(name));
	const wanted = [...next.classList, ...own].join(' ');
	if ((old.getAttribute('class') ?? '') !== wanted) {
		old.setAttribute('class', wanted);
	}
}

function children(old, next, left) {
	const wanted = new Set([...next.children].map(keyOf).filter(Boolean));
	for (const node of [...old.children]) {
		if (keyOf(node) && !wanted.has(keyOf(node))) {
			remove(node, left);
		}
	}
	const keyed = new Map([...old.children].filter(keyOf).map((node) => [keyOf(node), node]));
	let at = old.firstChild;
	for (const node of [...next.childNodes]) {
		const match = keyOf(node) ? keyed.get(keyOf(node)) : sameKind(at, node) && at;
		if (!match || match.nodeName !== node.nodeName) {
			old.insertBefore(node, at);
			continue;
		}
		if (match === at) {
			at = at.nextSibling;
		} else {
			old.insertBefore(match, at);
		}
		update(match, node, left);
	}
	while (at) {
		const gone = at;
		at = at.nextSibling;
		remove(gone, left);
	}
}

const sameKind = (node, next) => node && !keyOf(node) && node.nodeName === next.nodeName;

function replace(old, next, left) {
	const playing = videosIn(old).filter(isPlaying);
	if (playing.length > 0) {
		left.push(...playing);
	} else {
		old.replaceWith(next);
	}
}

function remove(node, left) {
	const playing = videosIn(node).filter(isPlaying);
	if (playing.length > 0) {
		left.push(...playing);
	} else {
		node.remove();
	}
}
