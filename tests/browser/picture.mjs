// SPDX-License-Identifier: BSD-2-Clause
/* The flame graph, used as a person uses it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { file, openPicture } from "./browser.mjs";
import { readFolded } from "./folded.mjs";
import { test } from "./tap.mjs";

/* What a person sees of every frame that is not hidden. */
const frames = (page) => page.$$eval(".frame:not([display=none])", (all) => all.map((frame) => {
	const label = frame.querySelector("text"), box = frame.querySelector("rect").getBoundingClientRect();
	return {
		details: frame.getAttribute("aria-label"), name: frame.getAttribute("aria-label").split("\n")[0],
		label: label.textContent, labelWidth: label.getComputedTextLength(),
		left: box.left, width: box.width, top: box.top, classes: frame.getAttribute("class"),
		fill: getComputedStyle(frame.querySelector("rect")).fill,
	};
}));

async function frameNamed(page, name) {
	for (const frame of await page.$$(".frame:not([display=none])"))
		if ((await frame.evaluate((f) => f.getAttribute("aria-label"))).startsWith(name))
			return frame;
	throw new Error(`no frame ${name}`);
}

/* On its name: the middle of a wide frame may lie outside of the window. */
async function clickFrame(page, name) {
	await (await frameNamed(page, name)).click({ offset: { x: 5, y: 8 } });
}

const found = (page) => page.$eval("output", (output) => output.textContent);

async function search(page, text) {
	await page.keyboard.down("Control");
	await page.keyboard.press("f");
	await page.keyboard.up("Control");
	await page.keyboard.type(text);
}

function luminance(rgb) {
	const [r, g, b] = rgb.match(/\d+/g).map((v) => v / 255)
		.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
	const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
	return (high + 0.05) / (low + 0.05);
}

