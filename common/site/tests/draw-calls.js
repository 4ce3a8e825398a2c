// Draws a call of every operation of a module, makes it, and gives inputs and answers: for
// test-same-numbers, which runs this in a page with a demo. Its arguments are the packed module, its
// operations, and the names of numbers that are whole, with their kind.
const [packedModule, operations, wholeNumbers, done] = arguments;
const SIZES = {N: 4, D: 6, C: 3, M: 3, H: 4, K: 2, T: 3, V: 7, E: 6, F: 4, P: 3, A: 16, B: 16};
const WHOLE = {size: 2, flag: 1, label: 0, stream: 7};

let state = 231;
function uniform() {
    state = (1103515245 * state + 12345) % 2147483648;
    return state / 2147483648;
}
const sizeOf = letter => Number(letter) || (letter === "*" ? SIZES.D : SIZES[letter] ?? 2 + letter.charCodeAt(0) % 4);

function drawn(word, shapes) {
    const [, name, , dims, counts, like] = /^(\w+)(\[([^\]]*)\]|\{([^}]*)\}|=(\w+))?$/.exec(word);
    const kind = counts !== undefined ? "labels" : dims !== undefined || like ? "tensor" : "number";
    const shape = kind === "number" ? [] : like ? shapes[like] : (dims ?? counts).split(",").map(sizeOf);
    shapes[name] = shape;
    const draw = kind === "labels" ? () => 1 + Math.floor(2 * uniform()) :
        /var|alpha|share|deviation|keep/.test(name) ? () => 0.1 + 0.8 * uniform() : () => 2 * uniform() - 1;
    const count = shape.reduce((product, d) => product * d, 1);
    const data = kind !== "number" ? Array.from({length: count}, draw) :
        [name in wholeNumbers ? (/pad|stride/.test(name) ? 1 : WHOLE[wholeNumbers[name]]) : 0.5];
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
