// The player: play head, frame steps, loop, speed, sound, full screen, by button and by key. The
// browser's own controls stay until this runs, and come back if the video cannot be played here.
import { all, everywhere, one, setIcon, word } from './dom.js';
import { draw as drawCells } from './cells.js';
import { choose } from './covers.js';

const fps = 24; // of every product so far; no callback names it
const speeds = [1, 0.5, 0.25, 2];
const byKey = {
	' ': 'play', ',': 'back', '.': 'step', ArrowLeft: 'left', ArrowRight: 'right',
	l: 'loop', m: 'sound', f: 'full',
};
const changes = [
	'timeupdate', 'seeked', 'play', 'pause', 'ended', 'volumechange', 'ratechange', 'loadedmetadata',
];
const decks = new WeakMap();

const two = (n) => String(Math.trunc(n)).padStart(2, '0');
const timecode = (t) => `${two(t / 60)}:${two(t % 60)}:${two((t % 1) * fps + 0.01)}`;

function actions(root, video) {
	const seek = (to) => {
		video.currentTime = Math.max(0, Math.min((video.duration || 0) - 0.001, to));
	};
	const nudge = (frames) => {
		video.pause();
		seek(video.currentTime + frames / fps);
	};
	return {
		play: () => (video.paused ? video.play().catch(() => {}) : video.pause()),
		back: () => nudge(-1),
		step: () => nudge(1),
		left: () => seek(video.currentTime - 1),
		right: () => seek(video.currentTime + 1),
		loop: () => { video.loop = !video.loop; },
		sound: () => { video.muted = !video.muted; },
		rate: () => {
			const at = speeds.indexOf(video.playbackRate);
			video.playbackRate = speeds[(at + 1) % speeds.length];
		},
		full: () => fullScreen(root, video),
		cover: () => choose(video, one('[data-choose]', root)),
		seek,
	};
}

// On an iPhone only the video itself can fill the screen.
function fullScreen(root, video) {
	if (document.fullscreenElement) {
		document.exitFullscreen();
	} else if (root.requestFullscreen) {
		root.requestFullscreen().catch(() => {});
	} else {
		video.webkitEnterFullscreen?.();
	}
}

function show(root, video) {
	const button = (name) => one(`[data-do="${name}"]`, root);
	const play = button('play');
	play.ariaPressed = String(!video.paused);
	play.ariaLabel = word(video.paused ? 'play' : 'pause');
	setIcon(play, video.paused ? 'play' : 'pause');
	button('loop').ariaPressed = String(video.loop);
	button('sound').ariaPressed = String(!video.muted);
	button('rate').textContent = `${video.playbackRate}×`;
	const [now, length] = one('.tc', root).childNodes;
	now.textContent = `${timecode(video.currentTime)} `;
	if (video.duration) {
		length.textContent = `/ ${timecode(video.duration)}`;
		one('.scrub input', root).value = video.currentTime / video.duration * 1000;
	}
}

function prepare(root) {
	if (decks.has(root)) {
		return;
	}
	const video = one('video', root);
	const act = actions(root, video);
	decks.set(root, act);
	const redraw = () => show(root, video);
	for (const name of changes) {
		video.addEventListener(name, redraw);
	}
	video.addEventListener('error', () => { video.controls = true; });
	video.addEventListener('click', () => act.play());
	one('.scrub input', root).addEventListener('input', (event) => {
		act.seek(event.target.value / 1000 * (video.duration || 0));
	});
	root.addEventListener('click', (event) => {
		const button = event.target.closest('[data-do]');
		if (button) {
			act[button.dataset.do]();
			redraw();
		}
	});
	video.controls = false;
	for (const part of all('.scrub, .ctl', root)) {
		part.hidden = false;
	}
	redraw();
	drawCells(video, one('.cells', root));
}

/** Handles a key if there is a player for it. */
export function key(event) {
	const root = event.target.closest?.('[data-player]') ?? one('[data-player]');
	const action = byKey[event.key];
	const act = root && decks.get(root);
	if (!act || !action || (event.key === ' ' && event.target.closest('button, a, summary'))) {
		return false;
	}
	event.preventDefault();
	act[action]();
	show(root, one('video', root));
	return true;
}

export function start() {
	everywhere((root) => all('[data-player]', root).forEach(prepare));
}
