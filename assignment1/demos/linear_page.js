// The demo of the linear classifier: weights, scores, losses, and what the gradient does to them.
"use strict";

views.linear = place => {
    const LOSSES = ["Weston-Watkins SVM", "One vs. all", "Structured SVM", "Softmax"], PENALTIES = ["L2", "L1", "Elastic net"];
    const SOFTMAX = 3;
    // The lecture's points and weights: a row of W per feature, the last one is the biases.
    const POINTS = "0.5,0.4,0 0.8,0.3,0 0.3,0.8,0 -0.4,0.3,1 -0.3,0.7,1 -0.7,0.2,1 0.7,-0.4,2 0.5,-0.6,2 -0.4,-0.5,2";
    const WEIGHTS = [1, 2, 3, 2, -4, -1, 0, 0.5, -0.5];
    const given = address.read();
    const numbers = (text, otherwise) => text ? text.split(",").map(Number) : otherwise;
    const state = {loss: Number(given.loss ?? 0), penalty: Number(given.penalty ?? 0), strength: Number(given.strength ?? 0.1),
        rate: Number(given.rate ?? 0.1), beta: 0.5};
    let W = numbers(given.W, WEIGHTS);
    let history = [], seed = 1, timer = null, isDirty = false;
    const weights = element("div", {class: "wide"}), examples = element("div", {class: "wide"}), examplesTitle = element("h4");
    const sums = element("p", {class: "sums", "aria-live": "polite"}), curve = element("div"), checked = element("p", {class: "quiet", "aria-live": "polite"});
    const surface = element("canvas", {width: 41, height: 41, class: "surface", role: "img", "aria-label": "Loss over two weights"});
    const surfaceText = element("p", {class: "quiet"});
    const chosen = {first: 0, second: 3};
    const points = () => ({X: plane.points.flatMap(p => [p.x, p.y]), y: plane.points.map(p => p.label)});
    const ask = (kind, more, answered) => thread.ask("linear", kind, {kind, ...state, points: points(), W, ...more}, answered);
    const FINE = 200, COARSE = 40;

    const nameOf = i => (i < 6 ? `W[${Math.floor(i / 3)},${i % 3}]` : `b[${i - 6}]`);

    // The line where a class's score is 0, and an arrow towards larger scores.
    function drawLines() {
        plane.behind.replaceChildren(...[0, 1, 2].flatMap(c => {
            const w = [W[c], W[3 + c]], b = W[6 + c], square = w[0] * w[0] + w[1] * w[1];
            if (square === 0)
                return [];
            const at = w.map(v => -b * v / square), along = [-w[1], w[0]].map(v => v / Math.sqrt(square) * 4);
            const [x1, y1] = plane.toScreen(at[0] - along[0], at[1] - along[1]), [x2, y2] = plane.toScreen(at[0] + along[0], at[1] + along[1]);
            const [ax, ay] = plane.toScreen(...at), [bx, by] = plane.toScreen(at[0] + w[0] / 10, at[1] + w[1] / 10);
            const angle = Math.atan2(by - ay, bx - ax) * 180 / Math.PI;
            return [element("line", {x1, y1, x2, y2, class: "border class" + c}), element("line", {x1: ax, y1: ay, x2: bx, y2: by, class: "arrow class" + c}),
                element("path", {d: "M0 0L-8-4V4Z", transform: `translate(${bx} ${by}) rotate(${angle})`, class: "tip class" + c})];
        }));
    }

    function showWeights(dW) {
        const cell = i => element("div", {class: "weight"},
            element("input", {type: "number", step: 0.1, value: shown(W[i]), "aria-label": nameOf(i), onchange: event => {
                if (Number.isFinite(event.target.valueAsNumber)) {
                    W = W.map((v, j) => j === i ? event.target.valueAsNumber : v);
                    update();
                }
            }}), element("span", {class: "gradient", title: "derivative of the loss with respect to " + nameOf(i)}, shown(dW[i])));
        const rows = [0, 1, 2].map(c => [[sign(c), String(c)], cell(c), cell(3 + c), cell(6 + c)]);
        const focused = document.activeElement?.getAttribute?.("aria-label");
        weights.replaceChildren(table(["class", "W[0]", "W[1]", "b"], rows));
        if (/^[Wb]\[/.test(focused ?? ""))
            weights.querySelector(`[aria-label="${focused}"]`)?.focus();
    }

    function select(i) {
        examples.querySelectorAll("tbody tr").forEach((row, n) => row.classList.toggle("selected", n === i));
        plane.marks.forEach((mark, n) => mark.classList.toggle("selected", n === i));
    }

    function showExamples({scores, losses, probabilities, data_loss}) {
        const isSoftmax = state.loss === SOFTMAX;
        const cell = (i, c) => [element("span", {class: "score"}, shown(scores[3 * i + c])), ...(isSoftmax ?
            [element("span", {class: "gradient"}, shown(probabilities[3 * i + c]) + (plane.points[i].label === c ? " - 1" : ""))] : [])];
        const rows = plane.points.map((p, i) => [shown(p.x), shown(p.y), [sign(p.label), String(p.label)], ...[0, 1, 2].map(c => cell(i, c)),
            element("span", {class: losses[i] > 0 ? "bad" : "good"}, shown(losses[i]))]);
        const made = table(["x[0]", "x[1]", "y", "s[0]", "s[1]", "s[2]", "L"], rows);
        made.append(element("tfoot", {}, element("tr", {}, element("td"), element("td"), element("td", {colspan: 4}, "mean"), element("td", {}, shown(data_loss)))));
        made.classList.toggle("with-probabilities", isSoftmax);
        examplesTitle.textContent = isSoftmax ? "Points; below each score s its probability, less 1 for the correct class: the gradient of L" : "Points, scores and losses";
        made.querySelectorAll("tbody tr").forEach((row, i) => {
            row.addEventListener("pointerenter", () => select(i));
            row.addEventListener("pointerleave", () => select(null));
        });
        examples.replaceChildren(made);
    }

    function show(answer) {
        W = Array.from(answer.W);
        history.push(...answer.history);
        showWeights(answer.dW);
        if (answer.losses.length === plane.points.length)
            showExamples(answer);
        sums.replaceChildren(`Data loss ${shown(answer.data_loss)} + regularization loss ${shown(answer.penalty_loss)} = `,
            element("strong", {}, `total loss ${shown(answer.total_loss)}`), `. Accuracy ${shown(answer.share)}.`);
        drawLines();
        plane.paint(answer.labels, answer.columns, answer.columns);
        curve.replaceChildren(...lossCurve(history, "updates"));
        rest();
    }
    const rest = whenQuiet(200, () => {
        if (timer !== null || plane.dragged !== null)
            return;
        address.write({...state, W: W.map(v => Number(v.toFixed(4))).join(","), ...(plane.isMoved ? {points: address.ofPoints(plane.points)} : {})});
        ask("differences", {}, ({error}) => { checked.textContent = state.loss === 1 || state.loss === 2 ?
            "The assignment does not ask for this loss: its gradient is a numerical one." :
            `The analytic and the numerical gradient differ by ${error.toExponential(1)} at most.`; });
        drawSurface();
        if (isDirty) {
            isDirty = false;
            update();
        }
    });

    function drawSurface() {
        const halfWidth = 4, columns = 41;
        ask("surface", {...chosen, halfWidth, columns}, ({surface: all}) => {
            const low = Math.min(...all), high = Math.max(...all), dark = bytesOf(style("class0")), light = bytesOf(style("page"));
            const picture = new ImageData(columns, columns);
            all.forEach((v, i) => {
                // rows are the first weight, from left to right; columns the second, upward
                const share = high > low ? Math.sqrt((v - low) / (high - low)) : 0, at = 4 * ((columns - 1 - i % columns) * columns + Math.floor(i / columns));
                for (let c = 0; c < 3; c++)
                    picture.data[at + c] = share * light[c] + (1 - share) * dark[c];
                picture.data[at + 3] = 255;
            });
            const middle = 4 * (20 * columns + 20), red = bytesOf(style("class1"));
            picture.data.set(red, middle);
            surface.getContext("2d").putImageData(picture, 0, 0);
            surfaceText.textContent = `Total loss where ${nameOf(chosen.first)} (to the right) and ${nameOf(chosen.second)} (upward) move by up to ${halfWidth} from where they are, ` +
                `the orange place in the middle. From ${shown(low)} (blue) to ${shown(high)}.`;
            countDrawn();
        });
    }

    const update = (steps = 0, columns = FINE) => ask("model", {steps, columns}, show);
    const set = name => value => {
        state[name] = Number(value);
        update();
    };
    function run(isOn) {
        clearInterval(timer);
        timer = isOn ? setInterval(() => update(1, COARSE), 100) : null;
        if (!isOn)
            update();
        repeat.textContent = isOn ? "Stop" : "Repeat updates";
    }
    const repeat = button("Repeat updates", () => run(timer === null));
    const plane = new Plane("The plane with its points. Arrow keys move a point, Page Up and Page Down choose another.", -1, 1, (i, isDone) => {
        plane.isMoved = true;
        isDirty = !isDone;
        update(0, isDone ? FINE : COARSE);
    }, () => {}, select, () => { plane.isMoved = true; update(); });
    plane.fewest = 2;
    function putPoints(points, isMoved) {
        plane.isMoved = isMoved;
        plane.setPoints(points);
        isDirty = true;
        update(0, COARSE);
    }
    repaints.push(() => { plane.repaint(); drawSurface(); });
    const weightChoices = Array.from({length: 9}, (_, i) => [i, nameOf(i)]);
    const pick = (title, name) => element("label", {}, title, " ", element("select", {onchange: event => { chosen[name] = Number(event.target.value); drawSurface(); }},
        ...weightChoices.map(([i, text]) => element("option", {value: i, selected: i === chosen[name] ? "" : undefined}, text))));

    place.append(...messages(), element("div", {class: "two"},
        element("div", {class: "left"}, plane.root, sums,
            element("p", {class: "buttons"}, button("One update", () => update(1)), repeat,
                button("Randomize", () => ask("randomize", {seed: seed++}, ({W: drawn}) => { W = Array.from(drawn); history = []; update(); })),
                button("Shake the points", () => ask("noise", {seed: seed++}, ({X}) => putPoints(plane.points.map((p, i) => ({...p, x: X[2 * i], y: X[2 * i + 1]})), true))),
                button("Back to the start", () => { W = WEIGHTS; history = []; putPoints(address.toPoints(POINTS), false); })),
            curve, checked,
            element("details", {open: ""}, element("summary", {}, "The loss over two weights"), element("p", {}, pick("To the right", "first"), " ", pick("Upward", "second")), surface, surfaceText)),
        element("div", {class: "right"},
            choices("Loss", LOSSES.map((text, i) => [i, text]), state.loss, set("loss")),
            choices("Regularization", PENALTIES.map((text, i) => [i, text]), state.penalty, set("penalty")),
            logarithmic("Regularization strength", -2, 2, state.strength, set("strength")),
            logarithmic("Step size", -3.3, 0.7, state.rate, set("rate")),
            plane.tools(3),
            element("h4", {}, "Weights, and the gradient below each"), weights, examplesTitle, examples)));
    putPoints(address.toPoints(given.points ?? POINTS), given.points !== undefined);
};
