// What changes on the server reaches the page: events say which elements are out of date, and
// those are read again.
import { all, word } from './dom.js';
import { progress } from './progress.js';
import { refresh, refreshAll } from './refresh.js';
import { listen } from './stream.js';
import { toast } from './toast.js';

function refreshWhere(...tokens) {
	refresh(all('[data-live][id]').filter((element) => {
		const subscribed = element.dataset.live.split(' ');
		return tokens.some((token) => subscribed.includes(token));
	}));
}

const handlers = {
	task: ({ provider, task_id: id }) => refreshWhere('tasks', `task:${provider}/${id}`),
	delivery: () => refreshWhere('deliveries'),
	room: () => refreshWhere('room'),
	radar: () => refreshWhere('radar'),
	replay: () => refreshWhere('replays', 'deliveries'),
	progress,
	open: refreshAll, // something may have happened before the stream was open
	lost: () => {
		toast(word('lost'));
		refreshAll(); // who is signed out is told so by the answer
	},
};

export function start() {
	if (all('[data-live]').length > 0) {
		listen((kind, data) => handlers[kind]?.(data));
	}
}
