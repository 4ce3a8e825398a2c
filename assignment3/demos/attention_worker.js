// What attention computes for its demo.
"use strict";

demos.attention = ({kind, seed, at, heads, masked, sharpness, back, pixels, letters, words}) => {
    const E = 32, CELLS = 16, LETTERS = 128, PIXELS = 3 * 32 * 32;
    if (kind === "draw") {
        const drawn = call("draw_scene", {seed}, {P: PIXELS, L: LETTERS});
        return {pixels: drawn.pixels.data, letters: drawn.letters};
    }
    const N = words, atWords = at === "words";
    let query, key, value;
    if (atWords) {
        const {roles} = call("word_roles", {letters}, {N, F: E / 2});
        const {table} = call("positional_encoding", {T: N, E: E / 2}, {T: N, E: E / 2});
        query = key = value = call("with_positions", {roles, table}, {E}).x;
    } else {
        query = call("word_looks", {letters}, {N, E}).query;
        ({key, value} = call("cell_looks", {pixels}, {M: CELLS, E}));
    }
    const T = key.shape[1], isMasked = atWords && masked;
    const mask = isMasked ? call("causal_mask", {T}, {T}).mask : {shape: [N, T], data: new Float64Array(N * T).fill(1)};
    const {W_query, W_same, b_none} = call("head_weights", {at_words: atWords, sharpness, back}, {E});
    const {out, weights} = call("multi_head_forward", {query, key, value, Wq: W_query, bq: b_none, Wk: W_same, bk: b_none, Wv: W_same, bv: b_none,
        Wo: W_same, bo: b_none, heads, mask, masked: isMasked, drop: {shape: [1, heads, N, T], data: new Float64Array(heads * N * T).fill(1)}, dropped: false},
        {N: 1, H: heads, S: N, T, D: E / heads});
    return {weights: weights.data, out: out.data, E, columns: T};
};
