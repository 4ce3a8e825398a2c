// The demo of convolution: a window slides over a picture; its numbers times the filter's, added up.
"use strict";

// A picture of cells, values[i] in row-major order, as an SVG. colour(value, i) gives a cell's fill.
function cellGrid(title, chosen) {
    const svg = element("svg", {class: "cells", tabindex: 0, role: "img", "aria-label": title});
    const grid = {svg, columns: 1, rows: 1, draw(values, columns, colour, marked, text) {
        Object.assign(grid, {columns, rows: values.length / columns});
        svg.setAttribute("viewBox", `0 0 ${columns} ${grid.rows}`);
        const cells = values.flatMap((v, i) => {
            const x = i % columns, y = Math.floor(i / columns);
            return [element("rect", {x, y, width: 1, height: 1, fill: colour(v, i), class: "cell"}),
                ...(text ? [element("text", {x: x + 0.5, y: y + 0.62, class: "in-cell"}, text(v, i))] : [])];
        });
        const {x, y, width, height} = marked;
        svg.replaceChildren(...cells, element("rect", {x, y, width, height, class: "window"}));
    }};
    const cellAt = event => {
        const box = svg.getBoundingClientRect(), inside = (v, n) => Math.min(n - 1, Math.max(0, Math.floor(v * n)));
        return [inside((event.clientY - box.top) / box.height, grid.rows), inside((event.clientX - box.left) / box.width, grid.columns)];
    };
    for (const type of ["pointerdown", "pointermove"])
        svg.addEventListener(type, event => chosen(type, event, ...cellAt(event)));
    return grid;
}

