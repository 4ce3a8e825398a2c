/* Promises of captioning_transformer.c. Its layers are your own: when theirs fail, look there. */
#include "captioning_transformer_model.h"
#include "transformer_checks.h"

enum { N = 3, D = 4, E = 6, F = 5, HEADS = 3, V = 8, T = 5, LAYERS = 2 };
enum { NULL_WORD = 7, START = 2, END = 4 };

/* A small net with drawn parameters, pictures and sentences. */
typedef struct scene {
    trainable_captioning_transformer t;
    tensor *features;
    captions *sentences; /* N x (T + 1) */
} scene;

/* Its <NULL> is not word 0. One sentence never ends, one is empty, one has a <NULL> inside. */
static const uint32_t drawn_words[N * (T + 1)] = {
    START, 0,   7,         3,         END,       NULL_WORD, /* a <NULL> in the middle */
    START, 5,   1,         6,         0,         3,         /* no <END> */
    START, END, NULL_WORD, NULL_WORD, NULL_WORD, NULL_WORD  /* nothing at all */
};

static scene new_scene(double deviation)
{
    const captioning_transformer_settings settings = {.D = D,
                                                      .E = E,
                                                      .F = F,
                                                      .V = V,
                                                      .heads = HEADS,
                                                      .layer_count = LAYERS,
                                                      .null_word = NULL_WORD,
                                                      .start_word = START,
                                                      .end_word = END};
    random_state r;
    random_seed(&r, 231);
    scene s = {.t = trainable_captioning_transformer_new(&settings),
               .features = kept_normal(&r, 0.5, 1, SHAPE(N, D)),
               .sentences = kept_captions(N, T + 1, drawn_words)};
    for (size_t i = 0; i < s.t.list.count; i++) {
        const parameter *p = &s.t.list.parameters[i];
        tensor_fill_normal(p->value, &r, strstr(p->name, "gamma") != NULL, deviation);
        poison(p->gradient);
    }
    for (size_t i = 0; i < LAYERS; i++)
        s.t.gradients.layers[i].self.heads = s.t.gradients.layers[i].cross.heads = 0;
    return s;
}

static void clear_scene(scene *s)
{
    trainable_captioning_transformer_clear(&s->t);
}

static double loss_of(const tensor *changed, void *context)
{
    scene *s = context;
    (void)changed; /* it is a parameter of the net, changed in place */
    return (double)captioning_transformer_loss(&s->t.net, s->features, s->sentences,
                                               &s->t.gradients);
}

/* The scores of s's words in, all but the last of each sentence. */
static tensor *kept_scores(const scene *s)
{
    captions *words = kept_captions(N, T, NULL);
    for (size_t i = 0; i < (size_t)N * T; i++)
        words->words[i] = s->sentences->words[i / T * (T + 1) + i % T];
    tensor *scores = kept_output(SHAPE(N, T, V));
    captioning_transformer_scores(&s->t.net, s->features, words, scores);
    return scores;
}

/* ---- init ---- */

static bool is_matrix(const char *name)
{
    return strchr(name, 'W') != NULL;
}

START_TEST(test_captioning_transformer_init_draws_the_matrices_in_order)
{
    scene s = new_scene(1);
    random_state r, expected;
    random_seed(&r, 5);
    random_seed(&expected, 5);
    captioning_transformer_init(&s.t.net, &r);
    hint("W_embed and W_proj come first, then the layers, each with self, cross, W1 and W2, then "
         "W_vocab; all of them 0.02 times a normal number.");
    for (size_t i = 0; i < s.t.list.count; i++) {
        const parameter *p = &s.t.list.parameters[i];
        if (!is_matrix(p->name))
            continue;
        tensor *numbers = keep(tensor_new_like(p->value));
        tensor_fill_normal(numbers, &expected, 0, 0.02);
        expect_close(p->name, p->value, numbers, 1e-12);
    }
    clear_scene(&s);
}
END_TEST

