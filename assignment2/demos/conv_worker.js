// What a convolution computes for its demo: x is H x W, w P x P, both as {shape, data}.
"use strict";

demos.conv = ({kind, digit, side, filterKind, filterSide, x, w, b, stride, pad, place}) => {
    if (kind === "digit")
        return call("draw_digit", {digit}, {H: side, W: side}).x;
    if (kind === "filter")
        return call("draw_filter", {kind: filterKind}, {P: filterSide, Q: filterSide}).w;
    const {height, width, rows_left} = call("conv_sizes", {x, w, stride, pad});
    if (height < 1 || width < 1)
        return {height, width};
    const {out} = call("conv_forward_naive", {x, w, b: [b], stride, pad}, {I: height, J: width});
    const row = Math.min(place[0], height - 1), column = Math.min(place[1], width - 1);
    const {sum, window, products} = call("conv_window", {x, w, row, column, stride, pad});
    return {height, width, rows_left, out: out.data, row, column, sum, window: window.data, products: products.data};
};
