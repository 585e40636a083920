// SPDX-License-Identifier: BSD-2-Clause
/* Folded stacks and perf-script in speedscope: its table of functions has to say what we said. */
import assert from "node:assert/strict";
import { file, openSpeedscope } from "./browser.mjs";
import { readFolded } from "./folded.mjs";
import { test } from "./tap.mjs";

const UNITS = { ns: 1, "µs": 1e3, ms: 1e6, s: 1e9 };

/* "1,660,000 (12%)", "1.66ms (12%)" */
function nanoseconds(cell) {
	const [, digits, unit] = /^([\d.,]+)\s*(ns|µs|ms|s)?/.exec(cell);
	return Number(digits.replaceAll(",", "")) * UNITS[unit ?? "ns"];
}

/* A key pressed before the page listens is lost: then it is pressed again. */
async function openTable(page, tries = 60) {
	const hasRows = () => Array.from(document.querySelectorAll("td"), (cell) => cell.textContent)
		.some((text) => /%\)$/.test(text));
	await page.keyboard.press("3");
	try {
		await page.waitForFunction(hasRows, { timeout: 2000 });
	} catch (error) {
		if (!tries)
			throw error;
		await openTable(page, tries - 1);
	}
}

/* The view with a row for each function. */
async function functions(page) {
	await openTable(page);
	const rows = await page.$$eval("tr", (all) => all.map((row) =>
		Array.from(row.querySelectorAll("td"), (cell) => cell.textContent)));
	return new Map(rows.filter((cells) => cells.length === 3 && /%\)$/.test(cells[0])).map((cells) =>
		[cells[2], { total: nanoseconds(cells[0]), self: nanoseconds(cells[1]) }]));
}

/* speedscope rounds times to three digits. */
function agrees(shown, expected, exact) {
	return Math.abs(shown - expected) <= (exact ? 0 : expected * 0.005 + 1);
}

async function compare(browser, drawn, exact, rename, leftOut) {
	const page = await openSpeedscope(browser, drawn);
	await page.screenshot({ path: file(`speedscope-${drawn}.png`) });
	const rows = await functions(page);
	await page.screenshot({ path: file(`speedscope-${drawn}-functions.png`) });
	const expected = [...readFolded("plain.folded").frames].filter(([name]) => !leftOut.test(name));
	assert.equal(rows.size, expected.length, [...rows.keys()].join(" "));
	for (const [name, { total, self }] of expected) {
		const row = rows.get(rename(name));
		assert(row && agrees(row.total, total, exact) && agrees(row.self, self, exact),
			`${name}: ${JSON.stringify(row)} instead of ${total}, ${self}`);
	}
	assert.deepEqual(page.complaints, []);
	await page.close();
}

export async function speedscopeTests(browser) {
	await test("speedscope reads folded stacks", () =>
		compare(browser, "plain.folded", true, (name) => name, /^$/));
	await test("speedscope reads perf-script", () =>
		compare(browser, "plain.perf", false, (name) => name.replaceAll(" ", "_"), /^(web1|vhost-4242.*)$/));
	await test("speedscope reads nasty names", async () => {
		for (const name of ["nasty.folded", "nasty.perf", "sampled.perf"]) {
			const page = await openSpeedscope(browser, name);
			assert((await functions(page)).size >= 5, name);
			assert.deepEqual(page.complaints, []);
			await page.close();
		}
	});
}
