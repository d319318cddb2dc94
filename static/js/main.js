// Starts everything. Every page is whole without these modules; they add previews, the play head,
// keys, copying, and what changes while one looks.
import { start as arrivals } from './arrivals.js';
import { start as copy } from './copy.js';
import { start as covers } from './covers.js';
import { start as density } from './density.js';
import { start as keys } from './keys.js';
import { start as live } from './live.js';
import { start as menus } from './menus.js';
import { start as player } from './player.js';
import { start as preview } from './preview.js';
import { start as progress } from './progress.js';
import { start as tabs } from './tabs.js';
import { start as theme } from './theme.js';
import { start as times } from './times.js';

for (const start of [theme, menus, tabs, copy, times, density, preview, player, keys, progress, arrivals, covers, live]) {
	try {
		start();
	} catch (error) {
		console.error(error); // one broken module must not take the others along
	}
}
