// The demo of attention: which words or cells of a picture a word looks at.
"use strict";

views.attention = place => {
    const given = address.read();
    const state = {seed: Number(given.seed ?? 3), at: given.at ?? "cells", heads: Number(given.heads ?? 2), masked: Number(given.masked ?? 1),
        sharpness: Number(given.sharpness ?? 5), back: Number(given.back ?? 1)};
    const SIDE_CELLS = 4, PIXELS = 32, CELL = 100 / SIDE_CELLS;
    let scene = null, words = [], chosen = null, last = null;
    const sentence = element("p", {class: "words"}), pictures = element("div", {class: "heads"}), readout = element("p", {class: "readout", "aria-live": "polite"});
    const ask = (kind, more, answered) => thread.ask("attention", kind, {kind, ...state, ...more}, answered);
    const weightsOf = (head, word) => Array.from(last.weights.slice((head * words.length + word) * last.columns, (head * words.length + word + 1) * last.columns));
    const headNames = () => state.heads === 1 ? ["One head"] : state.at === "words" ? ["Head 0: roles", "Head 1: positions"] : ["Head 0: colours", "Head 1: edges"];

    function paintPicture(canvas) {
        const picture = new ImageData(PIXELS, PIXELS), plane = PIXELS * PIXELS;
        for (let i = 0; i < plane; i++)
            picture.data.set([scene.pixels[i], scene.pixels[plane + i], scene.pixels[2 * plane + i], 255], 4 * i);
        canvas.getContext("2d").putImageData(picture, 0, 0);
        return canvas;
    }
    // The picture, its cells the darker the less they count.
    function cellsOf(head) {
        const weights = weightsOf(head, chosen), most = Math.max(...weights);
        const cells = weights.flatMap((w, i) => {
            const x = i % SIDE_CELLS * CELL, y = Math.floor(i / SIDE_CELLS) * CELL;
            return [element("rect", {x, y, width: CELL, height: CELL, class: "veil", "fill-opacity": 0.8 * (1 - w / most)}),
                element("text", {x: x + CELL / 2, y: y + CELL / 2 + 2, class: "weight-text"}, shown(w))];
        });
        const from = chosen * last.E + head * last.E / 2, colour = Array.from(last.out.slice(from, from + 3), v => Math.round(v));
        return [element("div", {class: "scene"}, paintPicture(element("canvas", {width: PIXELS, height: PIXELS, "aria-hidden": "true"})),
            element("svg", {viewBox: "0 0 100 100", role: "img", "aria-label": "Weights of the cells, row by row: " + weights.map(w => shown(w)).join(" ")}, ...cells)),
            element("p", {class: "quiet"}, "The mean of the cells' colours by these weights: ", element("span", {class: "swatch", style: `background: rgb(${colour.join(" ")})`}), " " + colour.join(", "))];
    }
    // All weights: a row for each word that looks.
    function matrixOf(head) {
        const made = table(["", ...words], words.map((word, s) => [element("b", {}, word), ...weightsOf(head, s).map(w =>
            element("span", {class: "share", style: `--share: ${Math.round(100 * w)}%`}, w === 0 ? "0" : shown(w)))]));
        made.querySelectorAll("tbody tr").forEach((row, s) => row.classList.toggle("selected", s === chosen));
        return [element("div", {class: "wide"}, made)];
    }
    function showWeights() {
        const names = headNames();
        sentence.replaceChildren(...words.map((word, s) => element("button", {type: "button", "aria-pressed": String(s === chosen),
            class: s === chosen ? "chosen" : "", onclick: () => { chosen = s; showWeights(); }}, word)));
        pictures.classList.toggle("stacked", state.at === "words");
        pictures.replaceChildren(...names.map((name, head) => element("div", {}, element("h4", {}, name), ...(state.at === "words" ? matrixOf(head) : cellsOf(head)))));
        const most = names.map((name, head) => {
            const weights = weightsOf(head, chosen), best = weights.indexOf(Math.max(...weights));
            const what = state.at === "words" ? `"${words[best]}"` : `the cell in row ${Math.floor(best / SIDE_CELLS)}, column ${best % SIDE_CELLS}`;
            return Math.max(...weights) - Math.min(...weights.filter(w => w > 0)) < 1e-6 ? `${name}: all alike` : `${name}: most at ${what}, ${shown(weights[best])}`;
        });
        readout.textContent = `"${words[chosen]}" looks at ${state.at === "words" ? "words" : "cells"}. ${most.join(". ")}.`;
        countDrawn();
    }
    function update() {
        address.write(state);
        mask.hidden = backChoice.hidden = state.at !== "words";
        ask("weights", {pixels: scene.pixels, letters: scene.letters, words: words.length}, answer => {
            last = answer;
            showWeights();
        });
    }
    const draw = () => ask("draw", {}, answer => {
        scene = answer;
        words = String.fromCharCode(...Array.from(answer.letters).filter(l => l > 0)).split(" ");
        chosen = Math.max(0, words.findIndex(word => /^(red|green|blue|yellow|orange|purple|white|black)$/.test(word)));
        update();
    });
    const set = name => value => { state[name] = name === "at" ? value : Number(value); update(); };
    const mask = choices("Mask", [[1, "Causal: no word sees those after it"], [0, "None"]], state.masked, set("masked"));
    const backChoice = choices("Head 1 looks for the word", [[0, "itself"], [1, "1 before"], [2, "2 before"], [3, "3 before"]], state.back, set("back"));
    repaints.push(() => { if (last !== null) showWeights(); });
    place.append(...messages(),
        element("p", {class: "quiet"}, "Choose the word that looks:"), sentence, readout, pictures,
        choices("What it looks at", [["cells", "Cells of the picture"], ["words", "Words of the sentence"]], state.at, set("at")),
        choices("Heads", [[1, "1"], [2, "2"]], state.heads, set("heads")), mask, backChoice,
        logarithmic("Sharpness: the length of the queries", -1, 1.5, state.sharpness, set("sharpness")),
        element("p", {}, button("Another picture", () => { state.seed += 1; draw(); })));
    draw();
};
