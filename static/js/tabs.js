// Links down to panels become tabs: one panel is shown, arrows move between tabs, and the address
// names the panel so that a link to it works.
import { all, everywhere, one } from './dom.js';

const tabsOf = (list) => all('a[href^="#"]', list);
const panelOf = (tab) => document.getElementById(tab.hash.slice(1));

function show(list, chosen) {
	for (const tab of tabsOf(list)) {
		const on = tab === chosen;
		tab.ariaSelected = String(on);
		tab.tabIndex = on ? 0 : -1;
		panelOf(tab).hidden = !on;
	}
}

function prepare(list) {
	if (list.role === 'tablist') {
		return;
	}
	list.role = 'tablist';
	for (const tab of tabsOf(list)) {
		const panel = panelOf(tab);
		tab.role = 'tab';
		tab.id ||= `${panel.id}-tab`;
		tab.setAttribute('aria-controls', panel.id);
		panel.role = 'tabpanel';
		panel.setAttribute('aria-labelledby', tab.id);
	}
	const tabs = tabsOf(list);
	show(list, tabs.find((tab) => tab.hash === location.hash) ?? tabs[0]);
}

function move(event) {
	const tab = event.target.closest?.('[role="tab"]');
	const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
	if (!tab || !step) {
		return;
	}
	const tabs = tabsOf(tab.closest('[data-tabs]'));
	const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
	event.preventDefault();
	event.stopPropagation();
	next.focus();
	next.click();
}

export function start() {
	everywhere((root) => {
		for (const list of all('[data-tabs]', root)) {
			if (one('a[href^="#"]', list)) {
				prepare(list);
			}
		}
	});
	document.addEventListener('click', (event) => {
		const tab = event.target.closest('[data-tabs] [role="tab"]');
		if (tab) {
			event.preventDefault();
			show(tab.closest('[data-tabs]'), tab);
			history.replaceState(null, '', tab.hash);
		}
	});
	document.addEventListener('keydown', move, true);
}
