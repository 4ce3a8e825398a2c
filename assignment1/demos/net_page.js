// The demo of the two-layer net: how the hidden layer bends the plane until a line divides it.
"use strict";

views.net = place => {
    const given = address.read();
    const state = {figure: Number(given.figure ?? 0), hidden: Number(given.hidden ?? 4), count: 60, seed: Number(given.seed ?? 3),
        rate: Number(given.rate ?? 0.5), reg: Number(given.reg ?? 0.001)};
    let net = null, history = [], steps = 0, timer = null, last = null;
    const readout = element("p", {class: "sums", "aria-live": "polite"}), curve = element("div");
    const bent = element("svg", {viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img", "aria-label": "The hidden layer's space"});
    const bentCells = element("canvas", {width: SIDE, height: SIDE, "aria-hidden": "true"}), picks = element("p");
    const chosen = {right: 0, up: 1};
    const points = () => ({X: plane.points.flatMap(p => [p.x, p.y]), y: plane.points.map(p => p.label)});
    const ask = (kind, more, answered) => thread.ask("net", kind, {kind, ...state, ...more}, answered);
    const FINE = 100, COARSE = 50;

    // Where the input of a hidden unit is 0: on one side of this line it is silent.
    function drawFolds() {
        const {W1: {data: w}, b1: {data: b}} = net, H = b.length;
        plane.behind.replaceChildren(...Array.from(b, (bias, h) => {
            const square = w[h] ** 2 + w[H + h] ** 2, at = [w[h], w[H + h]].map(v => -bias * v / square);
            const along = [-w[H + h], w[h]].map(v => 3 * v / Math.sqrt(square));
            const [x1, y1] = plane.toScreen(at[0] - along[0], at[1] - along[1]), [x2, y2] = plane.toScreen(at[0] + along[0], at[1] + along[1]);
            return element("line", {x1, y1, x2, y2, class: "unit"});
        }));
    }

    // The plane as two hidden units see it: cells, grid lines and points, each where its two numbers are.
    function drawBent() {
        const {bent: cells, lines, linePoints, pointsHidden, labels} = last, H = net.b1.shape[0];
        const across = chosen.right % H, up = chosen.up % H;
        const most = [across, up].map(h => Math.max(1e-9, ...Array.from({length: cells.length / H}, (_, i) => cells[i * H + h])));
        const at = (numbers, i) => [10 + (SIDE - 20) * numbers[i * H + across] / most[0], SIDE - 10 - (SIDE - 20) * numbers[i * H + up] / most[1]];
        const pen = bentCells.getContext("2d"), size = 4;
        pen.clearRect(0, 0, SIDE, SIDE);
        pen.globalAlpha = 0.35;
        const colours = [style("class0"), style("class1")];
        labels.forEach((label, i) => {
            const [x, y] = at(cells, i);
            pen.fillStyle = colours[label];
            pen.fillRect(x - size / 2, y - size / 2, size, size);
        });
        const all = Array.from({length: lines.length / H / linePoints}, (_, l) =>
            element("polyline", {class: "bent", points: Array.from({length: linePoints}, (_, p) => at(lines, l * linePoints + p).join(",")).join(" ")}));
        const marks = plane.points.map(({label}, i) => {
            const [x, y] = at(pointsHidden, i);
            return element("path", {d: SHAPES[label], class: "point class" + label, transform: `translate(${x} ${y}) scale(4)`});
        });
        bent.replaceChildren(...all, ...marks, element("text", {x: SIDE - 60, y: SIDE - 14}, "unit " + across), element("text", {x: 14, y: 16}, "unit " + up));
    }

    function show(answer) {
        last = answer;
        net = answer.net;
        history.push(...answer.history);
        steps += answer.history.length;
        readout.replaceChildren(`After ${steps} steps: `, element("strong", {}, `loss ${shown(answer.loss, 3)}`), `, accuracy ${shown(answer.share)}.`);
        drawFolds();
        drawBent();
        curve.replaceChildren(...lossCurve(history, "steps"));
        place.dataset.steps = steps;
        plane.paint(answer.labels, answer.columns, answer.columns);
        if (answer.columns === COARSE)
            whole();
    }
    const whole = whenQuiet(150, () => { if (timer === null && plane.dragged === null) update(); });
    const update = (count = 0, columns = FINE) => { if (net !== null) ask("model", {net, points: points(), steps: count, columns}, show); };
    function begin() {
        history = [];
        steps = 0;
        address.write({figure: state.figure, hidden: state.hidden, seed: state.seed, rate: state.rate, reg: state.reg});
        ask("begin", {}, ({net: drawn}) => { net = drawn; update(0, COARSE); });
    }
    const draw = () => ask("draw", {}, ({X, y}) => {
        plane.setPoints(Array.from(y, (label, i) => ({x: X[2 * i], y: X[2 * i + 1], label})));
        begin();
    });
    function run(isOn) {
        clearInterval(timer);
        timer = isOn ? setInterval(() => update(10, COARSE), 60) : null;
        train.textContent = isOn ? "Stop" : "Train";
        if (!isOn)
            update();
    }
    const train = button("Train", () => run(timer === null));
    const plane = new Plane("The plane with its points. Arrow keys move a point, Page Up and Page Down choose another.", -1, 1, (i, isDone) => update(0, isDone ? FINE : COARSE),
        () => {}, () => {}, () => update());
    repaints.push(() => { plane.repaint(); if (last !== null) drawBent(); });

    function showPicks() {
        const pick = (title, name) => element("label", {}, title, " ", element("select", {onchange: event => { chosen[name] = Number(event.target.value); drawBent(); }},
            ...Array.from({length: state.hidden}, (_, h) => element("option", {value: h, selected: h === chosen[name] % state.hidden ? "" : undefined}, "unit " + h))));
        picks.replaceChildren(pick("To the right", "right"), " ", pick("Upward", "up"));
    }
    place.append(...messages(), element("div", {class: "two"},
        element("div", {class: "left"}, plane.root, readout,
            element("p", {class: "buttons"}, button("One step", () => update(1)), train,
                button("New weights", () => { state.seed += 1; begin(); }), button("New points", () => { state.seed += 1; draw(); })),
            curve),
        element("div", {class: "right"},
            choices("Points", [[0, "Rings"], [1, "Cross"], [2, "Moons"], [3, "Spirals"]], state.figure, value => { state.figure = Number(value); draw(); }),
            choices("Hidden units", [1, 2, 3, 4, 6, 10].map(n => [n, String(n)]), state.hidden, value => { state.hidden = Number(value); showPicks(); begin(); }),
            logarithmic("Learning rate", -2, 0.7, state.rate, value => { state.rate = value; }),
            logarithmic("Regularization strength", -5, 0, state.reg, value => { state.reg = value; update(); }),
            plane.tools(2),
            element("h4", {}, "The plane as two hidden units see it"), element("div", {class: "plane bent-plane"}, bentCells, bent), picks)));
    showPicks();
    draw();
};
