// SPDX-License-Identifier: BSD-2-Clause
/* Tests by name, one after the other, as TAP on stdout. */
let number = 0, failed = 0;

export async function test(name, body) {
	number++;
	try {
		await body();
		console.log(`ok ${number} - ${name}`);
	} catch (error) {
		failed++;
		console.log(`not ok ${number} - ${name}`);
		console.log(String(error.stack || error).replace(/^/gm, "# "));
	}
}

/* The exit status. */
export function end() {
	console.log(`1..${number}`);
	return failed ? 1 : 0;
}
