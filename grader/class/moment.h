/*
 * Moments in time, as text by ISO 8601: 2026-10-14T23:59:00+02:00. Never by the local time zone.
 */
#ifndef GRADER_MOMENT_H
#define GRADER_MOMENT_H

#include <stdbool.h>
#include <time.h>

/*
 * Reads text (a date, T or a blank, a time with or without fractions of a second, and an offset
 * from UTC, with or without a blank before it; Z is UTC) into *moment. False when it is something
 * else; *moment stays.
 */
bool moment_read(const char *text, time_t *moment);

typedef struct moment_words {
    char text[32];
} moment_words;

/* moment in UTC, as 2026-10-14T21:59:00Z; "" for 0. */
moment_words moment_text(time_t moment);

#endif
