// What the demos of a page share: a thread that computes, a plane with points to move, and controls.
"use strict";

const CLASS_COUNT_MOST = 5;
const views = {}; // a demo's name: the function that fills its place
const isOwnPage = () => document.querySelectorAll(".demo").length === 1;

function element(tag, attributes = {}, ...children) {
    const isDrawing = ["svg", "g", "circle", "path", "line", "text", "rect", "polyline"].includes(tag);
    const made = isDrawing ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes))
        if (name.startsWith("on"))
            made.addEventListener(name.slice(2), value);
        else if (value !== undefined && value !== false)
            made.setAttribute(name, value);
    made.append(...children);
    return made;
}

const shown = (number, digits = 2) => (Object.is(Number(number.toFixed(digits)), -0) ? 0 : number).toFixed(digits);

// ---- the thread ----

// Answers requests of demos. Of those of one kind that wait, only the last counts. What does not come
// back within three seconds is ended, and the next request gets a new thread.
const thread = {
    next: 1, waiting: new Map(), current: null, worker: null, calling: "",

    start() {
        const text = id => document.getElementById(id).textContent;
        this.worker = new Worker(URL.createObjectURL(new Blob([text("worker")], {type: "text/javascript"})));
        this.isReady = false;
        this.worker.onmessage = ({data}) => this.receive(data);
        this.worker.onerror = event => this.finish(null, event.message);
        this.worker.postMessage({module: text("module"), operations: text("operations")});
    },
    ask(demo, kind, request, answered) {
        this.waiting.delete(demo + kind);
        this.waiting.set(demo + kind, {demo, kind, request, answered, id: this.next++});
        this.send();
    },
    send() {
        if (this.worker === null)
            this.start();
        if (!this.isReady || this.current !== null || this.waiting.size === 0)
            return;
        const [key, job] = this.waiting.entries().next().value;
        this.waiting.delete(key);
        this.current = job;
        this.timer = setTimeout(() => {
            this.worker.terminate();
            this.worker = null;
            this.finish(null, (this.calling || "The demo") + " did not return within 3 seconds; it was stopped.");
        }, 3000);
        this.worker.postMessage({id: job.id, demo: job.demo, request: job.request});
    },
    receive(data) {
        if (data.ready) {
            this.isReady = true;
            this.send();
        } else if (data.calling) {
            this.calling = data.calling;
        } else if (data.printed) {
            showPrinted(data.printed);
        } else if (this.current !== null && data.id === this.current.id) {
            this.finish(data.answer, data.problem);
        }
    },
    finish(answer, problem) {
        const job = this.current;
        clearTimeout(this.timer);
        this.current = null;
        if (job !== null) {
            showProblem(job, problem);
            if (problem === undefined)
                job.answered(answer);
        }
        this.send();
    },
};

// What went wrong with the last request of each kind, a line each.
const problems = {};
function showProblem({demo, kind}, problem) {
    const place = document.querySelector("#demo-" + demo + " .problem");
    problems[demo] = {...problems[demo], [kind]: problem};
    const lines = [...new Set(Object.values(problems[demo]).filter(p => p !== undefined))];
    place.textContent = lines.join("\n");
    place.hidden = lines.length === 0;
}

function showPrinted(text) {
    for (const place of document.querySelectorAll(".printed")) {
        place.hidden = false;
        place.querySelector("pre").textContent = (place.querySelector("pre").textContent + text).slice(-20000);
    }
}

const countDrawn = () => { document.body.dataset.drawn = Number(document.body.dataset.drawn ?? 0) + 1; };

// ---- the address ----

const address = {
    read: () => Object.fromEntries(new URLSearchParams(isOwnPage() ? location.hash.slice(1) : "")),
    write(state) {
        if (isOwnPage())
            history.replaceState(null, "", "#" + new URLSearchParams(state));
    },
    ofPoints: points => points.map(p => `${shown(p.x, 4)},${shown(p.y, 4)},${p.label}`).join(" "),
    toPoints: text => text.split(" ").map(point => point.split(",").map(Number)).map(([x, y, label]) => ({x, y, label})),
};

// ---- colours ----

const style = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const bytesOf = colour => [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16));
const repaints = [];
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => repaints.forEach(f => f()));

// ---- controls ----

let lastName = 0;

function choices(title, options, chosen, changed) {
    const name = "choice" + ++lastName;
    return element("fieldset", {}, element("legend", {}, title),
        ...options.map(([value, text]) => element("label", {class: "choice"},
            element("input", {type: "radio", name, value, checked: String(value) === String(chosen) ? "" : undefined,
                onchange: () => changed(value)}), element("span", {}, ...[text].flat()))));
}

// A range whose position is a logarithm; shows the value.
function logarithmic(title, low, high, value, changed) {
    const output = element("output", {}, value.toPrecision(3));
    const show = v => { output.textContent = v.toPrecision(3); return v; };
    const range = element("input", {type: "range", min: low, max: high, step: 0.05, value: Math.log10(value),
        "aria-label": title, "aria-valuetext": value.toPrecision(3), oninput: () => {
            const v = show(10 ** range.value);
            range.setAttribute("aria-valuetext", v.toPrecision(3));
            changed(v);
        }});
    return element("label", {class: "range"}, title, element("span", {}, range, output));
}

