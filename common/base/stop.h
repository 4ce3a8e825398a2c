/*
 * The one way in which a program stops when a function cannot go on: a line of text, and a handler
 * that a program may set. One place for a breakpoint.
 */
#ifndef COMMON_STOP_H
#define COMMON_STOP_H

typedef enum contract_event {
    CONTRACT_BROKEN,         /* a wrong shape, a NULL, an index out of range, no memory left */
    CONTRACT_NOT_IMPLEMENTED /* a stub was called */
} contract_event;

/*
 * Called with the event and its line of text before the program stops; it may leave the program in
 * its own way (the worker answers the grader, a check suite counts the test) and must not return.
 */
typedef void (*contract_handler)(contract_event event, const char *text);

/*
 * Installs handler in place of the default one, which prints the text to standard error and exits
 * with 70 (broken) or 3 (not implemented). NULL brings the default back.
 */
void contract_set_handler(contract_handler handler);

/* Hands event and text to the handler, and stops the program. */
_Noreturn void contract_stop(contract_event event, const char *text);

/*
 * Stops the program: "function: text", the text formatted as printf does with format and what
 * follows.
 */
_Noreturn void contract_failed(const char *function, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