START_TEST(test_captioning_transformer_init_sets_what_is_not_drawn)
{
    scene s = new_scene(1);
    random_state r;
    random_seed(&r, 5);
    captioning_transformer_init(&s.t.net, &r);
    hint("Biases and beta are 0 at first, gamma is 1.");
    for (size_t i = 0; i < s.t.list.count; i++) {
        const parameter *p = &s.t.list.parameters[i];
        tensor *numbers = keep(tensor_new_like(p->value));
        tensor_fill(numbers, strstr(p->name, "gamma") != NULL);
        if (!is_matrix(p->name))
            expect_close(p->name, p->value, numbers, 0);
    }
    clear_scene(&s);
}
END_TEST

/* ---- scores ---- */

/* The net and the inputs of the published case, which has one layer; clear_scene frees it. */
static scene published_scene(const published_case *c)
{
    tensor *W_proj = kept_input(c, "W_proj"), *W_vocab = kept_input(c, "W_vocab");
    tensor *W1 = kept_input(c, "layer0_W1");
    const captioning_transformer_settings settings = {
        .D = W_proj->shape[0],
        .E = W1->shape[0],
        .F = W1->shape[1],
        .V = W_vocab->shape[1],
        .heads = (size_t)published_input_number(c, "heads"),
        .layer_count = (size_t)published_input_number(c, "layers"),
        .null_word = (uint32_t)published_input_number(c, "null_word")};
    scene s = {.t = trainable_captioning_transformer_new(&settings),
               .features = kept_input(c, "features"),
               .sentences = published_input_captions(c, "captions")};
    for (size_t i = 0; i < s.t.list.count; i++) {
        const parameter *p = &s.t.list.parameters[i];
        tensor_copy(kept_input(c, p->name), p->value);
        poison(p->gradient);
    }
    return s;
}

START_TEST(test_captioning_transformer_scores_gives_the_computed_figures)
{
    published_case *c = published("captioning_transformer_loss", 0);
    scene s = published_scene(c);
    tensor *expected = keep(published_expected(c, "scores"));
    const size_t *shape = expected->shape;
    captions *words = kept_captions(shape[0], shape[1], NULL);
    for (size_t i = 0; i < shape[0] * shape[1]; i++)
        words->words[i] = s.sentences->words[i / shape[1] * (shape[1] + 1) + i % shape[1]];
    tensor *scores = keep(output_like(expected));
    captioning_transformer_scores(&s.t.net, s.features, words, scores);
    expect_case("scores", scores, c);
    captions_free(s.sentences);
    clear_scene(&s);
    published_case_close(c);
}
END_TEST

START_TEST(test_captioning_transformer_scores_do_not_look_ahead)
{
    scene s = new_scene(0.5);
    tensor *before = kept_scores(&s);
    for (size_t n = 0; n < N; n++)
        s.sentences->words[n * (T + 1) + T - 1] = 1;
    tensor *after = kept_scores(&s);
    hint("The last word in changed; the scores after earlier words may not see that.");
    for (size_t n = 0; n < N; n++) {
        tensor is = tensor_row(after, n), was = tensor_row(before, n);
        tensor rows = tensor_rows(&is, 0, T - 1), old = tensor_rows(&was, 0, T - 1);
        expect_close("scores", &rows, &old, 0);
    }
    clear_scene(&s);
}
END_TEST

/* How far the scores after word t of sentence n moved. */
static double moved(const tensor *scores, const tensor *before, size_t n, size_t t)
{
    double sum = 0;
    for (size_t v = 0; v < V; v++)
        sum +=
            fabs((double)(scores->data[(n * T + t) * V + v] - before->data[(n * T + t) * V + v]));
    return sum;
}

START_TEST(test_captioning_transformer_scores_look_at_all_words_before)
{
    scene s = new_scene(0.5);
    tensor *before = kept_scores(&s);
    s.sentences->words[0] = 1;
    ck_assert_msg(moved(kept_scores(&s), before, 0, T - 1) > 1e-6,
                  "the scores after the last word do not depend on the first word");
    clear_scene(&s);
}
END_TEST

