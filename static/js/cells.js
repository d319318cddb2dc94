// The contact strip under the player: a few pictures of the video itself, taken by a second,
// silent copy that is thrown away afterwards.
const count = 12;
const size = 160; // px, the longer side of a picture

const once = (target, name) => new Promise((resolve, reject) => {
	target.addEventListener(name, resolve, { once: true });
	target.addEventListener('error', reject, { once: true });
});

function canvasFor(video) {
	const canvas = document.createElement('canvas');
	const scale = size / Math.max(video.videoWidth, video.videoHeight, 1);
	canvas.width = Math.max(1, Math.round(video.videoWidth * scale));
	canvas.height = Math.max(1, Math.round(video.videoHeight * scale));
	return canvas;
}

/** Fills the strip with pictures from beginning to end; it stays plain where that fails. */
export async function draw(video, strip) {
	if (navigator.connection?.saveData) {
		return;
	}
	const copy = document.createElement('video');
	copy.muted = true;
	copy.preload = 'auto';
	copy.playsInline = true;
	copy.src = video.currentSrc || video.src;
	try {
		await once(copy, 'loadeddata');
		const cells = Array.from({ length: count }, () => canvasFor(copy));
		strip.replaceChildren(...cells);
		for (const [i, cell] of cells.entries()) {
			copy.currentTime = (i + 0.5) / count * copy.duration;
			await once(copy, 'seeked');
			cell.getContext('2d').drawImage(copy, 0, 0, cell.width, cell.height);
		}
	} catch {
		strip.replaceChildren();
	}
	copy.removeAttribute('src');
	copy.load();
}
