// Frames play while the pointer rests on them: after 150 ms, without sound, one at a time and only
// while on screen. On touch the first tap plays and the second opens.
import { calm, one } from './dom.js';

const patience = 150;
const scrubZone = 24; // px from the lower edge in which moving the pointer seeks

let frame = null; // under the pointer or focus
let waiting = 0;

const onScreen = new IntersectionObserver((entries) => {
	if (entries.some((entry) => !entry.isIntersecting)) {
		leave();
	}
});

async function play(of) {
	const video = one('.pic video', of);
	if (!video) {
		return;
	}
	video.muted = true;
	if (!video.src) {
		video.src = video.dataset.src;
	}
	onScreen.observe(of);
	try {
		await video.play();
		video.closest('.pic').classList.add('live');
	} catch {
		// The browser refused or the pointer has left: the cover stays.
	}
}

function leave() {
	clearTimeout(waiting);
	if (!frame) {
		return;
	}
	const video = one('.pic video', frame);
	onScreen.unobserve(frame);
	one('.pic', frame)?.classList.remove('live');
	frame = null;
	video?.pause();
}

function enter(next, delay) {
	if (next === frame) {
		return;
	}
	leave();
	frame = next;
	if (frame) {
		waiting = setTimeout(play, delay, frame);
	}
}

function tap(event) {
	const touched = event.pointerType === 'touch' && event.target.closest('.frame');
	if (!touched || !one('.pic video', touched) || one('.pic.live', touched)) {
		return;
	}
	event.preventDefault();
	enter(touched, 0);
}

function progress(event) {
	const bar = event.target.closest?.('.pic.live') && one('.scrub-line', event.target.parentNode);
	if (bar && event.target.duration) {
		bar.value = event.target.currentTime / event.target.duration;
	}
}

function scrub(event) {
	const pic = event.target.closest?.('.pic.live');
	const video = pic && one('video', pic);
	if (!video?.duration) {
		return;
	}
	const box = pic.getBoundingClientRect();
	if (event.clientY > box.bottom - scrubZone) {
		video.currentTime = (event.clientX - box.left) / box.width * video.duration;
	}
}

export function start() {
	document.addEventListener('click', tap);
	document.addEventListener('timeupdate', progress, true);
	document.addEventListener('visibilitychange', () => document.hidden && leave());
	if (calm()) {
		return;
	}
	document.addEventListener('pointerover', (event) => {
		if (event.pointerType !== 'touch') {
			enter(event.target.closest('.frame'), patience);
		}
	});
	document.addEventListener('pointermove', scrub);
	document.documentElement.addEventListener('pointerleave', (event) => {
		if (event.pointerType !== 'touch') {
			leave();
		}
	});
	document.addEventListener('focusin', (event) => {
		if (event.target.matches('.frame > a:focus-visible')) {
			enter(event.target.closest('.frame'), patience);
		}
	});
}
