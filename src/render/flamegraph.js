"use strict";
/*
 * Makes the picture it stands in answer: hovering shows details, clicking a frame gives it the whole width,
 * searching marks names and adds up their share. The frames come in depth-first order, each with its
 * depth, x and width in percent: that is all this relies on. Without it the picture is complete, only still.
 */
(function () {
	const svg = document.querySelector("svg");
	const SVG = svg.namespaceURI, HTML = "http://www.w3.org/1999/xhtml";
	const PAD = 4, CONTROLS = 420, NARROWEST = 640;
	const frames = Array.from(svg.querySelectorAll(".frame"), readFrame);
	const charWidth = measure();
	let zoomed = 0; /* index of the frame that has the whole width */
	let input, matched, tip;

	/* The title becomes our own tooltip, and stays what a screen reader says. */
	function readFrame(element) {
		const title = element.querySelector("title"), text = element.querySelector("text");
		const frame = {
			element: element, label: text, name: text.textContent, details: title.textContent,
			depth: Number(element.getAttribute("data-depth")),
			x: parseFloat(element.getAttribute("x")),
			width: parseFloat(element.getAttribute("width")),
			shown: true, shownWidth: 0,
		};
		title.remove();
		element.setAttribute("aria-label", frame.details);
		return frame;
	}

	function make(namespace, name, attributes, parent) {
		const element = document.createElementNS(namespace, name);
		for (const key in attributes)
			element.setAttribute(key, attributes[key]);
		parent.appendChild(element);
		return element;
	}

	function measure() {
		const probe = make(SVG, "text", {}, svg);
		probe.textContent = "mmmmmmmmmm";
		const width = probe.getComputedTextLength() / 10;
		probe.remove();
		return width || 7.2;
	}

	function widthOfAll() {
		return svg.getBoundingClientRect().width;
	}

	/* The frame after the last one below frames[index]. */
	function endOf(index) {
		let end = index + 1;
		while (end < frames.length && frames[end].depth > frames[index].depth)
			end++;
		return end;
	}

	function place(frame, x, width) {
		frame.shown = true;
		frame.shownWidth = width;
		frame.element.setAttribute("x", x + "%");
		frame.element.setAttribute("width", width + "%");
		frame.element.removeAttribute("display");
	}

	function hide(frame) {
		frame.shown = false;
		frame.element.setAttribute("display", "none");
	}

	function fitLabel(frame, all) {
		const room = Math.floor((all * frame.shownWidth / 100 - 2 * PAD) / charWidth);
		let text = frame.name;
		if (text.length > room)
			text = room < 3 ? "" : text.slice(0, room - 1) + "\u2026";
		if (frame.label.textContent !== text)
			frame.label.textContent = text;
	}

	function fitLabels() {
		const all = widthOfAll();
		for (const frame of frames)
			if (frame.shown)
				fitLabel(frame, all);
	}

	/* Callers of the chosen frame keep their rows; beside it nothing is left. */
	function zoom(index) {
		const chosen = frames[index], end = endOf(index), stretch = 100 / chosen.width;
		let depth = chosen.depth;
		zoomed = index;
		frames.forEach(function (frame, i) {
			if (i >= index && i < end)
				place(frame, (frame.x - chosen.x) * stretch, frame.width * stretch);
			else
				hide(frame);
			frame.element.classList.remove("above");
		});
		for (let i = index - 1; i >= 0 && depth > 0; i--) {
			if (frames[i].depth >= depth)
				continue;
			depth = frames[i].depth;
			place(frames[i], 0, 100);
			frames[i].element.classList.add("above");
		}
		fitLabels();
		search();
	}

	/* A regular expression if it is one, else the text itself; capitals do not matter. */
	function matcher(text) {
		try {
			return new RegExp(text, "i");
		} catch (error) {
			return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "i");
		}
	}

	/* Of what is shown; a match below a match counts once. */
	function shareOf(hits) {
		const end = endOf(zoomed);
		let sum = 0, i = zoomed;
		while (i < end) {
			if (hits[i])
				sum += frames[i].shownWidth;
			i = hits[i] ? endOf(i) : i + 1;
		}
		return sum;
	}

	function search() {
		const text = input.value, wanted = text && matcher(text);
		const hits = frames.map(function (frame) { return Boolean(text) && wanted.test(frame.name); });
		frames.forEach(function (frame, i) {
			frame.element.classList.toggle("hit", hits[i]);
			frame.element.classList.toggle("dim", Boolean(text) && !hits[i]);
		});
		matched.textContent = text ? shareOf(hits).toFixed(1) + " % matched" : "";
	}

	function reset() {
		input.value = "";
		zoom(0);
	}

	function placeTip(event) {
		const area = svg.getBoundingClientRect(), box = tip.querySelector("text").getBBox();
		let x = event.clientX - area.left + 14, y = event.clientY - area.top + 18;
		if (x + box.width + 16 > area.width)
			x = Math.max(0, area.width - box.width - 16);
		if (y + box.height + 12 > area.height)
			y = Math.max(0, event.clientY - area.top - box.height - 22);
		const back = tip.querySelector("rect");
		back.setAttribute("width", box.width + 14);
		back.setAttribute("height", box.height + 10);
		tip.setAttribute("transform", "translate(" + Math.round(x) + "," + Math.round(y) + ")");
	}

	function showTip(frame, event) {
		const text = tip.querySelector("text");
		text.textContent = "";
		for (const line of frame.details.split("\n"))
			make(SVG, "tspan", {x: 7, dy: "1.25em"}, text).textContent = line;
		tip.removeAttribute("display");
		placeTip(event);
	}

	function hideTip() {
		tip.setAttribute("display", "none");
	}

	function addTip() {
		tip = make(SVG, "g", {class: "tip", display: "none", "pointer-events": "none"}, svg);
		make(SVG, "rect", {rx: 3, y: -1}, tip);
		make(SVG, "text", {}, tip);
	}

	function addControls() {
		const room = make(SVG, "foreignObject", {y: 5, width: CONTROLS, height: 32}, svg);
		const bar = make(HTML, "div", {style: "text-align:right;font:13px sans-serif;white-space:nowrap"}, room);
		matched = make(HTML, "output", {style: "color:#8a0078;font-weight:bold;margin-right:8px"}, bar);
		input = make(HTML, "input", {type: "search", placeholder: "Search (Ctrl-F)", "aria-label": "Search",
			style: "font:13px sans-serif;width:170px;padding:2px 4px"}, bar);
		const button = make(HTML, "button", {type: "button", title: "Escape",
			style: "font:13px sans-serif;margin:0 8px 0 6px"}, bar);
		button.textContent = "Reset";
		input.addEventListener("input", search);
		button.addEventListener("click", reset);
		return room;
	}

	function onKey(event) {
		if ((event.ctrlKey || event.metaKey) && event.key === "f") {
			event.preventDefault();
			input.focus();
			input.select();
		} else if (event.key === "Escape") {
			reset();
			input.blur();
		}
	}

	function listen(frame, index) {
		frame.element.addEventListener("click", function () { zoom(index); });
		frame.element.addEventListener("mouseenter", function (event) { showTip(frame, event); });
		frame.element.addEventListener("mousemove", placeTip);
		frame.element.addEventListener("mouseleave", hideTip);
	}

	/* The still picture is scaled; this one is as wide as the window, and its letters stay as they are. */
	function stretch() {
		svg.removeAttribute("viewBox");
		svg.setAttribute("width", "100%");
		svg.style.minWidth = NARROWEST + "px";
	}

	function start() {
		stretch();
		addTip();
		const controls = addControls();
		svg.appendChild(tip);
		frames.forEach(listen);
		function resize() {
			controls.setAttribute("x", widthOfAll() - CONTROLS);
			fitLabels();
		}
		window.addEventListener("resize", resize);
		window.addEventListener("keydown", onKey);
		zoom(0);
		resize();
	}

	start();
})();
