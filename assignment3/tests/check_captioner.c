/* Promises of captioner.c. Its layers are your own: when theirs fail, look there first. */
#include "captioner_model.h"
#include "recurrent_checks.h"

static const captioner_cell both_cells[] = {CAPTIONER_RNN, CAPTIONER_LSTM};

/* A small net with drawn parameters, pictures and sentences. */
typedef struct scene {
    trainable_captioner t;
    tensor *features;
    captions *sentences; /* N x (T + 1) */
} scene;

enum { N = 3, D = 4, E = 5, H = 6, V = 8, T = 5, NULL_WORD = 7, START = 2, END = 4 };

/* Its <NULL> is not word 0. One sentence never ends, one is empty, one has a <NULL> inside. */
static const uint32_t drawn_words[N * (T + 1)] = {
    START, 0,   7,         3,         END,       NULL_WORD, /* a <NULL> in the middle */
    START, 5,   1,         6,         0,         3,         /* no <END> */
    START, END, NULL_WORD, NULL_WORD, NULL_WORD, NULL_WORD  /* nothing at all */
};

static scene new_scene(captioner_cell cell, double deviation)
{
    const captioner_settings settings = {.cell = cell,
                                         .D = D,
                                         .E = E,
                                         .H = H,
                                         .V = V,
                                         .null_word = NULL_WORD,
                                         .start_word = START,
                                         .end_word = END};
    random_state r;
    random_seed(&r, 231);
    scene s = {.t = trainable_captioner_new(&settings),
               .features = kept_normal(&r, 0.5, 1, SHAPE(N, D)),
               .sentences = kept_captions(N, T + 1, drawn_words)};
    parameter parameters[CAPTIONER_PARAMETER_COUNT];
    trainable_captioner_parameters(&s.t, parameters);
    for (size_t i = 0; i < CAPTIONER_PARAMETER_COUNT; i++) {
        tensor_fill_normal(parameters[i].value, &r, 0, deviation);
        poison(parameters[i].gradient);
    }
    return s;
}

static void clear_scene(scene *s)
{
    trainable_captioner_clear(&s->t);
}

static double loss_of(const tensor *changed, void *context)
{
    scene *s = context;
    (void)changed; /* it is a parameter of the net, changed in place */
    return (double)captioner_loss(&s->t.net, s->features, s->sentences, &s->t.gradients);
}

/* ---- init ---- */

START_TEST(test_captioner_init_gives_the_computed_figures)
{
    published_case *c = published("captioner_init", 0);
    const captioner_settings settings = {.D = 3, .E = 2, .H = 4, .V = 5};
    trainable_captioner t = trainable_captioner_new(&settings);
    random_state r;
    random_seed(&r, (uint32_t)published_input_number(c, "seed"));
    captioner_init(&t.net, &r);
    hint("W_embed, W_proj, Wx, Wh and W_vocab are drawn in this order.");
    expect_case("W_embed", t.net.W_embed, c);
    expect_case("W_proj", t.net.W_proj, c);
    expect_case("Wx", t.net.w.Wx, c);
    expect_case("Wh", t.net.w.Wh, c);
    expect_case("W_vocab", t.net.W_vocab, c);
    trainable_captioner_clear(&t);
    published_case_close(c);
}
END_TEST

START_TEST(test_captioner_init_divides_by_the_root_of_the_inputs)
{
    const captioner_settings settings = {.D = 400, .E = 100, .H = 25, .V = 900};
    trainable_captioner t = trainable_captioner_new(&settings);
    random_state r;
    random_seed(&r, 231);
    captioner_init(&t.net, &r);
    const tensor *const drawn[] = {t.net.W_embed, t.net.W_proj, t.net.w.Wx, t.net.W_vocab};
    const char *const names[] = {"W_embed", "W_proj", "Wx", "W_vocab"};
    const double deviations[] = {0.01, 0.05, 0.1, 0.2};
    hint("There are 400 features, 100 numbers per word, 25 hidden units and 900 words.");
    for (size_t i = 0; i < 4; i++)
        ck_assert_msg(fabs(tensor_std(drawn[i]) / deviations[i] - 1) < 0.1,
                      "%s has the standard deviation %.3g, should be near %.3g", names[i],
                      tensor_std(drawn[i]), deviations[i]);
    trainable_captioner_clear(&t);
}
END_TEST

