/* Inputs of recurrent cells. */
#include "recurrent_inputs.h"

sequence_sizes draw_sequence_sizes(attempt *a)
{
    /* four ranges that do not meet, in an order that is drawn */
    size_t drawn[4];
    for (size_t i = 0; i < 4; i++)
        drawn[i] = 2 + 2 * i + draw_size(a, 0, 1);
    for (size_t i = 3; i > 0; i--) {
        size_t other = draw_size(a, 0, i);
        size_t kept = drawn[i];
        drawn[i] = drawn[other];
        drawn[other] = kept;
    }
    return (sequence_sizes){.N = drawn[0], .T = drawn[1], .D = drawn[2], .H = drawn[3]};
}

void give_cell(attempt *a, sequence_sizes s, size_t columns, double deviation)
{
    give_normal(a, "Wx", sizes2(s.D, columns * s.H), 0, deviation);
    give_normal(a, "Wh", sizes2(s.H, columns * s.H), 0, deviation);
    give_normal(a, "b", sizes1(columns * s.H), 0, deviation);
}

void give_step(attempt *a, sequence_sizes s)
{
    give_normal(a, "x", sizes2(s.N, s.D), 0, 1);
    give_uniform(a, "prev_h", sizes2(s.N, s.H), -1, 1);
}

void give_sequence(attempt *a, sequence_sizes s)
{
    give_normal(a, "x", sizes3(s.N, s.T, s.D), 0, 1);
    give_normal(a, "h0", sizes2(s.N, s.H), 0, 2);
}

void give_back(attempt *a, const char *name)
{
    if (!ended(a))
        give_copy(a, name, reference(a, name));
}

void expect_cell_gradients(attempt *a)
{
    expect_close(a, "dWx");
    expect_close(a, "dWh");
    expect_close(a, "db");
}
