// SPDX-License-Identifier: BSD-2-Clause
/* A headless Chromium, and pages in it that may ask nobody for anything. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

const modules = process.env.MODULES;
const puppeteer = createRequire(path.join(modules, "any.js"))("puppeteer-core");

export const out = process.argv[2];
export const file = (name) => path.resolve(out, name);

export async function openBrowser() {
	const flags = ["--allow-file-access-from-files", "--enable-unsafe-swiftshader", "--disable-dev-shm-usage"];
	if (process.getuid() === 0)
		flags.push("--no-sandbox"); /* it does not work for root */
	return puppeteer.launch({ executablePath: process.env.CHROMIUM, headless: true, args: flags,
		timeout: 120000, protocolTimeout: 120000 });
}

/* `page.complaints` gathers errors, dialogs and requests for anything but local files. */
export async function openPage(browser, where, width, height) {
	const page = await browser.newPage();
	page.complaints = [];
	page.on("pageerror", (error) => page.complaints.push(error.message));
	page.on("dialog", (dialog) => { page.complaints.push("dialog"); dialog.dismiss(); });
	page.on("request", (request) => {
		if (!/^(file|data|blob):/.test(request.url()))
			page.complaints.push(request.url());
	});
	page.setDefaultTimeout(120000);
	await page.setViewport({ width, height });
	await page.goto(pathToFileURL(where).href);
	return page;
}

export const openPicture = (browser, name, width = 1200) => openPage(browser, file(name), width, 640);

export async function openSpeedscope(browser, name) {
	const release = path.join(modules, "speedscope/dist/release/index.html");
	const page = await openPage(browser, release, 1200, 1200);
	const input = await page.waitForSelector("input[type=file]");
	await input.uploadFile(file(name));
	await page.waitForFunction(() => /Sandwich/.test(document.body.innerText));
	return page;
}