START_TEST(test_captioner_init_sets_the_biases_to_zero)
{
    for (size_t i = 0; i < 2; i++) {
        scene s = new_scene(both_cells[i], 1);
        tensor *const biases[] = {s.t.net.b_proj, s.t.net.w.b, s.t.net.b_vocab};
        const char *const names[] = {"b_proj", "b", "b_vocab"};
        random_state r;
        random_seed(&r, 1);
        captioner_init(&s.t.net, &r);
        for (size_t k = 0; k < 3; k++)
            expect_close(names[k], biases[k], keep(tensor_new_like(biases[k])), 0);
        clear_scene(&s);
    }
}
END_TEST

/* ---- loss ---- */

static uint32_t published_word(const published_case *c, const char *name)
{
    return (uint32_t)published_input_number(c, name);
}

/* A captioner with the parameters of c, whose tensors are kept. */
static captioner published_net(const published_case *c, captioner_cell cell)
{
    return (captioner){.cell = cell,
                       .W_embed = kept_input(c, "W_embed"),
                       .W_proj = kept_input(c, "W_proj"),
                       .b_proj = kept_input(c, "b_proj"),
                       .w = kept_input_weights(c),
                       .W_vocab = kept_input(c, "W_vocab"),
                       .b_vocab = kept_input(c, "b_vocab"),
                       .null_word = published_word(c, "null_word"),
                       .start_word = published_word(c, "start_word"),
                       .end_word = published_word(c, "end_word")};
}

static captioner kept_gradients(const captioner *net)
{
    return (captioner){.W_embed = keep(output_like(net->W_embed)),
                       .W_proj = keep(output_like(net->W_proj)),
                       .b_proj = keep(output_like(net->b_proj)),
                       .w = kept_weight_outputs(&net->w),
                       .W_vocab = keep(output_like(net->W_vocab)),
                       .b_vocab = keep(output_like(net->b_vocab))};
}

/* The case of the plain cell is the first in the file, that of the LSTM the second. */
static void expect_published_loss(captioner_cell cell)
{
    published_case *c = published("captioner_loss", cell == CAPTIONER_LSTM);
    captioner net = published_net(c, cell), gradients = kept_gradients(&net);
    captions *sentences = published_input_captions(c, "captions");
    double loss = (double)captioner_loss(&net, kept_input(c, "features"), sentences, &gradients);
    expect_number("the loss", loss, published_expected_number(c, "loss"), published_tolerance(c));
    expect_case("dW_embed", gradients.W_embed, c);
    expect_case("dW_proj", gradients.W_proj, c);
    expect_case("db_proj", gradients.b_proj, c);
    expect_case("dWx", gradients.w.Wx, c);
    expect_case("dWh", gradients.w.Wh, c);
    expect_case("db", gradients.w.b, c);
    expect_case("dW_vocab", gradients.W_vocab, c);
    expect_case("db_vocab", gradients.b_vocab, c);
    captions_free(sentences);
    published_case_close(c);
}

START_TEST(test_captioner_loss_gives_the_computed_figures)
{
    expect_published_loss(CAPTIONER_RNN);
}
END_TEST

START_TEST(test_captioner_loss_of_the_lstm_gives_the_computed_figures)
{
    expect_published_loss(CAPTIONER_LSTM);
}
END_TEST

/*
 * The loss of a net that does not look at its words: all parameters are 0 but b_vocab, which is 1
 * for word favourite. Each counted word costs log(V - 1 + e), less 1 if it is the favourite.
 */