START_TEST(test_captioning_transformer_scores_depend_on_the_order)
{
    scene s = new_scene(0.5);
    tensor_fill(s.t.net.layers[1].self.Wo, 0); /* only layer 0 looks at other words */
    tensor *before = kept_scores(&s);
    uint32_t *words = s.sentences->words + (T + 1); /* <START> 5 1 6 0 3 */
    words[1] = 1;
    words[2] = 5;
    ck_assert_msg(moved(kept_scores(&s), before, 1, 3) > 1e-6,
                  "the scores after \"5 1 6\" are those after \"1 5 6\": without the positional "
                  "table attention does not see the order of the words");
    clear_scene(&s);
}
END_TEST

START_TEST(test_captioning_transformer_scores_depend_on_the_picture)
{
    scene s = new_scene(0.5);
    tensor *before = kept_scores(&s);
    tensor_scale(s.features, -1);
    tensor *after = kept_scores(&s);
    for (size_t n = 0; n < N; n++)
        ck_assert_msg(moved(after, before, n, 0) > 1e-6,
                      "the scores of sentence %zu do not depend on its picture", n);
    clear_scene(&s);
}
END_TEST

START_TEST(test_captioning_transformer_scores_of_a_batch_are_those_of_each_sentence)
{
    scene s = new_scene(0.5);
    tensor *all = kept_scores(&s);
    for (size_t n = 0; n < N; n++) {
        tensor features = tensor_rows(s.features, n, 1), row = tensor_rows(all, n, 1);
        tensor *alone = kept_output(SHAPE(1, 2, V));
        const captions one = {1, 2, s.sentences->words + n * (T + 1)};
        captioning_transformer_scores(&s.t.net, &features, &one, alone);
        tensor first = tensor_row(&row, 0), two = tensor_rows(&first, 0, 2);
        hint(
            "A sentence does not depend on the others of its batch, nor on words that come later.");
        expect_close("scores", alone, &two, 1e-12);
    }
    clear_scene(&s);
}
END_TEST

START_TEST(test_captioning_transformer_scores_leave_their_inputs_as_they_were)
{
    scene s = new_scene(0.5);
    tensor *features = keep(tensor_new_copy(s.features));
    tensor *W_embed = keep(tensor_new_copy(s.t.net.W_embed));
    tensor *first = kept_scores(&s), *second = kept_scores(&s);
    expect_unchanged("features", s.features, features);
    expect_unchanged("W_embed", s.t.net.W_embed, W_embed);
    hint("This is the second call with the same inputs.");
    expect_close("scores", second, first, 0);
    clear_scene(&s);
}
END_TEST

/* ---- loss ---- */

START_TEST(test_captioning_transformer_loss_gives_the_computed_figures)
{
    published_case *c = published("captioning_transformer_loss", 0);
    scene s = published_scene(c);
    const captioning_transformer *gradients = &s.t.gradients;
    expect_number("the loss", loss_of(NULL, &s), published_expected_number(c, "loss"),
                  published_tolerance(c));
    expect_case("dW_embed", gradients->W_embed, c);
    expect_case("dW_proj", gradients->W_proj, c);
    expect_case("db_proj", gradients->b_proj, c);
    expect_case("dW_vocab", gradients->W_vocab, c);
    expect_case("db_vocab", gradients->b_vocab, c);
    expect_case("dlayer0_self_Wq", gradients->layers[0].self.Wq, c);
    expect_case("dlayer0_W1", gradients->layers[0].feed.W1, c);
    captions_free(s.sentences);
    clear_scene(&s);
    published_case_close(c);
}
END_TEST