views.conv = place => {
    const given = address.read(), number = (name, otherwise) => Number(given[name] ?? otherwise);
    const state = {digit: number("digit", 5), side: number("side", 14), filterKind: number("filter", 0), filterSide: number("size", 3),
        stride: number("stride", 1), pad: number("pad", 0), b: 0};
    let x = null, w = null, chosen = [2, 1], ink = 1, cursor = [0, 0], last = null;
    const sum = element("p", {class: "readout", "aria-live": "polite"}), refusal = element("p", {class: "problem", role: "status", hidden: ""});
    const windowTable = element("div"), filterTable = element("div"), productTable = element("div");
    const ask = (kind, more, answered) => thread.ask("conv", kind, {kind, ...state, ...more}, answered);
    const mix = (a, b, share) => `rgb(${a.map((v, i) => Math.round((1 - share) * v + share * b[i])).join(" ")})`;
    const digits = v => shown(v, Number.isInteger(Number(v.toFixed(6))) ? 0 : 2);

    function drawInput() {
        const {side, pad, stride, filterSide} = state, columns = side + 2 * pad, from = bytesOf(style("page")), to = bytesOf(style("text"));
        const outside = style("line"), isInside = (r, c) => r >= pad && c >= pad && r < pad + side && c < pad + side;
        const values = Array.from({length: columns * columns}, (_, i) => {
            const r = Math.floor(i / columns), c = i % columns;
            return isInside(r, c) ? x.data[(r - pad) * side + c - pad] : 0;
        });
        const fill = (v, i) => isInside(Math.floor(i / columns), i % columns) ? mix(from, to, v) : outside;
        const at = last?.out ? {x: last.column * stride, y: last.row * stride, width: filterSide, height: filterSide} : {x: 0, y: 0, width: 0, height: 0};
        input.draw(values, columns, fill, at, columns <= 8 ? v => digits(v) : undefined);
        if (document.activeElement === input.svg)
            input.svg.append(element("rect", {x: cursor[1] + pad, y: cursor[0] + pad, width: 1, height: 1, class: "window cursor"}));
    }
    function drawOutput() {
        const {out, width, row, column} = last, most = Math.max(1e-9, ...out.map(Math.abs)), page = bytesOf(style("page"));
        const above = bytesOf(style("class0")), below = bytesOf(style("class1"));
        const colour = v => mix(page, v < 0 ? below : above, Math.abs(v) / most);
        output.draw(Array.from(out), width, colour, {x: column, y: row, width: 1, height: 1}, width <= 8 ? v => digits(v) : undefined);
    }
    const numbers = (data, side, cell) => element("table", {class: "small"}, element("tbody", {}, ...Array.from({length: side}, (_, r) =>
        element("tr", {}, ...Array.from({length: side}, (_, c) => element("td", {}, cell(data[r * side + c], r * side + c)))))));

    function showFilter() {
        filterTable.replaceChildren(numbers(w.data, state.filterSide, (v, i) => element("input", {type: "number", step: "any", value: digits(v),
            "aria-label": `w[${Math.floor(i / state.filterSide)},${i % state.filterSide}]`, onchange: event => {
                if (Number.isFinite(event.target.valueAsNumber)) {
                    w.data[i] = event.target.valueAsNumber;
                    update();
                }
            }})));
    }
    function show(answer) {
        last = answer;
        const {side, pad, stride, filterSide} = state, fits = answer.out !== undefined;
        const left = fits ? answer.rows_left : 0;
        refusal.hidden = fits && left === 0;
        refusal.textContent = fits ? `Stride ${stride} does not divide ${side} + 2 * ${pad} - ${filterSide} = ${side + 2 * pad - filterSide}: the last ` +
            (left === 1 ? "row and column lie" : left + " rows and columns lie") + " in no window. The course's C leaves them out; other programs refuse." :
            `A window of ${filterSide} x ${filterSide} does not fit into ${side + 2 * pad} x ${side + 2 * pad} pixels: it needs more padding, or a smaller filter.`;
        drawInput();
        for (const part of [windowTable, productTable, sum, output.svg])
            part.hidden = !fits;
        output.svg.style.display = fits ? "" : "none";
        if (fits) {
            chosen = [answer.row, answer.column];
            drawOutput();
            windowTable.replaceChildren(numbers(answer.window, filterSide, v => digits(v)));
            productTable.replaceChildren(numbers(answer.products, filterSide, v => digits(v)));
            sum.textContent = `The products add up to ${digits(answer.sum)}; with the bias ${digits(state.b)}, out[${answer.row},${answer.column}] = ` +
                `${digits(answer.out[answer.row * answer.width + answer.column])}. The result has ${answer.height} x ${answer.width} numbers.`;
        }
        place.dataset.size = fits ? `${answer.height}x${answer.width}` : "none";
        countDrawn();
    }
    const update = () => { if (x !== null && w !== null) ask("conv", {x, w, place: chosen}, show); };
    function restate() {
        address.write({digit: state.digit, side: state.side, filter: state.filterKind, size: state.filterSide, stride: state.stride, pad: state.pad});
        update();
    }
    const digit = () => ask("digit", {}, answer => { x = answer; restate(); });
    const filter = () => ask("filter", {}, answer => { w = answer; showFilter(); restate(); });
    const set = (name, then) => value => { state[name] = Number(value); then(); };

    function paint(row, column, value) {
        if (row < 0 || column < 0 || row >= state.side || column >= state.side)
            return;
        x.data[row * state.side + column] = value;
        update();
    }
    const arrows = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]};
    const moved = (at, by, rows, columns) => [Math.min(rows - 1, Math.max(0, at[0] + by[0])), Math.min(columns - 1, Math.max(0, at[1] + by[1]))];
    const input = cellGrid("The picture. Arrow keys move a cursor, Space turns a pixel.", (type, event, row, column) => {
        const [r, c] = [row - state.pad, column - state.pad];
        if (type === "pointerdown") {
            ink = 1 - Math.round(x.data[r * state.side + c] ?? 0);
            input.svg.setPointerCapture(event.pointerId);
        }
        if (event.buttons & 1)
            paint(r, c, ink);
    });
    input.svg.classList.add("drawn");
    input.svg.addEventListener("keydown", event => {
        if (event.key === " ")
            paint(...cursor, 1 - Math.round(x.data[cursor[0] * state.side + cursor[1]]));
        else if (event.key in arrows)
            cursor = moved(cursor, arrows[event.key], state.side, state.side);
        else
            return;
        event.preventDefault();
        drawInput();
    });
    const output = cellGrid("The result. Arrow keys move the window.", (type, event, row, column) => {
        if (row !== chosen[0] || column !== chosen[1]) {
            chosen = [row, column];
            update();
        }
    });
    output.svg.addEventListener("keydown", event => {
        if (!(event.key in arrows))
            return;
        event.preventDefault();
        chosen = moved(chosen, arrows[event.key], output.rows, output.columns);
        update();
    });
    repaints.push(() => { if (last !== null) show(last); });
    const counts = (...all) => all.map(n => [n, String(n)]);

    place.append(...messages(), refusal, element("div", {class: "two even"},
        element("div", {}, element("h4", {}, "The picture: draw on it"), input.svg),
        element("div", {}, element("h4", {}, "The result: blue above 0, orange below; point at a number"), output.svg)),
        element("div", {class: "factors"}, element("div", {}, element("h4", {}, "The window"), windowTable), element("span", {}, "\u00d7"),
            element("div", {}, element("h4", {}, "the filter"), filterTable), element("span", {}, "="),
            element("div", {}, element("h4", {}, "the products"), productTable)), sum,
        element("div", {class: "controls"}, choices("Filter", [[0, "Upright edges"], [1, "Level edges"], [2, "Blur"], [3, "Sharpen"], [4, "Copy"]], state.filterKind, set("filterKind", filter)),
        choices("Size of the filter", counts(2, 3, 5), state.filterSide, set("filterSide", filter)),
        choices("Stride", counts(1, 2, 3, 4), state.stride, set("stride", restate)),
        choices("Padding", counts(0, 1, 2, 3), state.pad, set("pad", restate)),
        choices("Digit", counts(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), state.digit, set("digit", digit)),
        choices("Size of the picture", counts(4, 7, 14), state.side, set("side", digit))),
        element("p", {}, button("Empty picture", () => { x.data.fill(0); update(); })));
    digit();
    filter();
};