static double loss_of_prejudice(uint32_t favourite)
{
    scene s = new_scene(CAPTIONER_RNN, 0);
    s.t.net.b_vocab->data[favourite] = 1;
    double loss = loss_of(NULL, &s);
    clear_scene(&s);
    return loss;
}

START_TEST(test_captioner_loss_counts_the_words_that_come_out)
{
    const double word = log(V - 1 + exp(1.0));
    hint("The words out are 0 <NULL> 3 <END> <NULL>, 5 1 6 0 3 and <END> <NULL> <NULL> <NULL> "
         "<NULL>: nine count, and the sum is divided by 3 sentences.");
    expect_number("the loss", loss_of_prejudice(5), (9 * word - 1) / 3, 1e-10);
    hint("<START> goes in and never comes out, so a preference for it helps nowhere.");
    expect_number("the loss", loss_of_prejudice(START), 9 * word / 3, 1e-10);
    hint("The last word of a sentence comes out, too: 0 comes out twice, and 3 twice.");
    expect_number("the loss", loss_of_prejudice(3), (9 * word - 2) / 3, 1e-10);
    hint("A place where <NULL> should come out does not count.");
    expect_number("the loss", loss_of_prejudice(NULL_WORD), 9 * word / 3, 1e-10);
}
END_TEST

START_TEST(test_captioner_loss_does_not_look_at_the_last_word_going_in)
{
    scene s = new_scene(CAPTIONER_RNN, 0.5);
    loss_of(NULL, &s);
    const real *row = s.t.gradients.W_embed->data + (size_t)6 * E;
    hint("The second sentence ends with 3, which does not go in; 6 does.");
    ck_assert_msg(row[0] != 0, "dW_embed of word 6 is 0");
    s.sentences->words[0 * (T + 1) + 3] = 1; /* the other 3 */
    loss_of(NULL, &s);
    tensor last = tensor_rows(s.t.gradients.W_embed, 3, 1);
    expect_close("dW_embed of word 3", &last, keep(tensor_new_like(&last)), 0);
    clear_scene(&s);
}
END_TEST

START_TEST(test_captioner_loss_is_log_V_per_word_at_first)
{
    for (size_t i = 0; i < 2; i++) {
        scene s = new_scene(both_cells[i], 0);
        hint("A net of zeros finds all words equally likely: nine words cost log 8 each, divided "
             "by 3 sentences.");
        expect_number("the loss", loss_of(NULL, &s), 3 * log((double)V), 1e-10);
        clear_scene(&s);
    }
}
END_TEST

static void expect_gradients(captioner_cell cell)
{
    scene s = new_scene(cell, 0.5);
    parameter parameters[CAPTIONER_PARAMETER_COUNT];
    trainable_captioner_parameters(&s.t, parameters);
    for (size_t i = CAPTIONER_PARAMETER_COUNT; i-- > 0;) {
        loss_of(NULL, &s);
        tensor *got = keep(tensor_new_copy(parameters[i].gradient));
        expect_gradient(parameters[i].name, got, loss_of, &s, parameters[i].value);
    }
    clear_scene(&s);
}

START_TEST(test_captioner_loss_gives_the_gradients)
{
    expect_gradients(CAPTIONER_RNN);
}
END_TEST

START_TEST(test_captioner_loss_of_the_lstm_gives_the_gradients)
{
    expect_gradients(CAPTIONER_LSTM);
}
END_TEST

START_TEST(test_captioner_loss_depends_on_the_picture)
{
    scene s = new_scene(CAPTIONER_RNN, 0.5);
    double loss = loss_of(NULL, &s);
    tensor_scale(s.features, -1);
    hint("Other features give another h0, and so another loss.");
    ck_assert_msg(fabs(loss_of(NULL, &s) - loss) > 1e-6, "other features give the same loss, %g",
                  loss);
    clear_scene(&s);
}
END_TEST