const button = (text, pressed) => element("button", {type: "button", onclick: pressed}, text);

// ---- a plane with points ----

const SHAPES = [ // of radius 1: circle, square, triangle, diamond, pentagon
    "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z", "M-.9-.9H.9V.9H-.9Z", "M0-1.2L1.1.8H-1.1Z", "M0-1.25L1.25 0L0 1.25L-1.25 0Z",
    "M0-1.15L1.1-.35L.7.95H-.7L-1.1-.35Z"];
const SIDE = 400;
// The sign of a class in a line of text.
const sign = label => element("svg", {class: "sign", viewBox: "-1.4 -1.4 2.8 2.8", "aria-hidden": "true"},
    element("path", {d: SHAPES[label], class: "class" + label}));

// The square from low to high in both directions, y upward, on which points are moved by mouse,
// finger and arrow keys; Tab finds the last one, Page Up and Page Down the others. moved(i, isDone) is called when point i has another place, entered(x, y)
// when the pointer is above a place (undefined: it left), selected(i) when point i is (null: none).
// With tools, points are added and removed, too: then changed() is called.
class Plane {
    constructor(title, low, high, moved, entered, selected, changed) {
        Object.assign(this, {low, high, moved, entered, changed, points: [], current: 0, fewest: 10, dragged: null, tool: "move", selected: selected ?? (() => {})});
        this.canvas = element("canvas", {width: 1, height: 1, "aria-hidden": "true"});
        this.behind = element("g");
        this.front = element("g");
        this.svg = element("svg", {viewBox: `0 0 ${SIDE} ${SIDE}`, role: "group", "aria-label": title}, this.behind, this.front);
        this.root = element("div", {class: "plane"}, this.canvas, this.svg);
        this.svg.addEventListener("pointerdown", event => this.press(event));
        this.svg.addEventListener("pointermove", event => this.move(event));
        this.svg.addEventListener("pointerup", () => this.drop());
        this.svg.addEventListener("click", event => this.click(event));
        this.svg.addEventListener("pointercancel", () => this.drop());
        this.svg.addEventListener("pointerleave", () => { if (this.dragged === null) this.entered(); });
        // A finger on a point drags it, elsewhere it scrolls.
        this.svg.addEventListener("touchstart", event => {
            if (this.nearest(event.touches[0]) !== null)
                event.preventDefault();
        }, {passive: false});
    }
    toScreen(x, y) {
        const unit = SIDE / (this.high - this.low);
        return [(x - this.low) * unit, (this.high - y) * unit];
    }
    toPlane(event) {
        const box = this.svg.getBoundingClientRect(), width = this.high - this.low;
        const inside = v => Math.min(this.high, Math.max(this.low, v));
        return [inside(this.low + (event.clientX - box.left) / box.width * width),
            inside(this.high - (event.clientY - box.top) / box.height * width)];
    }
    // The point within 22 pixels of the event, or null.
    nearest(event) {
        const box = this.svg.getBoundingClientRect();
        let best = null, least = 22;
        this.points.forEach((p, i) => {
            const [x, y] = this.toScreen(p.x, p.y);
            const distance = Math.hypot(box.left + x * box.width / SIDE - event.clientX, box.top + y * box.height / SIDE - event.clientY);
            if (distance < least)
                [best, least] = [i, distance];
        });
        return best;
    }
    press(event) {
        this.pressed = this.nearest(event);
        this.dragged = this.tool === "remove" ? null : this.pressed;
        if (this.dragged === null) {
            this.entered(...this.toPlane(event));
            return;
        }
        event.preventDefault();
        this.svg.setPointerCapture(event.pointerId);
        this.marks[this.dragged].focus({preventScroll: true});
    }
    move(event) {
        if (this.dragged === null) {
            this.entered(...this.toPlane(event));
            this.selected(this.nearest(event));
            return;
        }
        this.place(this.dragged, ...this.toPlane(event));
        this.moved(this.dragged, false);
    }
    drop() {
        if (this.dragged === null)
            return;
        const i = this.dragged;
        this.dragged = null;
        this.moved(i, true);
    }
    click(event) {
        if (this.tool === "remove" && this.pressed !== null)
            this.remove(this.pressed);
        else if (this.tool !== "move" && this.tool !== "remove" && this.pressed === null)
            this.add(...this.toPlane(event), this.tool);
    }
    add(x, y, label) {
        this.setPoints([...this.points, {x, y, label: Number(label)}]);
        this.changed();
    }
    remove(i) {
        if (this.points.length <= this.fewest)
            return;
        this.setPoints(this.points.filter((_, n) => n !== i));
        this.marks[Math.min(i, this.marks.length - 1)].focus({preventScroll: true});
        this.changed();
    }
    // What a click does: move points, add one of a class, or remove one.
    tools(classes) {
        return choices("A click", [["move", "moves points"], ...Array.from({length: classes}, (_, c) => [c, [sign(c), "adds class " + c]]),
            ["remove", "removes a point"]], this.tool, tool => { this.tool = tool; });
    }
    place(i, x, y) {
        Object.assign(this.points[i], {x, y});
        this.put(i);
    }
    put(i) {
        const {x, y, label} = this.points[i], [left, top] = this.toScreen(x, y);
        this.marks[i].setAttribute("transform", `translate(${left} ${top}) scale(6)`);
        this.marks[i].setAttribute("aria-label", `point ${i}, class ${label}, at ${shown(x)}, ${shown(y)}`);
    }
    key(i, event) {
        const step = (this.high - this.low) * (event.shiftKey ? 0.05 : 0.01);
        if (this.changed && (event.key === "Delete" || event.key === "Insert")) {
            event.preventDefault();
            const {x, y, label} = this.points[i];
            if (event.key === "Delete")
                this.remove(i);
            else
                this.add(Math.min(this.high, x + step), y, this.tool === "move" || this.tool === "remove" ? label : this.tool);
            return;
        }
        if (event.key === "PageUp" || event.key === "PageDown") {
            event.preventDefault();
            this.marks.at((i + (event.key === "PageUp" ? -1 : 1)) % this.marks.length).focus();
            return;
        }
        const by = {ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step]}[event.key];
        if (by === undefined)
            return;
        event.preventDefault();
        const inside = v => Math.min(this.high, Math.max(this.low, v));
        this.place(i, inside(this.points[i].x + by[0]), inside(this.points[i].y + by[1]));
        this.moved(i, true);
    }
    // Of the points only one is a stop of the Tab key.
    focused(i) {
        this.marks[this.current].setAttribute("tabindex", -1);
        this.marks[i].setAttribute("tabindex", 0);
        this.current = i;
        this.selected(i);
    }
    setPoints(points) {
        this.points = points;
        this.current = Math.min(this.current, points.length - 1);
        this.marks = points.map(({label}, i) => element("path", {d: SHAPES[label], class: "point class" + label, tabindex: i === this.current ? 0 : -1,
            role: "button", onkeydown: event => this.key(i, event), onfocus: () => this.focused(i), onblur: () => this.selected(null)}));
        this.front.replaceChildren(...this.marks);
        points.forEach((p, i) => this.put(i));
    }
    // Fills the plane with the classes of cells, columns from left to right, rows from low to high;
    // 255 is a tie.
    paint(labels, columns, rows) {
        this.painted = [labels, columns, rows];
        const picture = new ImageData(columns, rows), page = bytesOf(style("page"));
        const colours = Array.from({length: CLASS_COUNT_MOST}, (_, c) => bytesOf(style("class" + c)));
        labels.forEach((label, cell) => {
            const from = 4 * ((rows - 1 - Math.floor(cell / columns)) * columns + cell % columns);
            const colour = colours[label];
            for (let i = 0; i < 3; i++)
                picture.data[from + i] = colour ? 0.3 * colour[i] + 0.7 * page[i] : page[i];
            picture.data[from + 3] = 255;
        });
        this.canvas.width = columns;
        this.canvas.height = rows;
        this.canvas.getContext("2d").putImageData(picture, 0, 0);
        countDrawn();
    }
    repaint() {
        if (this.painted)
            this.paint(...this.painted);
    }
}

