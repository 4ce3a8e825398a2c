/* Promises of unet.c. It calls your time_embedding of diffusion.c, too. */
#include "recurrent_checks.h"
#include "unet.h"

/* ---- channels ---- */

START_TEST(test_concat_channels_gives_the_computed_figures)
{
    published_case *c = published("concat_channels", 0);
    tensor *out = kept_output(SHAPE(1, 3, 2, 2));
    concat_channels(kept_input(c, "a"), kept_input(c, "b"), out);
    expect_case("out", out, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_concat_channels_of_several_pictures)
{
    tensor *a = keep(tensor_new_4d(3, 2, 2, 3)), *b = keep(tensor_new_4d(3, 1, 2, 3));
    tensor *out = kept_output(SHAPE(3, 3, 2, 3)), *expected = keep(tensor_new_like(out));
    tensor_fill_linspace(a, 0, 35);
    tensor_fill_linspace(b, 100, 117);
    for (size_t i = 0; i < out->size; i++) {
        size_t n = i / 18, c = i / 6 % 3, pixel = i % 6;
        expected->data[i] = c < 2 ? a->data[(n * 2 + c) * 6 + pixel] : b->data[n * 6 + pixel];
    }
    concat_channels(a, b, out);
    hint("Within each picture, the channels of a come first, then those of b.");
    expect_close("out", out, expected, 0);
}
END_TEST

START_TEST(test_split_channels_undoes_concat_channels)
{
    random_state r;
    random_seed(&r, 231);
    tensor *a = kept_normal(&r, 0, 1, SHAPE(2, 3, 2, 4));
    tensor *b = kept_normal(&r, 0, 1, SHAPE(2, 2, 2, 4));
    tensor *joined = kept_output(SHAPE(2, 5, 2, 4));
    tensor *da = keep(output_like(a)), *db = keep(output_like(b));
    concat_channels(a, b, joined);
    split_channels(joined, da, db);
    expect_close("da", da, a, 0);
    expect_close("db", db, b, 0);
}
END_TEST

/* ---- the net ---- */

enum { N = 2, C = 2, H = 4, W = 8, K = 3 };

typedef struct scene {
    trainable_unet t;
    unet_cache cache;
    tensor *x, *condition, *out, *dout;
    uint32_t steps[N];
} scene;

static scene new_scene(size_t levels, size_t blocks)
{
    const unet_settings settings = {
        .channels = C, .E = 4, .M = 5, .K = K, .level_count = levels, .blocks = blocks};
    random_state r;
    random_seed(&r, 231);
    scene s = {.t = trainable_unet_new(&settings),
               .x = kept_normal(&r, 0, 1, SHAPE(N, C, H, W)),
               .condition = kept_normal(&r, 0, 1, SHAPE(N, K)),
               .out = kept_output(SHAPE(N, C, H, W)),
               .dout = kept_normal(&r, 0, 1, SHAPE(N, C, H, W)),
               .steps = {3, 17}};
    for (size_t i = 0; i < s.t.list.count; i++) {
        const parameter *p = &s.t.list.parameters[i];
        double inputs = (double)p->value->size / (double)p->value->shape[0];
        tensor_fill_normal(p->value, &r, 0, 1 / sqrt(inputs > 4 ? inputs : 4));
        poison(p->gradient);
    }
    s.cache = unet_cache_new(&s.t.net, N, H, W);
    return s;
}

static void clear_scene(scene *s)
{
    unet_cache_clear(&s->cache);
    trainable_unet_clear(&s->t);
}

static void forward(scene *s)
{
    labels t = {N, s->steps};
    unet_forward(&s->t.net, s->x, &t, s->condition, s->out, &s->cache);
}

static void backward(scene *s)
{
    unet_backward(s->dout, &s->t.net, s->x, s->condition, &s->cache, &s->t.gradients);
}

/* Whether some number of got is away from that of other. */
static bool differ(const tensor *got, const tensor *other)
{
    return frobenius_distance(got, other) > 1e-6;
}

START_TEST(test_unet_forward_looks_at_all_that_it_is_given)
{
    scene s = new_scene(2, 1);
    forward(&s);
    ck_assert_msg(tensor_all_finite(s.out), "out has numbers that are NaN or infinite");
    tensor *before = keep(tensor_new_copy(s.out));
    s.steps[1]++;
    forward(&s);
    ck_assert_msg(differ(s.out, before), "with another step, out is the same");
    s.steps[1]--;
    s.condition->data[0] += 1;
    forward(&s);
    ck_assert_msg(differ(s.out, before), "with another condition, out is the same");
    s.condition->data[0] -= 1;
    s.x->data[0] += 1;
    forward(&s);
    ck_assert_msg(differ(s.out, before), "with other pictures, out is the same");
    clear_scene(&s);
}
END_TEST

START_TEST(test_unet_forward_joins_the_last_skip_first)
{
    scene s = new_scene(1, 3);
    forward(&s);
    const unet_level_cache *level = &s.cache.levels[0];
    for (size_t b = 0; b < 3; b++) {
        tensor *expected = keep(tensor_new_like(level->joined[b]));
        concat_channels(b == 0 ? level->narrowed : level->results[b - 1], level->skips[2 - b],
                        expected);
        hint("Each block on the way up gets what came before it, then a skip: the last skip that "
             "was laid down comes first.");
        expect_close("joined", level->joined[b], expected, 0);
    }
    clear_scene(&s);
}
END_TEST

/* The net by recursion: a second, plain way through the levels. */
static tensor *through(const scene *s, size_t i, const tensor *x, const tensor *context)
{
    const unet *net = &s->t.net;
    size_t w = x->shape[1], h = x->shape[2], width = x->shape[3];
    unet_cache spare = unet_cache_new(net, N, H, W);
    if (i == net->level_count) {
        tensor *out = keep(tensor_new_like(x));
        unet_block_forward(x, context, &net->middle, out, &spare.middle_block);
        unet_cache_clear(&spare);
        return out;
    }
    const unet_level *level = &net->levels[i];
    tensor *skips[4], *at = keep(tensor_new_copy(x));
    for (size_t b = 0; b < net->blocks; b++) {
        skips[b] = keep(tensor_new_like(x));
        unet_block_forward(at, context, &level->down[b], skips[b], &spare.levels[i].down[b]);
        at = skips[b];
    }
    tensor *half = keep(tensor_new_4d(N, 2 * w, h / 2, width / 2));
    unet_conv_forward(at, &level->halve, half);
    tensor *below = through(s, i + 1, half, context);
    tensor *doubled = keep(tensor_new_4d(N, 2 * w, h, width));
    tensor *joined = keep(tensor_new_like(doubled));
    unet_doubling_forward(below, doubled);
    at = keep(tensor_new_like(x));
    unet_conv_forward(doubled, &level->narrow, at);
    for (size_t b = 0; b < net->blocks; b++) {
        concat_channels(at, skips[net->blocks - 1 - b], joined);
        unet_block_forward(joined, context, &level->up[b], at, &spare.levels[i].up[b]);
    }
    unet_cache_clear(&spare);
    return at;
}

START_TEST(test_unet_forward_agrees_with_a_plain_way_through)
{
    for (size_t i = 0; i < 3; i++) {
        scene s = new_scene(i == 1 ? 1 : 2, i == 0 ? 1 : 2);
        forward(&s);
        tensor *first = keep(tensor_new_4d(N, 4, H, W)), *expected = keep(output_like(s.out));
        unet_conv_forward(s.x, &s.t.net.first, first);
        unet_conv_forward(through(&s, 0, first, s.cache.context), &s.t.net.last, expected);
        expect_close("out", s.out, expected, 1e-10);
        clear_scene(&s);
    }
}
END_TEST

static void out_of(const tensor *changed, tensor *out, void *context)
{
    scene *s = context;
    (void)changed; /* a parameter of the net, changed in place */
    forward(s);
    tensor_copy(s->out, out);
}

/* Weights of more numbers are left out: finite differences of them take long. */
enum { MOST_NUMBERS = 150 };

/* Compares the gradients of a net with finite differences. */
static void check_gradients(size_t levels, size_t blocks)
{
    scene s = new_scene(levels, blocks);
    forward(&s);
    backward(&s);
    for (size_t i = s.t.list.count; i-- > 0;) {
        const parameter *p = &s.t.list.parameters[i];
        if (p->value->size <= MOST_NUMBERS)
            expect_gradient_array(p->name, p->gradient, out_of, &s, p->value, s.dout);
    }
    clear_scene(&s);
}

START_TEST(test_unet_backward_gives_the_gradients_of_one_level)
{
    hint("A skip hands its gradient back to the block that it came from, which has two ways now; "
         "the context went into every block.");
    check_gradients(1, 1);
}
END_TEST

START_TEST(test_unet_backward_gives_the_gradients_of_two_levels)
{
    hint("What the upper level's way up begins with is the lower level's result, doubled.");
    check_gradients(2, 1);
}
END_TEST

START_TEST(test_unet_backward_gives_the_gradients_of_several_skips)
{
    hint("Skips of one level: the first block on the way up got the last one.");
    check_gradients(1, 2);
}
END_TEST

START_TEST(test_unet_forgets_what_its_outputs_held)
{
    scene s = new_scene(1, 2);
    forward(&s);
    backward(&s);
    tensor *out = keep(tensor_new_copy(s.out)), *first[64];
    for (size_t i = 0; i < s.t.list.count; i++)
        first[i] = keep(tensor_new_copy(s.t.list.parameters[i].gradient));
    forward(&s);
    backward(&s);
    hint("This is the second call with the same tensors: are old contents added to?");
    expect_close("out", s.out, out, 1e-12);
    for (size_t i = 0; i < s.t.list.count; i++)
        expect_close(s.t.list.parameters[i].name, s.t.list.parameters[i].gradient, first[i], 1e-12);
    clear_scene(&s);
}
END_TEST

START_TEST(test_unet_leaves_its_inputs_as_they_were)
{
    scene s = new_scene(2, 1);
    tensor *x = keep(tensor_new_copy(s.x)), *condition = keep(tensor_new_copy(s.condition));
    tensor *dout = keep(tensor_new_copy(s.dout));
    forward(&s);
    tensor *skip = keep(tensor_new_copy(s.cache.levels[0].skips[0]));
    backward(&s);
    expect_unchanged("x", s.x, x);
    expect_unchanged("condition", s.condition, condition);
    expect_unchanged("dout", s.dout, dout);
    expect_unchanged("a skip of the cache", s.cache.levels[0].skips[0], skip);
    clear_scene(&s);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"concat_channels", test_concat_channels_gives_the_computed_figures},
        {"concat_channels", test_concat_channels_of_several_pictures},
        {"split_channels", test_split_channels_undoes_concat_channels},
        {"unet_forward", test_unet_forward_looks_at_all_that_it_is_given},
        {"unet_forward", test_unet_forward_joins_the_last_skip_first},
        {"unet_forward", test_unet_forward_agrees_with_a_plain_way_through},
        {"unet_backward", test_unet_backward_gives_the_gradients_of_one_level},
        {"unet_backward", test_unet_backward_gives_the_gradients_of_two_levels},
        {"unet_backward", test_unet_backward_gives_the_gradients_of_several_skips},
        {"unet_backward", test_unet_forgets_what_its_outputs_held},
        {"unet_backward", test_unet_leaves_its_inputs_as_they_were},
    };
    return check_module("unet", promises, sizeof promises / sizeof *promises);
}