START_TEST(test_captioner_loss_of_no_features_is_that_of_the_bias)
{
    scene s = new_scene(CAPTIONER_RNN, 0.5);
    tensor_fill(s.features, 0);
    double loss = loss_of(NULL, &s);
    hint("Features of 0 leave h0 = b_proj, and W_proj gets no gradient.");
    expect_number("the sum of squares of dW_proj", tensor_sum_of_squares(s.t.gradients.W_proj), 0,
                  0);
    tensor_fill(s.t.net.W_proj, 100);
    expect_number("the loss with another W_proj", loss_of(NULL, &s), loss, 0);
    clear_scene(&s);
}
END_TEST

START_TEST(test_captioner_loss_of_a_batch_is_the_mean_over_its_sentences)
{
    scene s = new_scene(CAPTIONER_LSTM, 0.5);
    double sum = 0;
    for (size_t n = 0; n < N; n++) {
        tensor features = tensor_rows(s.features, n, 1);
        const captions one = {1, T + 1, s.sentences->words + n * (T + 1)};
        sum += (double)captioner_loss(&s.t.net, &features, &one, &s.t.gradients);
    }
    hint("The loss of a batch is the mean of the losses of its sentences, however long each is.");
    expect_number("the loss", loss_of(NULL, &s), sum / N, 1e-10);
    clear_scene(&s);
}
END_TEST

START_TEST(test_captioner_loss_forgets_what_its_outputs_held)
{
    for (size_t i = 0; i < 2; i++) {
        scene s = new_scene(both_cells[i], 0.5);
        parameter parameters[CAPTIONER_PARAMETER_COUNT];
        tensor *first[CAPTIONER_PARAMETER_COUNT];
        trainable_captioner_parameters(&s.t, parameters);
        double loss = loss_of(NULL, &s);
        for (size_t k = 0; k < CAPTIONER_PARAMETER_COUNT; k++)
            first[k] = keep(tensor_new_copy(parameters[k].gradient));
        hint("This is the second call with the same tensors: are old contents added to?");
        expect_number("the loss", loss_of(NULL, &s), loss, 0);
        for (size_t k = 0; k < CAPTIONER_PARAMETER_COUNT; k++)
            expect_close(parameters[k].name, parameters[k].gradient, first[k], 1e-12);
        clear_scene(&s);
    }
}
END_TEST

START_TEST(test_captioner_loss_leaves_its_inputs_as_they_were)
{
    scene s = new_scene(CAPTIONER_LSTM, 0.5);
    const captions *before = kept_captions(N, T + 1, drawn_words);
    parameter parameters[CAPTIONER_PARAMETER_COUNT];
    tensor *copies[CAPTIONER_PARAMETER_COUNT], *features = keep(tensor_new_copy(s.features));
    trainable_captioner_parameters(&s.t, parameters);
    for (size_t k = 0; k < CAPTIONER_PARAMETER_COUNT; k++)
        copies[k] = keep(tensor_new_copy(parameters[k].value));
    loss_of(NULL, &s);
    for (size_t k = 0; k < CAPTIONER_PARAMETER_COUNT; k++)
        expect_unchanged(parameters[k].name, parameters[k].value, copies[k]);
    expect_unchanged("features", s.features, features);
    expect_captions("sentences", s.sentences, before);
    clear_scene(&s);
}
END_TEST

/* ---- sample ---- */

static void expect_published_sample(captioner_cell cell)
{
    published_case *c = published("captioner_sample", cell == CAPTIONER_LSTM);
    captioner net = published_net(c, cell);
    captions *expected = published_expected_captions(c, "captions");
    captions *said = kept_captions(expected->count, expected->length, NULL);
    captioner_sample(&net, kept_input(c, "features"), said);
    expect_captions("sentences", said, expected);
    captions_free(expected);
    published_case_close(c);
}

START_TEST(test_captioner_sample_gives_the_computed_words)
{
    expect_published_sample(CAPTIONER_RNN);
}
END_TEST

