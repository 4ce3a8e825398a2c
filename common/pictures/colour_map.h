/*
 * A colour map: numbers as colours, from dark blue over green to yellow.
 *
 * Its brightness rises evenly, so that it reads right for colour-blind people and in black and
 * white. Source: "viridis" of matplotlib, by Stéfan van der Walt and Nathaniel Smith, 2015 (CC0),
 * at eleven places, with straight lines between them.
 */
#ifndef COMMON_COLOUR_MAP_H
#define COMMON_COLOUR_MAP_H

#include <stddef.h>
#include <stdint.h>

typedef struct rgb {
    uint8_t red, green, blue;
} rgb;

/* The places, evenly spaced from 0 to 1. */
enum { COLOUR_MAP_STOPS = 11 };
extern const rgb colour_map[COLOUR_MAP_STOPS];

/* The colour of fraction, which is cut to 0 .. 1; NaN is taken as 0. */
rgb colour_map_at(double fraction);

#endif
