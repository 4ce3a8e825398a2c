// What k nearest neighbours computes for its demo.
"use strict";

demos.knn = ({kind, points, classes, k, way, columns, seed, count, place}) => {
    if (kind === "draw") {
        const {X, y} = call("draw_points", {classes, seed}, {N: count});
        return {X: X.data, y};
    }
    const X_train = {shape: [points.y.length, 2], data: points.X}, y_train = points.y;
    const ways = {
        two_loops: X => call("knn_distances_two_loops", {X_train, X}), one_loop: X => call("knn_distances_one_loop", {X_train, X}),
        no_loops: X => call("knn_distances_no_loops", {X_train, X}), l1: X => call("knn_distances_l1", {X_train, X}),
    };
    const distances = X => ways[way](X).dists;
    const vote = (dists, y) => call("knn_predict_labels", {y_train: y, dists, k}).predicted;
    // Ties go to the smaller label. With the labels in reverse they go to the larger one.
    const reversed = y => call("reverse_labels", {y, classes}).reversed;
    const y_reversed = reversed(y_train);
    const withTies = dists => {
        const first = vote(dists, y_train), other = reversed(vote(dists, y_reversed));
        return first.map((label, i) => label === other[i] ? label : 255);
    };
    if (kind === "map") {
        const x_values = {shape: [columns], data: Float64Array.from({length: columns}, (_, i) => (i + 0.5) / columns)};
        const labels = new Uint8Array(columns * columns);
        for (let row = 0; row < columns; row++) {
            const {places} = call("place_rows", {x_values, y_value: row, y_count: columns, constant: false}, {D: 2});
            labels.set(withTies(distances(places)), row * columns);
        }
        return {labels, columns};
    }
    if (kind === "place") {
        const dists = distances({shape: [1, 2], data: place});
        const {nearest} = call("find_nearest", {dists, k}, {K: k});
        return {nearest, distances: Array.from(nearest, i => dists.data[i]), label: withTies(dists)[0],
            winner: vote(dists, y_train)[0]};
    }
    const choices = [1, 2, 3, 4, 5, 6, 7];
    const {accuracies} = call("knn_cross_validate", {X: X_train, y: y_train, fold_count: 5, k_choices: choices},
        {K: choices.length, F: 5});
    return {choices, accuracies: accuracies.data, means: call("row_means", {accuracies}).means.data};
};
