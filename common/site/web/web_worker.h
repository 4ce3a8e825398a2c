/*
 * What the module of a page exports, for worker.js. A call is web_begin, web_argument for each
 * argument in any order, and web_call.
 */
#ifndef SITE_WEB_WORKER_H
#define SITE_WEB_WORKER_H

#include <stdint.h>

/* The text, of 256 bytes, in which names are handed over and messages come back. */
char *web_text(void);

/*
 * Begins a call of the operation that the text names, with argument_count arguments of that many
 * bytes together.
 */
void web_begin(uint32_t argument_count, uint32_t bytes);

/*
 * The place of the argument that the text names: of that kind (a wire_kind) and rank, with as many
 * of d0, d1, d2, d3, d4, d5 as its shape. Outputs hold NaN, or UINT32_MAX.
 */
void *web_argument(uint32_t kind, uint32_t rank, uint32_t d0, uint32_t d1, uint32_t d2, uint32_t d3,
                   uint32_t d4, uint32_t d5);

/*
 * Makes the call; returns a wire_status, and leaves in the text why it is not WIRE_DONE. A broken
 * contract, a stub, an input that was changed and a write beside an argument leave by _exit.
 */
uint32_t web_call(void);

#endif