START_TEST(test_captioning_transformer_loss_is_log_V_per_word_at_first)
{
    scene s = new_scene(0.5);
    tensor_fill(s.t.net.W_vocab, 0);
    tensor_fill(s.t.net.b_vocab, 0);
    hint("With scores of 0 all words are equally likely: nine words count and cost log 8 each, "
         "divided by 3 sentences.");
    expect_number("the loss", loss_of(NULL, &s), 3 * log((double)V), 1e-10);
    clear_scene(&s);
}
END_TEST

/* The loss of a net that says favourite more often than other words, whatever the picture is. */
static double loss_of_prejudice(uint32_t favourite)
{
    scene s = new_scene(0.5);
    tensor_fill(s.t.net.W_vocab, 0);
    tensor_fill(s.t.net.b_vocab, 0);
    s.t.net.b_vocab->data[favourite] = 1;
    double loss = loss_of(NULL, &s);
    clear_scene(&s);
    return loss;
}

START_TEST(test_captioning_transformer_loss_counts_the_words_that_come_out)
{
    const double word = log(V - 1 + exp(1.0));
    hint("The words out are 0 <NULL> 3 <END> <NULL>, 5 1 6 0 3 and <END> <NULL> <NULL> <NULL> "
         "<NULL>: nine count, and the sum is divided by 3 sentences.");
    expect_number("the loss", loss_of_prejudice(5), (9 * word - 1) / 3, 1e-10);
    hint("<START> goes in and never comes out, so a preference for it helps nowhere.");
    expect_number("the loss", loss_of_prejudice(START), 9 * word / 3, 1e-10);
    hint("A place where <NULL> should come out does not count.");
    expect_number("the loss", loss_of_prejudice(NULL_WORD), 9 * word / 3, 1e-10);
}
END_TEST

START_TEST(test_captioning_transformer_loss_of_a_batch_is_the_mean_over_its_sentences)
{
    scene s = new_scene(0.5);
    double sum = 0;
    for (size_t n = 0; n < N; n++) {
        tensor features = tensor_rows(s.features, n, 1);
        const captions one = {1, T + 1, s.sentences->words + n * (T + 1)};
        sum += (double)captioning_transformer_loss(&s.t.net, &features, &one, &s.t.gradients);
    }
    hint("The loss of a batch is the mean of the losses of its sentences, however long each is.");
    expect_number("the loss", loss_of(NULL, &s), sum / N, 1e-10);
    clear_scene(&s);
}
END_TEST

START_TEST(test_captioning_transformer_loss_is_that_of_its_scores)
{
    scene s = new_scene(0.5);
    tensor *scores = kept_scores(&s);
    double loss = 0;
    for (size_t i = 0; i < (size_t)N * T; i++) {
        uint32_t word = s.sentences->words[i / T * (T + 1) + i % T + 1];
        double sum = 0;
        for (size_t v = 0; v < V; v++)
            sum += exp((double)scores->data[i * V + v]);
        if (word != NULL_WORD)
            loss += (log(sum) - (double)scores->data[i * V + word]) / N;
    }
    hint("The scores after words 0 .. t are judged by word t + 1.");
    expect_number("the loss", loss_of(NULL, &s), loss, 1e-10);
    clear_scene(&s);
}
END_TEST

/*
 * Whether the gradient of this name is 0: that of a bias of keys, and, over a memory of length 1,
 * those of all that only moves the scores of the cross-attention.
 */
static bool is_unseen(const char *name)
{
    static const char *const unseen[] = {"self_bk", "cross_Wq", "cross_bq", "cross_Wk", "cross_bk"};
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
        if (strstr(name, unseen[i]) != NULL)
            return true;
    return false;
}

START_TEST(test_captioning_transformer_loss_gives_the_gradients)
{
    scene s = new_scene(0.5);
    hint("All layers look at the memory, all places at W_embed: gradients add up.");
    for (size_t i = s.t.list.count; i-- > 0;) {
        const parameter *p = &s.t.list.parameters[i];
        loss_of(NULL, &s);
        tensor *got = keep(tensor_new_copy(p->gradient));
        if (is_unseen(p->name))
            expect_close(p->name, got, keep(tensor_new_like(got)), 1e-12);
        else
            expect_gradient(p->name, got, loss_of, &s, p->value);
    }
    clear_scene(&s);
}
END_TEST

