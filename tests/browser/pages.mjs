// SPDX-License-Identifier: BSD-2-Clause
/* usage: node pages.mjs FOLDER: all tests of what is in the folder. */
import { openBrowser } from "./browser.mjs";
import { end } from "./tap.mjs";
import { pictureTests } from "./picture.mjs";
import { speedscopeTests } from "./speedscope.mjs";

const browser = await openBrowser();
let status = 1;
try {
	await pictureTests(browser);
	await speedscopeTests(browser);
	status = end();
} finally {
	await browser.close();
}
process.exit(status);