// A table of numbers: head, and rows of texts, elements, or lists of them.
const table = (head, rows) => element("table", {},
    element("thead", {}, element("tr", {}, ...head.map(h => element("th", {scope: "col"}, h)))),
    element("tbody", {}, ...rows.map(row => element("tr", {}, ...row.map(cell => element("td", {}, ...[cell].flat()))))));

// The loss over all of what, steps say; of many, at some 300 of them.
function lossCurve(history, what) {
    const last = history.filter((_, i) => (history.length - 1 - i) % Math.ceil(history.length / 300) === 0), width = 300, height = 90;
    if (last.length < 2)
        return [];
    const most = Math.max(...last), x = i => i / (last.length - 1) * width, y = v => height - 4 - v / most * (height - 8);
    return [element("svg", {class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img",
        "aria-label": `The loss over ${history.length} ${what}, from ${shown(history[0])} to ${shown(last.at(-1))}`},
        element("polyline", {points: last.map((v, i) => x(i) + "," + y(v)).join(" "), class: "curve"})),
        element("p", {class: "quiet"}, `Loss over ${history.length} ${what}: ${shown(history[0])} at first, now ${shown(history.at(-1))}.`)];
}

// Coming to rest: calls f once nothing has asked for it for that many milliseconds.
function whenQuiet(milliseconds, f) {
    let timer;
    return () => { clearTimeout(timer); timer = setTimeout(f, milliseconds); };
}

// What every demo has below its heading: where problems and printed lines appear.
const messages = () => [element("p", {class: "problem", role: "alert", hidden: ""}),
    element("div", {class: "printed", hidden: ""}, element("h4", {}, "Printed by your functions"), element("pre"))];

addEventListener("DOMContentLoaded", () => {
    for (const place of document.querySelectorAll(".demo"))
        views[place.dataset.demo](place);
});
