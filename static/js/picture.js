// Takes a small picture of a video, for its cover.

const width = 640; // of the picture, in pixels
const patience = 20_000; // ms for one video
const moments = [0.1, 0.35, 0.65]; // of the video, where the picture before was all but black
const dark = 24; // mean brightness, of 255, below which a picture is

/** Resolves at an event of the video, and fails when it fails or takes too long. */
export function once(video, name) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(reject, patience, new Error(`no ${name}`));
		video.addEventListener(name, () => {
			clearTimeout(timer);
			resolve();
		}, { once: true });
		video.addEventListener('error', () => {
			clearTimeout(timer);
			reject(new Error('the video cannot be played here'));
		}, { once: true });
	});
}

async function seek(video, to) {
	const there = once(video, 'seeked');
	video.currentTime = to;
	await there;
}

/** Draws what a video shows, small. */
export function draw(video) {
	const canvas = document.createElement('canvas');
	canvas.width = Math.min(width, video.videoWidth);
	canvas.height = Math.round(video.videoHeight * canvas.width / video.videoWidth);
	canvas.getContext('2d').drawImage(video, 0, 0, canvas.width, canvas.height);
	return canvas;
}

/** The mean brightness of a picture, looked at from afar. */
function brightness(canvas) {
	const side = 16;
	const small = document.createElement('canvas');
	small.width = side;
	small.height = side;
	const context = small.getContext('2d', { willReadFrequently: true });
	context.drawImage(canvas, 0, 0, side, side);
	const { data } = context.getImageData(0, 0, side, side);
	let sum = 0;
	for (let i = 0; i < data.length; i += 4) {
		sum += data[i] * 0.3 + data[i + 1] * 0.59 + data[i + 2] * 0.11;
	}
	return sum / (side * side);
}

/** Takes a picture that is not black, if the video has one, at one second or a tenth at first. */
export async function take(video) {
	let best = null;
	let brightest = -1;
	for (const share of moments) {
		const to = video.duration * share || 0;
		await seek(video, share === moments[0] ? Math.min(1, to) : to);
		const canvas = draw(video);
		const light = brightness(canvas);
		if (light > brightest) {
			[best, brightest] = [canvas, light];
		}
		if (light >= dark) {
			break;
		}
	}
	return best;
}
