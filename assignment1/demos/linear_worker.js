// What a linear classifier computes for its demo. W is 3 x classes; its last row is the biases.
"use strict";

demos.linear = ({kind, points, W, loss, penalty, strength, beta, rate, steps, columns, seed, first, second, halfWidth}) => {
    const CLASSES = 3;
    if (kind === "randomize")
        return {W: call("draw_weights", {seed}, {D: 3, C: CLASSES}).W.data};
    if (kind === "noise")
        return {X: call("add_noise", {X_clean: {shape: [points.y.length, 2], data: points.X}, deviation: 0.03, seed}).X.data};
    const X = {shape: [points.y.length, 3], data: points.y.flatMap((_, i) => [points.X[2 * i], points.X[2 * i + 1], 1])};
    const model = weights => ({W: {shape: [3, CLASSES], data: weights}, X, y: points.y, loss_kind: loss, penalty_kind: penalty, strength, beta});
    if (kind === "surface")
        return {surface: call("linear_surface", {...model(W), first, second, half_width: halfWidth}, {A: columns, B: columns}).surface.data};
    if (kind === "differences") {
        const {dW, largest_error} = call("linear_differences", model(W));
        return {dW: dW.data, error: largest_error};
    }
    const history = [];
    for (let i = 0; i < steps; i++) {
        const {dW, total_loss} = call("linear_model", model(W));
        history.push(total_loss);
        W = call("descend", {W: {shape: [3, CLASSES], data: W}, dW, rate}).W_next.data;
    }
    const {data_loss, penalty_loss, total_loss, dW, scores, losses, probabilities} = call("linear_model", model(W));
    const x_values = {shape: [columns], data: Float64Array.from({length: columns}, (_, i) => -1 + (2 * i + 1) / columns)};
    const labels = new Uint8Array(columns * columns);
    for (let row = 0; row < columns; row++) {
        const {places} = call("place_rows", {x_values, y_value: row, y_count: columns, constant: true}, {D: 3});
        labels.set(call("linear_classifier_predict", {W: {shape: [3, CLASSES], data: W}, X: places}).predicted, row * columns);
    }
    const {predicted} = call("linear_classifier_predict", {W: {shape: [3, CLASSES], data: W}, X});
    const {share} = call("count_equal", {y: points.y, predicted});
    return {W, dW: dW.data, data_loss, penalty_loss, total_loss, scores: scores.data, losses: losses.data,
        probabilities: probabilities.data, labels, columns, history, share};
};
