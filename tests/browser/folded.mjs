// SPDX-License-Identifier: BSD-2-Clause
/* Folded stacks, read independently: what every other format has to agree with. */
import { readFileSync } from "node:fs";
import { file } from "./browser.mjs";

/* Total and self time of each name, however often it is called. */
export function readFolded(name) {
	const frames = new Map();
	let total = 0;
	for (const line of readFileSync(file(name), "utf8").trimEnd().split("\n")) {
		const value = Number(line.slice(line.lastIndexOf(" ") + 1));
		const stack = line.slice(0, line.lastIndexOf(" ")).split(";");
		for (const frame of new Set(stack)) {
			const sums = frames.get(frame) ?? { total: 0, self: 0 };
			sums.total += value;
			frames.set(frame, sums);
		}
		frames.get(stack.at(-1)).self += value;
		total += value;
	}
	return { total, frames };
}
