// Draws a call of every operation of a module, makes it, and gives inputs and answers: for
// test-same-numbers, which runs this in a page with a demo. Its arguments are the packed module, its
// operations, and the names of numbers that are whole, with their kind.
const [packedModule, operations, wholeNumbers, done] = arguments;
const SIZES = {N: 4, D: 6, C: 3, M: 3, H: 4, K: 2, T: 3, V: 7, E: 6, F: 4, P: 3, A: 16, B: 16};
const WHOLE = {size: 2, flag: 1, label: 0, stream: 7};

// Other sizes, and other numbers, for operations that would refuse these. A loss of the kind 0 has an
// analytic gradient: in a numerical one rounding grows by the inverse of its step.
const FITTING = [[/^knn_cross_validate|^linear_classifier_train/, {F: 2, T: 2}],
    [/^linear_(model|differences|surface)/, {loss_kind: 0}], [/^hog_feature/, {F: 36}], [/^grid_lines/, {M: 8}],
    [/^conv_(for|back)ward/, {I: 4, J: 5}], [/^spatial_batchnorm/, {M: 80}], [/^spatial_groupnorm/, {C: 4, M: 8}],
    [/^saliency_map/, {K: 3, D: 60}], [/^three_layer_convnet/, {W: 4, D: 16, K: 3}], [/^graph_conv/, {I: 4, J: 5}],
    [/^sequential/, {D: 16}], [/^fooling_image|^class_visualization/, {N: 1, D: 60}], [/^diffusion_loss|^p_sample/, {D: 60}],
    [/^rnn_/, {G: 4}], [/^lstm_|^captioner_/, {G: 16}],
    [/_heads$|^multi_head/, {H: 2, D: 3}], [/^extract_patches|^vit_/, {W: 4, P: 4, Q: 12, K: 3}], [/^conv_transpose/, {U: 4, V: 5}],
    [/^gan_.*_step/, {K: 1}], [/gan_.*_plan/, {L: 8, S: 7, noise: 4, channels: 1, side: 16}], [/^positive_similarities/, {O: 1}],
    [/^simclr_step/, {P: 60}], [/^(concat|split)_channels/, {C: 32}],
    [/^content_loss|^style_|^total_variation/, {N: 1}], [/^style_transfer/, {content_layer: 1, K: 4}], [/^mean_iou/, {classes: 3}], [/^draw_scene|^cell_looks/, {P: 3072, L: 128, M: 16, E: 64}],
    [/^word_(roles|looks)|^head_weights/, {F: 8, E: 64}], [/^with_positions/, {F: 3, E: 6}]];

let fitting = {}, state = 231;
function uniform() {
    state = (1103515245 * state + 12345) % 2147483648;
    return state / 2147483648;
}
const sizeOf = letter => Number(letter) || (letter === "*" ? SIZES.D : fitting[letter] ?? SIZES[letter] ?? 2 + letter.charCodeAt(0) % 4);

function drawn(word, shapes) {
    const [, name, , dims, counts, like] = /^(\w+)(\[([^\]]*)\]|\{([^}]*)\}|=(\w+))?$/.exec(word);
    const kind = counts !== undefined ? "labels" : dims !== undefined || like ? "tensor" : "number";
    const shape = kind === "number" ? [] : like ? shapes[like] : (dims ?? counts).split(",").map(sizeOf);
    shapes[name] = shape;
    const draw = kind === "labels" ? () => 1 + Math.floor(2 * uniform()) :
        /var|alpha|share|deviation|keep/.test(name) ? () => 0.1 + 0.8 * uniform() : () => 2 * uniform() - 1;
    const count = shape.reduce((product, d) => product * d, 1);
    const data = kind !== "number" ? Array.from({length: count}, draw) :
        name in fitting ? [fitting[name]] : [name in wholeNumbers ? (/pad|stride/.test(name) ? 1 : WHOLE[wholeNumbers[name]]) : 0.5];
    return {name, kind, shape, data};
}

thread.start();
const worker = thread.worker, calls = [];
let waiting;
worker.onmessage = ({data}) => {
    if (data.ready || data.id)
        waiting(data);
};
const send = message => new Promise(resolve => {
    waiting = resolve;
    worker.postMessage(message);
});
(async () => {
    await new Promise(resolve => { waiting = resolve; });
    await send({module: packedModule, operations});
    for (const line of operations.trim().split("\n")) {
        const [operation, ...words] = line.trim().split(/\s+/), shapes = {}, arrow = words.indexOf("->");
        fitting = Object.assign({}, ...FITTING.filter(([which]) => which.test(operation)).map(([, sizes]) => sizes));
        const inputs = words.slice(0, arrow).map(word => drawn(word, shapes)), given = {};
        for (const {name, kind, shape, data} of inputs)
            given[name] = kind === "number" ? data[0] : {shape, data};
        const sizes = Object.fromEntries("ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("").map(d => [d, sizeOf(d)]));
        const {answer, problem} = await send({id: 1, demo: "call", request: {operation, given, sizes}});
        const outputs = words.slice(arrow + 1).map(word => drawn(word, shapes)).map(({name, kind, shape}) => {
            const got = answer?.[name] ?? [];
            return {name, kind, shape, data: Array.from(typeof got === "number" ? [got] : got.data ?? got)};
        });
        calls.push({operation, inputs, outputs, problem: problem ?? ""});
    }
    done(calls);
})();
