// What a two-layer net computes for its demo. net holds W1, b1, W2 and b2 as {shape, data}.
"use strict";

demos.net = ({kind, figure, count, seed, hidden, points, net, reg, rate, steps, columns}) => {
    const PARAMETERS = ["W1", "b1", "W2", "b2"], CLASSES = 2;
    if (kind === "draw") {
        const {X, y} = call("draw_figure", {kind: figure, seed}, {N: count});
        return {X: X.data, y};
    }
    if (kind === "begin")
        return {net: call("two_layer_net_init", {weight_scale: 1, seed}, {D: 2, H: hidden, C: CLASSES})};
    const X = {shape: [points.y.length, 2], data: points.X}, y = points.y;
    const history = [];
    let answer = call("two_layer_net_loss", {...net, reg, X, y});
    for (let i = 0; i < steps; i++) {
        const next = {};
        for (const p of PARAMETERS)
            next[p] = call("descend", {W: net[p], dW: answer["d" + p], rate}).W_next;
        net = next;
        history.push(answer.loss);
        answer = call("two_layer_net_loss", {...net, reg, X, y});
    }
    const hiddenOf = x => call("relu_forward", {x: call("affine_forward", {x, w: net.W1, b: net.b1}).out}).out.data;
    const x_values = {shape: [columns], data: Float64Array.from({length: columns}, (_, i) => -1 + (2 * i + 1) / columns)};
    const labels = new Uint8Array(columns * columns), bent = new Float64Array(columns * columns * net.b1.shape[0]);
    for (let row = 0; row < columns; row++) {
        const {places} = call("place_rows", {x_values, y_value: row, y_count: columns, constant: false}, {D: 2});
        labels.set(call("two_layer_net_predict", {...net, reg, X: places}).predicted, row * columns);
        bent.set(hiddenOf(places), row * columns * net.b1.shape[0]);
    }
    const LINES = 9, POINTS = 41;
    const {places} = call("grid_lines", {lines: LINES, points: POINTS}, {M: 2 * LINES * POINTS});
    const {share} = call("count_equal", {y, predicted: call("two_layer_net_predict", {...net, reg, X}).predicted});
    return {net, history, loss: answer.loss, share, labels, columns, bent, lines: hiddenOf(places), linePoints: POINTS, pointsHidden: hiddenOf(X)};
};
