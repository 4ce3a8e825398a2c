/* Numbers as colours. */
#include "colour_map.h"

const rgb colour_map[COLOUR_MAP_STOPS] = {
    {0x44, 0x01, 0x54}, {0x48, 0x25, 0x76}, {0x41, 0x44, 0x87}, {0x35, 0x60, 0x8d},
    {0x2a, 0x78, 0x8e}, {0x21, 0x90, 0x8c}, {0x22, 0xa8, 0x84}, {0x43, 0xbf, 0x71},
    {0x7a, 0xd1, 0x51}, {0xbb, 0xdf, 0x27}, {0xfd, 0xe7, 0x25},
};

/* from at part = 0, to at part = 1. */
static uint8_t between(uint8_t from, uint8_t to, double part)
{
    return (uint8_t)(from + part * (to - from) + 0.5);
}

rgb colour_map_at(double fraction)
{
    if (!(fraction > 0))
        return colour_map[0];
    if (fraction >= 1)
        return colour_map[COLOUR_MAP_STOPS - 1];
    double place = fraction * (COLOUR_MAP_STOPS - 1);
    const rgb *below = &colour_map[(size_t)place];
    double part = place - (double)(size_t)place;
    return (rgb){between(below[0].red, below[1].red, part),
                 between(below[0].green, below[1].green, part),
                 between(below[0].blue, below[1].blue, part)};
}
