// The thread of a page: calls the course's C by name. A demo's part adds to demos what it answers.
"use strict";

const demos = {};
let wasm, instance, signatures = {}, announced = "";

class Stopped extends Error {}

const KINDS = {tensor: [0, 1], labels: [2, 3], number: [4, 5]};

// x_train[N,D] y{N} k -> loss dW=W: what an operation takes and gives.
function readSignature(text) {
    let isOutput = false;
    const all = [];
    for (const word of text.trim().split(/\s+/)) {
        if (word === "->") {
            isOutput = true;
            continue;
        }
        const [, name, , dims, counts, like] = /^(\w+)(\[([^\]]*)\]|\{([^}]*)\}|=(\w+))?$/.exec(word);
        all.push({name, isOutput, like, kind: counts !== undefined ? "labels" : dims || like ? "tensor" : "number",
            dims: (dims ?? counts ?? "").split(",").filter(d => d !== "")});
    }
    return all;
}

function consoleLine(text) {
    postMessage({printed: text});
}

// What the module imports: printf goes to the page, everything else of the system is not there.
function imports() {
    const NOT_THERE = 52, system = {};
    for (const {name} of WebAssembly.Module.imports(wasm))
        system[name] = () => NOT_THERE;
    system.proc_exit = status => {
        throw new Stopped(readText() || "it ended the program with status " + status);
    };
    system.fd_write = (file, parts, count, written) => {
        const memory = new DataView(instance.exports.memory.buffer);
        let text = "", total = 0;
        for (let i = 0; i < count; i++) {
            const begin = memory.getUint32(parts + 8 * i, true), size = memory.getUint32(parts + 8 * i + 4, true);
            text += new TextDecoder().decode(new Uint8Array(memory.buffer, begin, size));
            total += size;
        }
        memory.setUint32(written, total, true);
        consoleLine(text);
        return 0;
    };
    system.fd_fdstat_get = () => 0;
    return {wasi_snapshot_preview1: system};
}

function start() {
    instance = new WebAssembly.Instance(wasm, imports());
    instance.exports._initialize();
}

function writeText(text) {
    const bytes = new TextEncoder().encode(text + "\0");
    new Uint8Array(instance.exports.memory.buffer).set(bytes, instance.exports.web_text());
}

function readText() {
    const bytes = new Uint8Array(instance.exports.memory.buffer, instance.exports.web_text(), 256);
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}

// Calls an operation: given holds its inputs by name, tensors as {shape, data}, labels as arrays,
// sizes what the shapes of inputs do not say. Gives its outputs by name.
function call(operation, given, sizes = {}) {
    if (operation !== announced)
        postMessage({calling: announced = operation});
    if (!(operation in signatures))
        throw new Error("There is no operation " + operation + ".");
    const known = {...sizes}, shapes = {}, signature = signatures[operation];
    const size = shape => shape.reduce((product, d) => product * d, 1);
    for (const a of signature) {
        if (a.kind === "number")
            shapes[a.name] = [];
        else if (a.isOutput)
            shapes[a.name] = a.like ? shapes[a.like] : a.dims.map(d => known[d] ?? (Number(d) || undefined));
        else {
            shapes[a.name] = given[a.name].shape ?? [given[a.name].length];
            a.dims.forEach((d, i) => { known[d] = shapes[a.name][i]; });
            if (a.like)
                shapes[a.name] = given[a.name].shape;
        }
        if (shapes[a.name].includes(undefined))
            throw new Error(operation + ": how large " + a.name + " is does not follow from the inputs.");
    }
    const bytesOf = a => (a.kind === "labels" ? 4 : 8) * size(shapes[a.name]);
    try {
        const exports = instance.exports, places = {}, out = {};
        writeText(operation);
        exports.web_begin(signature.length, signature.reduce((sum, a) => sum + (bytesOf(a) + 63 & ~63), 0));
        for (const a of signature) {
            const shape = shapes[a.name];
            writeText(a.name);
            places[a.name] = exports.web_argument(KINDS[a.kind][Number(a.isOutput)], shape.length,
                ...[0, 1, 2, 3, 4, 5].map(d => shape[d] ?? 0));
        }
        const view = a => new (a.kind === "labels" ? Uint32Array : Float64Array)(
            exports.memory.buffer, places[a.name], size(shapes[a.name]));
        for (const a of signature)
            if (!a.isOutput)
                view(a).set(a.kind === "number" ? [Number(given[a.name])] :
                    given[a.name].data ?? given[a.name]);
        if (exports.web_call() !== 1)
            throw new Stopped(readText());
        for (const a of signature)
            if (a.isOutput)
                out[a.name] = a.kind === "number" ? view(a)[0] : a.kind === "labels" ? view(a).slice() :
                    {shape: shapes[a.name], data: view(a).slice()};
        return out;
    } catch (problem) {
        start(); // its memory is in an unknown state
        if (problem instanceof Stopped)
            throw problem;
        throw new Stopped(operation + " crashed: " + problem.message +
            ". make check-asan says where it reads or writes out of bounds.");
    }
}

// Any operation, for tests and for the curious.
demos.call = ({operation, given, sizes}) => call(operation, given, sizes);

onmessage = async ({data}) => {
    try {
        if (data.module) {
            const packed = Uint8Array.from(atob(data.module.trim()), c => c.charCodeAt(0));
            const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
            wasm = new WebAssembly.Module(await new Response(unpacked).arrayBuffer());
            for (const line of data.operations.trim().split("\n")) {
                const space = line.indexOf(" ");
                signatures[line.slice(0, space)] = readSignature(line.slice(space));
            }
            start();
            postMessage({ready: true});
            return;
        }
        postMessage({id: data.id, answer: demos[data.demo](data.request)});
    } catch (problem) {
        if (!(problem instanceof Stopped))
            throw problem;
        postMessage({id: data.id, problem: problem.message});
    }
};
