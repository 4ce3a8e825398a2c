/* One line of text for the world's mistakes. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* How many bytes the control character at c has in UTF-8, 0 where it is none. */
static size_t control_length(const char *c)
{
    unsigned char first = (unsigned char)c[0];
    unsigned char second = first == 0xc2 ? (unsigned char)c[1] : 0;
    if (first < ' ' || first == 127)
        return 1;
    return second >= 0x80 && second < 0xa0 ? 2 : 0; /* a terminal takes U+009B for ESC [ */
}

bool error_set(error *e, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(e->text, sizeof e->text, format, arguments);
    va_end(arguments);
    for (char *c = e->text; *c != '\0'; c++)
        memset(c, '?', control_length(c));
    return false;
}
