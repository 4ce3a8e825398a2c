// The demo of k nearest neighbours: who colours a place.
"use strict";

views.knn = place => {
    const given = address.read();
    const state = {way: given.way ?? "two_loops", k: Number(given.k ?? 1), classes: Number(given.classes ?? 4),
        count: Number(given.count ?? 40), seed: Number(given.seed ?? 3)};
    const readout = element("p", {class: "readout", "aria-live": "polite"}, "Point at a place to see who votes there.");
    const validation = element("div");
    const points = () => ({X: plane.points.flatMap(p => [p.x, p.y]), y: plane.points.map(p => p.label)});
    const ask = (kind, more, answered) => thread.ask("knn", kind, {kind, ...state, points: points(), ...more}, answered);
    const COARSE = 50, FINE = 200;

    function paint(columns) {
        ask("map", {columns}, ({labels}) => {
            plane.paint(labels, columns, columns);
            place.dataset.shown = `${state.way} ${state.k} ${columns}`;
            if (columns === COARSE)
                whole();
        });
    }
    const whole = whenQuiet(150, () => { if (plane.dragged === null) paint(FINE); });
    const validate = whenQuiet(300, () => ask("validation", {}, showValidation));

    function showPlace(x, y) {
        if (x === undefined || plane.points.length === 0) {
            plane.behind.replaceChildren();
            return;
        }
        ask("place", {place: [x, y]}, ({nearest, distances, label, winner}) => {
            const [left, top] = plane.toScreen(x, y);
            plane.behind.replaceChildren(...Array.from(nearest, i => {
                const [toLeft, toTop] = plane.toScreen(plane.points[i].x, plane.points[i].y);
                return element("line", {x1: left, y1: top, x2: toLeft, y2: toTop, class: "vote"});
            }));
            const votes = Array.from(nearest, (i, n) => `point ${i} (class ${plane.points[i].label}, distance ${shown(distances[n], 3)})`);
            readout.textContent = `At ${shown(x)}, ${shown(y)}: ` + (label === 255 ?
                `a tie, which goes to the smallest label, class ${winner}. ` : `class ${winner}. `) + "Votes: " + votes.join(", ") + ".";
        });
    }

    function showValidation({choices: ks, accuracies, means}) {
        const width = 300, height = 150, x = n => 30 + n * 40, y = share => height - 20 - share * (height - 35);
        const folds = accuracies.length / ks.length;
        validation.replaceChildren(element("svg", {class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img",
            "aria-label": "Accuracy by k: " + ks.map((k, n) => `k ${k}: ${shown(means[n])}`).join(", ")},
            ...[0, 0.5, 1].flatMap(share => [element("line", {x1: 24, x2: width, y1: y(share), y2: y(share), class: "grid"}),
                element("text", {x: 0, y: y(share) + 4}, String(share))]),
            ...Array.from(accuracies, (share, i) => element("circle", {cx: x(Math.floor(i / folds)), cy: y(share), r: 2.5, class: "fold"})),
            element("polyline", {points: Array.from(means, (share, n) => x(n) + "," + y(share)).join(" "), class: "curve"}),
            ...ks.map((k, n) => element("text", {x: x(n) - 4, y: height - 4}, String(k)))),
            element("p", {class: "quiet"}, "Accuracy by k on the points held out, five folds: a dot per fold, the line is their mean. Best mean: " +
                shown(Math.max(...means)) + "."));
        countDrawn();
    }

    function update() {
        address.write(plane.isMoved ? {...state, points: address.ofPoints(plane.points)} : state);
        paint(COARSE);
        validate();
    }
    const set = name => value => {
        state[name] = name === "way" ? value : Number(value);
        update();
    };
    function draw() {
        thread.ask("knn", "draw", {kind: "draw", ...state}, ({X, y}) => {
            plane.isMoved = false;
            plane.setPoints(Array.from(y, (label, i) => ({x: X[2 * i], y: X[2 * i + 1], label})));
            update();
        });
    }
    const tools = element("div"), showTools = () => tools.replaceChildren(plane.tools(state.classes));
    const redraw = name => value => {
        state[name] = Number(value);
        plane.tool = "move";
        showTools();
        draw();
    };
    const plane = new Plane("The plane with its points. Arrow keys move a point, Page Up and Page Down choose another.", 0, 1, (i, isDone) => {
        plane.isMoved = true;
        if (isDone)
            update();
        else
            paint(COARSE);
    }, showPlace, i => { if (i !== null && document.activeElement === plane.marks[i]) showPlace(plane.points[i].x, plane.points[i].y); },
        () => { plane.isMoved = true; update(); });
    repaints.push(() => plane.repaint());
    const numbers = (...all) => all.map(n => [n, String(n)]);

    place.append(...messages(), element("div", {class: "two"},
        element("div", {class: "left"}, plane.root, readout),
        element("div", {class: "right"},
            choices("Distance", [["two_loops", "L2, two loops"], ["one_loop", "L2, one loop"], ["no_loops", "L2, no loops"], ["l1", "L1"]], state.way, set("way")),
            choices("k, the number of neighbours that vote", numbers(1, 2, 3, 4, 5, 6, 7), state.k, set("k")),
            choices("Classes", numbers(2, 3, 4, 5), state.classes, redraw("classes")),
            choices("Points", numbers(20, 30, 40, 50, 60), state.count, redraw("count")),
            tools,
            element("p", {}, button("New points", () => { state.seed += 1; draw(); })),
            validation)));
    showTools();
    if (given.points) {
        plane.isMoved = true;
        plane.setPoints(address.toPoints(given.points));
        update();
    } else {
        draw();
    }
};
