/* Hidden cases of the UNet. */
#include "attempt.h"

/* ---- channels ---- */

static void give_channels(attempt *a)
{
    size_t N = draw_size(a, 3, 5);
    size_t of_a = draw_size(a, 2, 4);
    size_t of_b = draw_size(a, 5, 7);
    size_t H = draw_size(a, 2, 6);
    size_t W = draw_size(a, 7, 9);
    give_normal(a, "a", sizes4(N, of_a, H, W), 0, 1);
    give_normal(a, "b", sizes4(N, of_b, H, W), 0, 1);
    give_normal(a, "dout", sizes4(N, of_a + of_b, H, W), 0, 1);
    give_size(a, 'A', of_a);
    give_size(a, 'B', of_b);
    give_size(a, 'C', of_a + of_b);
}

CASE(concat_channels_any_shape, "channels of two pictures in one")
{
    for (size_t round = 0; round < 2; round++) {
        give_channels(a);
        call(a, "concat_channels");
        expect_close(a, "out");
    }
}

CASE(split_channels_any_shape, "and their gradients apart again")
{
    for (size_t round = 0; round < 2; round++) {
        give_channels(a);
        call(a, "split_channels");
        expect_close(a, "da");
        expect_close(a, "db");
    }
}

/* ---- the net ---- */

enum { E = 4, M = 5, N = 2, C = 3 };

/* Numbers in a block from so many channels to others, with a shortcut where they differ. */
static size_t block_size(size_t from, size_t to)
{
    size_t convolutions = 9 * to * (from + to) + 2 * to;
    size_t shortcut = from == to ? 0 : from * to + to;
    return convolutions + 2 * to + (M + 1) * 2 * to + shortcut;
}

static size_t levels_size(size_t level_count, size_t blocks)
{
    size_t sum = 0;
    for (size_t i = 0; i < level_count; i++) {
        size_t w = (size_t)E << i;
        sum += blocks * (block_size(w, w) + block_size(2 * w, w));
        sum += 4 * w * 2 * w + 2 * w + 9 * 2 * w * w + w; /* halve, narrow */
    }
    return sum;
}

/* Gives a net and pictures that are not square; with none, conditions of zeros. */
static void give_net(attempt *a, size_t level_count, size_t blocks, bool none)
{
    size_t K = draw_size(a, 6, 7);
    size_t side = (size_t)1 << level_count;
    size_t bottom = (size_t)E << level_count;
    bool wide = draw_size(a, 0, 1) == 1;
    sizes shape = sizes4(N, C, side * (wide ? 1 : 2), side * (wide ? 2 : 1));
    give_normal(a, "context", sizes1((E + K + 2 * M + 4) * M), 0, 0.4);
    give_normal(a, "first", sizes1(9 * C * E + E), 0, 0.2);
    give_normal(a, "levels", sizes1(levels_size(level_count, blocks)), 0, 0.2);
    give_normal(a, "middle", sizes1(block_size(bottom, bottom)), 0, 0.2);
    give_normal(a, "last", sizes1(E * C + C), 0, 0.5);
    give_number(a, "E", E);
    give_number(a, "M", M);
    give_number(a, "level_count", (double)level_count);
    give_number(a, "blocks", (double)blocks);
    give_normal(a, "x", shape, 0, 1);
    give_normal(a, "dout", shape, 0, 1);
    labels *t = give_labels(a, "t", N, 1000);
    t->data[1] = (t->data[0] + 300) % 1000;
    if (none)
        give_zeros(a, "condition", sizes2(N, K));
    else
        give_normal(a, "condition", sizes2(N, K), 0, 1);
}

static void expect_gradients(attempt *a)
{
    call(a, "unet_backward");
    expect_close(a, "dcontext");
    expect_close(a, "dfirst");
    expect_close(a, "dlevels");
    expect_close(a, "dmiddle");
    expect_close(a, "dlast");
}

CASE(unet_forward_any_shape, "the prediction of a net of one block per level")
{
    for (size_t level_count = 1; level_count <= 2; level_count++) {
        give_net(a, level_count, 1, level_count == 1);
        call(a, "unet_forward");
        expect_close(a, "out");
    }
}

/* Skips of one shape: a wrong order exchanges them silently. */
CASE(unet_forward_several_skips, "levels of several blocks: the last skip comes first")
{
    give_net(a, 1, 3, false);
    call(a, "unet_forward");
    expect_close(a, "out");
    give_net(a, 2, 2, false);
    call(a, "unet_forward");
    expect_close(a, "out");
}

CASE(unet_backward_any_shape, "the gradients of a net of one block per level")
{
    for (size_t level_count = 1; level_count <= 2; level_count++) {
        give_net(a, level_count, 1, level_count == 1);
        expect_gradients(a);
    }
}

CASE(unet_backward_several_skips, "the gradients of levels of several blocks",
     .stays = "skips that are of one shape on the way back, too")
{
    give_net(a, 1, 3, false);
    expect_gradients(a);
    give_net(a, 2, 2, false);
    expect_gradients(a);
}

CASE(unet_called_twice, "nothing is left from the call before", .needs = "unet_backward_any_shape",
     .stays = "gradients that hold numbers already")
{
    for (size_t round = 0; round < 2; round++) {
        fill_outputs(a, round == 0 ? 3 : -2);
        give_net(a, 1, 2, false);
        call(a, "unet_forward");
        expect_close(a, "out");
        expect_gradients(a);
    }
}

CASE(unet_float, "the UNet in float", .variant = CASE_FLOAT, .needs = "unet_backward_any_shape",
     .stays = "that float is enough")
{
    give_net(a, 2, 1, false);
    call(a, "unet_forward");
    expect_close(a, "out");
    expect_gradients(a);
}

CASE(unet_memory, "no memory error in the UNet", .variant = CASE_SANITIZED)
{
    give_channels(a);
    call(a, "concat_channels");
    expect_close(a, "out");
    call(a, "split_channels");
    expect_close(a, "da");
    give_net(a, 2, 2, false);
    call(a, "unet_forward");
    expect_close(a, "out");
    expect_gradients(a);
}