START_TEST(test_captioner_sample_of_the_lstm_gives_the_computed_words)
{
    expect_published_sample(CAPTIONER_LSTM);
}
END_TEST

/*
 * A net that only looks at the last word: word v makes the score of next[v] the largest. One hidden
 * unit per word; the states before do not matter.
 */
static scene chain_of_words(const uint32_t next[V])
{
    const captioner_settings settings = {.D = D,
                                         .E = V,
                                         .H = V,
                                         .V = V,
                                         .null_word = NULL_WORD,
                                         .start_word = START,
                                         .end_word = END};
    random_state r;
    random_seed(&r, 231);
    scene s = {.t = trainable_captioner_new(&settings),
               .features = kept_normal(&r, 0, 1, SHAPE(N, D))};
    for (size_t v = 0; v < V; v++) {
        s.t.net.W_embed->data[v * V + v] = 1;
        s.t.net.w.Wx->data[v * V + v] = 1;
        s.t.net.W_vocab->data[v * V + next[v]] = 1;
    }
    return s;
}

static void expect_said(scene *s, const uint32_t *sentence)
{
    captions *said = kept_captions(N, T, NULL), *expected = kept_captions(N, T, NULL);
    for (size_t i = 0; i < (size_t)N * T; i++)
        expected->words[i] = sentence[i % T];
    captioner_sample(&s->t.net, s->features, said);
    expect_captions("sentences", said, expected);
    clear_scene(s);
}

START_TEST(test_captioner_sample_begins_with_what_follows_start)
{
    scene s = chain_of_words((const uint32_t[V]){[START] = 5, [5] = 6, [6] = 3, [3] = 1, [1] = 6});
    hint("<START> is word 2 here. 5 follows it, then 6, 3, 1 and 6 again.");
    expect_said(&s, (const uint32_t[T]){5, 6, 3, 1, 6});
}
END_TEST

START_TEST(test_captioner_sample_says_nothing_after_end)
{
    scene s = chain_of_words((const uint32_t[V]){[START] = 5, [5] = END, [END] = 6, [6] = END});
    hint("The net says 5 and <END> (4), and would go on with 6; <NULL> is word 7.");
    expect_said(&s, (const uint32_t[T]){5, END, NULL_WORD, NULL_WORD, NULL_WORD});
}
END_TEST

START_TEST(test_captioner_sample_may_say_nothing_at_all)
{
    scene s = chain_of_words((const uint32_t[V]){[START] = END, [END] = 1, [1] = 1});
    hint("The first word is <END>.");
    expect_said(&s, (const uint32_t[T]){END, NULL_WORD, NULL_WORD, NULL_WORD, NULL_WORD});
}
END_TEST

START_TEST(test_captioner_sample_goes_on_after_null)
{
    scene s = chain_of_words((const uint32_t[V]){[START] = NULL_WORD, [NULL_WORD] = 6, [6] = 6});
    hint("Only <END> ends a sentence; a net may say <NULL> (7) before it.");
    expect_said(&s, (const uint32_t[T]){NULL_WORD, 6, 6, 6, 6});
}
END_TEST

START_TEST(test_captioner_sample_takes_the_smallest_of_equal_scores)
{
    scene s = chain_of_words((const uint32_t[V]){0});
    tensor_fill(s.t.net.W_vocab, 0);
    s.t.net.b_vocab->data[3] = 1;
    s.t.net.b_vocab->data[6] = 1;
    hint("Words 3 and 6 have the same score, the largest.");
    expect_said(&s, (const uint32_t[T]){3, 3, 3, 3, 3});
}
END_TEST

/*
 * Whether a net of cell always says the word that costs least, by captioner_loss, after the words
 * that it has said. It never says <NULL>, which costs nothing there; <END> is the same word here.
 */