START_TEST(test_captioning_transformer_loss_does_not_look_at_the_last_word_going_in)
{
    scene s = new_scene(0.5);
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

START_TEST(test_captioning_transformer_loss_forgets_what_its_outputs_held)
{
    scene s = new_scene(0.5);
    tensor *first[5 + LAYERS * DECODER_TENSORS];
    double loss = loss_of(NULL, &s);
    for (size_t i = 0; i < s.t.list.count; i++)
        first[i] = keep(tensor_new_copy(s.t.list.parameters[i].gradient));
    hint("This is the second call with the same tensors: are old contents added to?");
    expect_number("the loss", loss_of(NULL, &s), loss, 0);
    for (size_t i = 0; i < s.t.list.count; i++)
        expect_close(s.t.list.parameters[i].name, s.t.list.parameters[i].gradient, first[i], 1e-12);
    clear_scene(&s);
}
END_TEST

START_TEST(test_captioning_transformer_loss_leaves_its_inputs_as_they_were)
{
    scene s = new_scene(0.5);
    const captions *before = kept_captions(N, T + 1, drawn_words);
    tensor *copies[5 + LAYERS * DECODER_TENSORS], *features = keep(tensor_new_copy(s.features));
    for (size_t i = 0; i < s.t.list.count; i++)
        copies[i] = keep(tensor_new_copy(s.t.list.parameters[i].value));
    loss_of(NULL, &s);
    for (size_t i = 0; i < s.t.list.count; i++)
        expect_unchanged(s.t.list.parameters[i].name, s.t.list.parameters[i].value, copies[i]);
    expect_unchanged("features", s.features, features);
    expect_captions("sentences", s.sentences, before);
    clear_scene(&s);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"captioning_transformer_init",
         test_captioning_transformer_init_draws_the_matrices_in_order},
        {"captioning_transformer_init", test_captioning_transformer_init_sets_what_is_not_drawn},
        {"captioning_transformer_scores",
         test_captioning_transformer_scores_gives_the_computed_figures},
        {"captioning_transformer_scores", test_captioning_transformer_scores_do_not_look_ahead},
        {"captioning_transformer_scores",
         test_captioning_transformer_scores_look_at_all_words_before},
        {"captioning_transformer_scores", test_captioning_transformer_scores_depend_on_the_order},
        {"captioning_transformer_scores", test_captioning_transformer_scores_depend_on_the_picture},
        {"captioning_transformer_scores",
         test_captioning_transformer_scores_of_a_batch_are_those_of_each_sentence},
        {"captioning_transformer_scores",
         test_captioning_transformer_scores_leave_their_inputs_as_they_were},
        {"captioning_transformer_loss",
         test_captioning_transformer_loss_gives_the_computed_figures},
        {"captioning_transformer_loss",
         test_captioning_transformer_loss_is_log_V_per_word_at_first},
        {"captioning_transformer_loss",
         test_captioning_transformer_loss_counts_the_words_that_come_out},
        {"captioning_transformer_loss", test_captioning_transformer_loss_is_that_of_its_scores},
        {"captioning_transformer_loss",
         test_captioning_transformer_loss_of_a_batch_is_the_mean_over_its_sentences},
        {"captioning_transformer_loss",
         test_captioning_transformer_loss_does_not_look_at_the_last_word_going_in},
        {"captioning_transformer_loss", test_captioning_transformer_loss_gives_the_gradients},
        {"captioning_transformer_loss",
         test_captioning_transformer_loss_forgets_what_its_outputs_held},
        {"captioning_transformer_loss",
         test_captioning_transformer_loss_leaves_its_inputs_as_they_were},
    };
    return check_module("captioning_transformer", promises, sizeof promises / sizeof *promises);
}