async function stillTests(browser) {
	await test("without its script the picture is complete", async () => {
		const page = await browser.newPage();
		await page.setJavaScriptEnabled(false);
		await page.goto(`file://${file("plain.svg")}`);
		await page.screenshot({ path: file("plain-still.png") });
		const svg = readFileSync(file("plain.svg"), "utf8");
		const names = [...svg.matchAll(/data-depth[^]*?<text[^>]*>([^<]*)</g)].map((match) => match[1]);
		const { frames: folded } = readFolded("plain.folded");
		for (const name of folded.keys())
			assert(names.includes(name) || folded.get(name).total < 10, name);
		assert.match(svg, /loss: 3 calls broken, 1 event lost/);
		await page.close();
	});
	await test("nothing in it points outside", () => {
		const svg = readFileSync(file("plain.svg"), "utf8");
		assert.deepEqual([...new Set(svg.match(/https?:[^"' ]*/g))].sort(),
			["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"]);
		assert.doesNotMatch(svg, /href|url\(|@import/);
	});
}

async function zoomTests(page) {
	let before;
	await test("widths are shares of the time", async () => {
		before = await frames(page);
		const { total, frames: folded } = readFolded("plain.folded");
		const send = before.filter((frame) => frame.name.startsWith("vhost_tx_batch"));
		const width = send.reduce((sum, frame) => sum + frame.width, 0);
		assert(Math.abs(width / 1200 - folded.get("vhost_tx_batch").total / total) < 0.002, width);
	});
	await test("hovering shows the details", async () => {
		await (await frameNamed(page, "tun_get_user")).hover();
		const tip = await page.$eval(".tip:not([display=none])", (e) =>
			Array.from(e.querySelectorAll("tspan"), (line) => line.textContent));
		assert.deepEqual(tip, ["tun_get_user [tun]", "total 900,000 ns (6.4 %)", "self 900,000 ns (6.4 %)",
			"1,000 calls, 900 ns each", "stage: backend"]);
		await page.screenshot({ path: file("plain-hover.png") });
	});
	await test("clicking a frame gives it the whole width", async () => {
		await clickFrame(page, "vhost_tx_batch");
		const after = await frames(page);
		const one = after.find((frame) => frame.name.startsWith("vhost_tx_batch"));
		assert(Math.abs(one.width - 1200) < 1 && Math.abs(one.left) < 1, JSON.stringify(one));
		assert(after.some((frame) => frame.name.startsWith("eventfd_signal") && frame.width > 40));
		assert(!after.some((frame) => frame.name.startsWith("handle_rx")), "beside it");
		assert.equal(after.filter((frame) => frame.classes.includes("above")).length, 8, "callers");
		await page.screenshot({ path: file("plain-zoomed.png") });
	});
	await test("of the callers that stay, any can be gone back to", async () => {
		await clickFrame(page, "queue vnet3 tx0");
		const after = await frames(page);
		assert(after.some((frame) => frame.name === "runs by cause: requeue"));
		assert(!after.some((frame) => frame.name.startsWith("handle_rx")));
	});
	await test("reset restores everything", async () => {
		await page.click("button");
		await page.mouse.move(600, 600);
		assert.deepEqual(await frames(page), before);
	});
}

async function searchTests(page) {
	const { total, frames: folded } = readFolded("plain.folded");
	const share = (name) => `${(folded.get(name).total / total * 100).toFixed(1)} % matched`;
	await test("Ctrl-F searches; what is found is marked and its share shown", async () => {
		await search(page, "TUN_SENDMSG");
		assert.equal(await found(page), share("tun_sendmsg"));
		const hits = (await frames(page)).filter((frame) => frame.classes.includes("hit"));
		assert.deepEqual(hits.map((frame) => frame.name), ["tun_sendmsg [tun]", "tun_sendmsg [tun]"]);
		await page.screenshot({ path: file("plain-search.png") });
	});
	await test("a match inside of a match counts once", async () => {
		await search(page, "handle_tx|tun_");
		const both = folded.get("handle_tx_kick").total + folded.get("tun_recvmsg").total;
		assert.equal(await found(page), `${(both / total * 100).toFixed(1)} % matched`);
	});
	await test("what is no regular expression is searched as it is", async () => {
		await search(page, "tx_copy(");
		assert.equal(await found(page), "0.0 % matched");
	});
	await test("in a zoomed picture the share is of what is shown", async () => {
		await page.click("button");
		await clickFrame(page, "queue vnet3 rx0");
		await search(page, "tun_");
		const rx = folded.get("vnet3 rx0").total;
		assert.equal(await found(page), `${(folded.get("tun_recvmsg").total / rx * 100).toFixed(1)} % matched`);
	});
	await test("Escape clears search and zoom", async () => {
		await page.keyboard.press("Escape");
		const after = await frames(page);
		assert.equal(await found(page), "");
		assert(after.every((frame) => frame.classes === "frame"));
		assert(after.some((frame) => frame.name.startsWith("handle_tx_kick")));
	});
}

async function lookTests(browser) {
	for (const width of [800, 1200, 1600])
		await test(`names stay inside their frames, at ${width} pixels`, async () => {
			const page = await openPicture(browser, "trace.svg", width);
			const all = await frames(page);
			for (const frame of all)
				assert(!frame.label || frame.labelWidth <= frame.width, JSON.stringify(frame));
			assert(all.filter((frame) => frame.label).length >= 8);
			assert(Math.abs(all[0].width - width) < 20, "as wide as the window");
			assert.deepEqual(page.complaints, []);
			await page.screenshot({ path: file(`trace-${width}.png`) });
			await page.close();
		});
	for (const name of ["plain.svg", "diff.svg"])
		await test(`letters can be told from every colour of ${name}`, async () => {
			const page = await openPicture(browser, name);
			for (const frame of await frames(page))
				assert(contrast(frame.fill, "rgb(17, 17, 17)") >= 4.5, `${frame.name} on ${frame.fill}`);
			await page.close();
		});
}

async function otherTests(browser) {
	await test("names that are markup, script or control characters are names", async () => {
		const page = await openPicture(browser, "nasty.svg");
		const names = (await frames(page)).map((frame) => frame.name);
		for (const name of ["<script>alert(1)</script> [<&>]", "]]> [\\xff]", "a;b [m)(\"]",
			"VM vm;1 <&'\"> \\x01\\x0a\\x1b[31m"])
			assert(names.includes(name), `${name} in ${names}`);
		assert.equal(await page.$$eval("script", (all) => all.length), 1);
		await (await frameNamed(page, "<script>")).hover();
		await search(page, "<script>");
		assert.deepEqual(page.complaints, []);
		await page.screenshot({ path: file("nasty.png") });
		await page.close();
	});
	await test("a comparison is red where it grew and blue where it shrank", async () => {
		const page = await openPicture(browser, "diff.svg");
		const all = await frames(page);
		const grew = all.find((frame) => /\n.*\nself .*\(\+/.test(frame.details));
		const shrank = all.find((frame) => /\n.*\nself .*before .*\(-/.test(frame.details));
		const [red, , blue] = grew.fill.match(/\d+/g).map(Number);
		const [less, , more] = shrank.fill.match(/\d+/g).map(Number);
		assert(red > blue && more > less, `${grew.fill} ${shrank.fill}`);
		assert.match(grew.details, /total [0-9,.]+ ns per run \(.* %\), before [0-9,.]+ ns per run/);
		await page.screenshot({ path: file("diff.png") });
		await page.close();
	});
	for (const name of ["sampled", "traces"])
		await test(`${name}.svg opens`, async () => {
			const page = await openPicture(browser, `${name}.svg`);
			assert((await frames(page)).length > 5);
			assert.deepEqual(page.complaints, []);
			await page.screenshot({ path: file(`${name}.png`) });
			await page.close();
		});
}

export async function pictureTests(browser) {
	await stillTests(browser);
	const page = await openPicture(browser, "plain.svg");
	await zoomTests(page);
	await searchTests(page);
	await test("its script ran without error and asked nobody for anything", () =>
		assert.deepEqual(page.complaints, []));
	await page.close();
	await lookTests(browser);
	await otherTests(browser);
}