static void expect_states_to_go_on(captioner_cell cell)
{
    scene s = new_scene(cell, 1.5);
    s.t.net.end_word = NULL_WORD;
    s.t.net.b_vocab->data[NULL_WORD] = -1000;
    captions *said = kept_captions(N, T, NULL);
    captioner_sample(&s.t.net, s.features, said);
    for (size_t n = 0; n < N; n++) {
        captions *sentence = kept_captions(1, T + 1, NULL);
        tensor features = tensor_rows(s.features, n, 1);
        sentence->words[0] = START;
        for (size_t t = 0; t < T; t++)
            sentence->words[t + 1] = said->words[n * T + t];
        for (size_t t = 1; t <= T; t++) {
            captions one = {1, t + 1, sentence->words};
            uint32_t best = 0, word = sentence->words[t];
            double least = INFINITY;
            for (uint32_t v = 0; v < NULL_WORD; v++) {
                sentence->words[t] = v;
                double loss = (double)captioner_loss(&s.t.net, &features, &one, &s.t.gradients);
                best = loss < least ? v : best;
                least = fmin(least, loss);
            }
            sentence->words[t] = word;
            ck_assert_msg(word == best,
                          "sentences[%zu,%zu] is %u, but after the words before it your own "
                          "captioner_loss is smallest for %u: do the states go on from step to "
                          "step?",
                          n, t - 1, (unsigned)word, (unsigned)best);
        }
    }
    clear_scene(&s);
}

START_TEST(test_captioner_sample_says_what_captioner_loss_finds_most_likely)
{
    expect_states_to_go_on(CAPTIONER_RNN);
}
END_TEST

START_TEST(test_captioner_sample_of_the_lstm_says_what_captioner_loss_finds_most_likely)
{
    expect_states_to_go_on(CAPTIONER_LSTM);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"captioner_init", test_captioner_init_gives_the_computed_figures},
        {"captioner_init", test_captioner_init_divides_by_the_root_of_the_inputs},
        {"captioner_init", test_captioner_init_sets_the_biases_to_zero},
        {"captioner_loss", test_captioner_loss_gives_the_computed_figures},
        {"captioner_loss", test_captioner_loss_of_the_lstm_gives_the_computed_figures},
        {"captioner_loss", test_captioner_loss_is_log_V_per_word_at_first},
        {"captioner_loss", test_captioner_loss_counts_the_words_that_come_out},
        {"captioner_loss", test_captioner_loss_does_not_look_at_the_last_word_going_in},
        {"captioner_loss", test_captioner_loss_depends_on_the_picture},
        {"captioner_loss", test_captioner_loss_of_no_features_is_that_of_the_bias},
        {"captioner_loss", test_captioner_loss_of_a_batch_is_the_mean_over_its_sentences},
        {"captioner_loss", test_captioner_loss_gives_the_gradients},
        {"captioner_loss", test_captioner_loss_of_the_lstm_gives_the_gradients},
        {"captioner_loss", test_captioner_loss_forgets_what_its_outputs_held},
        {"captioner_loss", test_captioner_loss_leaves_its_inputs_as_they_were},
        {"captioner_sample", test_captioner_sample_gives_the_computed_words},
        {"captioner_sample", test_captioner_sample_of_the_lstm_gives_the_computed_words},
        {"captioner_sample", test_captioner_sample_begins_with_what_follows_start},
        {"captioner_sample", test_captioner_sample_says_nothing_after_end},
        {"captioner_sample", test_captioner_sample_may_say_nothing_at_all},
        {"captioner_sample", test_captioner_sample_goes_on_after_null},
        {"captioner_sample", test_captioner_sample_takes_the_smallest_of_equal_scores},
        {"captioner_sample", test_captioner_sample_says_what_captioner_loss_finds_most_likely},
        {"captioner_sample",
         test_captioner_sample_of_the_lstm_says_what_captioner_loss_finds_most_likely},
    };
    return check_module("captioner", promises, sizeof promises / sizeof *promises);
}
