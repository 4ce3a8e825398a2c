/* The recurrent captioner. captioner.h specifies each function. */
#include "captioner.h"

#include "contract.h"
#include "embedding.h"
#include "lstm.h"
#include "rnn.h"
#include "temporal.h"

/* Stops the program unless word, called name, is in net's vocabulary. */
static void check_word(const char *function, const char *name, const captioner *net, uint32_t word)
{
    if (word >= net->W_embed->shape[0])
        contract_failed(function, "net->%s is %u, should be below %zu", name, (unsigned)word,
                        net->W_embed->shape[0]);
}

/* Stops the program unless the tensors of net fit one another. */
static void check_net(const char *function, const captioner *net)
{
    check_rank(function, "W_embed", net->W_embed, 2);
    check_rank(function, "W_proj", net->W_proj, 2);
    size_t V = net->W_embed->shape[0], E = net->W_embed->shape[1], H = net->W_proj->shape[1];
    check_shape_1d(function, "b_proj", net->b_proj, H);
    check_recurrent_weights(function, "w", &net->w, E, H, net->cell == CAPTIONER_LSTM ? 4 * H : H);
    check_shape_2d(function, "W_vocab", net->W_vocab, H, V);
    check_shape_1d(function, "b_vocab", net->b_vocab, V);
    check_word(function, "null_word", net, net->null_word);
    check_word(function, "start_word", net, net->start_word);
    check_word(function, "end_word", net, net->end_word);
}

/* Stops the program unless the tensors of gradients have the shapes of net's. */
static void check_gradients(const char *function, const captioner *net, const captioner *gradients)
{
    check_same_shape(function, "gradients->W_embed", gradients->W_embed, net->W_embed);
    check_same_shape(function, "gradients->W_proj", gradients->W_proj, net->W_proj);
    check_same_shape(function, "gradients->b_proj", gradients->b_proj, net->b_proj);
    check_recurrent_weights(function, "gradients->w", &gradients->w, net->w.Wx->shape[0],
                            net->w.Wh->shape[0], net->w.b->shape[0]);
    check_same_shape(function, "gradients->W_vocab", gradients->W_vocab, net->W_vocab);
    check_same_shape(function, "gradients->b_vocab", gradients->b_vocab, net->b_vocab);
}

/* Stops the program unless there are features, as net expects them, and sentences for them. */
static void check_pictures(const char *function, const captioner *net, const tensor *features,
                           const captions *sentences)
{
    check_net(function, net);
    check_rank(function, "features", features, 2);
    check_shape_2d(function, "features", features, features->shape[0], net->W_proj->shape[0]);
    if (sentences == NULL)
        contract_failed(function, "sentences is NULL");
    check_captions(function, "sentences", sentences, features->shape[0], sentences->length,
                   SIZE_MAX);
}

void captioner_init(captioner *net, random_state *random)
{
    check_net(__func__, net);
#ifdef SOLUTION
    double E = net->w.Wx->shape[0], D = net->W_proj->shape[0], H = net->w.Wh->shape[0];
    tensor_fill_normal(net->W_embed, random, 0, 1.0 / 100);
    tensor_fill_normal(net->W_proj, random, 0, 1 / sqrt(D));
    tensor_fill_normal(net->w.Wx, random, 0, 1 / sqrt(E));
    tensor_fill_normal(net->w.Wh, random, 0, 1 / sqrt(H));
    tensor_fill_normal(net->W_vocab, random, 0, 1 / sqrt(H));
    tensor_fill(net->b_proj, 0);
    tensor_fill(net->w.b, 0);
    tensor_fill(net->b_vocab, 0);
#else
    /* TODO: tensor_fill_normal of random.h; the header gives the order and the deviations. */
    NOT_IMPLEMENTED(net, random);
#endif
}

#ifdef SOLUTION
/* A view of a matrix, N x D, as a sequence of one step, N x 1 x D. */
static tensor as_one_step(const tensor *matrix)
{
    return tensor_reshaped(matrix, 3, (const size_t[]){matrix->shape[0], 1, matrix->shape[1]});
}

/* h0 = features W_proj + b_proj, as a new tensor. */
static tensor *project(const captioner *net, const tensor *features)
{
    tensor *h0 = tensor_new_2d(features->shape[0], net->W_proj->shape[1]);
    tensor inputs = as_one_step(features), outputs = as_one_step(h0);
    temporal_affine_forward(&inputs, net->W_proj, net->b_proj, &outputs);
    return h0;
}

/* Words first .. first + length - 2 of each sentence: all but the last, or all but the first. */
static captions *words_from(const captions *sentences, size_t first)
{
    captions *part = captions_new(sentences->count, sentences->length - 1);
    for (size_t n = 0; n < part->count; n++)
        for (size_t t = 0; t < part->length; t++)
            part->words[n * part->length + t] = sentences->words[n * sentences->length + first + t];
    return part;
}

/* What each layer made of a minibatch. */
typedef struct activations {
    tensor *h0;       /* N x H */
    tensor *x, *h;    /* N x T x E, N x T x H */
    lstm_cache cache; /* of the LSTM; else its tensors are NULL */
    tensor *scores;   /* N x T x V */
} activations;

static activations forward(const captioner *net, const tensor *features, const captions *words)
{
    size_t N = words->count, T = words->length, H = net->w.Wh->shape[0];
    activations a = {.h0 = project(net, features),
                     .x = tensor_new_3d(N, T, net->W_embed->shape[1]),
                     .h = tensor_new_3d(N, T, H),
                     .scores = tensor_new_3d(N, T, net->W_vocab->shape[1])};
    word_embedding_forward(words, net->W_embed, a.x);
    if (net->cell == CAPTIONER_LSTM) {
        a.cache = (lstm_cache){tensor_new_3d(N, T, 4 * H), tensor_new_3d(N, T, H)};
        lstm_forward(a.x, a.h0, &net->w, a.h, &a.cache);
    } else {
        rnn_forward(a.x, a.h0, &net->w, a.h);
    }
    temporal_affine_forward(a.h, net->W_vocab, net->b_vocab, a.scores);
    return a;
}

/* Back from dscores through all layers, into the gradients; a is what forward left. */
static void backward(const captioner *net, const tensor *features, const captions *words,
                     const activations *a, const tensor *dscores, captioner *gradients)
{
    tensor *dh = tensor_new_like(a->h), *dx = tensor_new_like(a->x);
    tensor *dh0 = tensor_new_like(a->h0), *dfeatures = tensor_new_like(features);
    temporal_affine_backward(dscores, a->h, net->W_vocab, dh, gradients->W_vocab,
                             gradients->b_vocab);
    if (net->cell == CAPTIONER_LSTM)
        lstm_backward(dh, a->x, a->h0, a->h, &a->cache, &net->w, dx, dh0, &gradients->w);
    else
        rnn_backward(dh, a->x, a->h0, a->h, &net->w, dx, dh0, &gradients->w);
    word_embedding_backward(dx, words, gradients->W_embed);

    tensor dprojected = as_one_step(dh0), inputs = as_one_step(features);
    tensor dinputs = as_one_step(dfeatures); /* of no use: the features are given */
    temporal_affine_backward(&dprojected, &inputs, net->W_proj, &dinputs, gradients->W_proj,
                             gradients->b_proj);
    tensor *const all[] = {dh, dx, dh0, dfeatures};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
}

static void activations_clear(activations *a)
{
    tensor *const all[] = {a->h0, a->x, a->h, a->cache.gates, a->cache.c, a->scores};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
}
#endif

real captioner_loss(const captioner *net, const tensor *features, const captions *sentences,
                    captioner *gradients)
{
    check_pictures(__func__, net, features, sentences);
    check_captions(__func__, "sentences", sentences, features->shape[0], sentences->length,
                   net->W_embed->shape[0]);
    check_gradients(__func__, net, gradients);
    if (sentences->length < 2)
        contract_failed(__func__, "sentences of %zu words, should have at least 2",
                        sentences->length);
#ifdef SOLUTION
    captions *words_in = words_from(sentences, 0), *words_out = words_from(sentences, 1);
    activations a = forward(net, features, words_in);
    tensor *dscores = a.scores; /* the scores are of no use after the loss */
    real loss = temporal_softmax_loss(a.scores, words_out, net->null_word, dscores);
    backward(net, features, words_in, &a, dscores, gradients);
    activations_clear(&a);
    captions_free(words_in);
    captions_free(words_out);
    return loss;
#else
    /*
     * TODO: cut the sentences into words in and words out, then one layer after another: h0, word
     * vectors, cell, scores, loss. Then each layer's backward function in the opposite order. A
     * tensor of N x D, viewed as N x 1 x D by tensor_reshaped, can pass a temporal layer.
     */
    return NOT_IMPLEMENTED(net, features, sentences, gradients);
#endif
}

#ifdef SOLUTION
/* The states that a net goes through while it speaks. */
typedef struct speaker {
    captions *word;     /* N x 1: what was said last */
    tensor *x;          /* N x 1 x E: its vector */
    tensor *h, *next_h; /* N x H */
    tensor *c, *next_c; /* N x H, of the LSTM */
    tensor *gates;      /* N x 4H, likewise */
    tensor *scores;     /* N x 1 x V */
} speaker;

/* The next word of every sentence, into s->word. */
static void say_word(const captioner *net, speaker *s)
{
    word_embedding_forward(s->word, net->W_embed, s->x);
    tensor x = tensor_flattened(s->x), scores = tensor_flattened(s->scores);
    if (net->cell == CAPTIONER_LSTM)
        lstm_step_forward(&x, s->h, s->c, &net->w, s->next_h, s->next_c, s->gates);
    else
        rnn_step_forward(&x, s->h, &net->w, s->next_h);
    tensor_copy(s->next_h, s->h);
    tensor_copy(s->next_c, s->c);
    tensor h = as_one_step(s->h);
    temporal_affine_forward(&h, net->W_vocab, net->b_vocab, s->scores);
    tensor_argmax_rows(&scores, &(labels){s->word->count, s->word->words});
}

/* Makes everything after the first <END> of each sentence <NULL>. */
static void silence_after_end(const captioner *net, captions *sentences)
{
    for (size_t n = 0; n < sentences->count; n++) {
        uint32_t *sentence = sentences->words + n * sentences->length;
        size_t t = 0;
        while (t < sentences->length && sentence[t] != net->end_word)
            t++;
        while (++t < sentences->length)
            sentence[t] = net->null_word;
    }
}
#endif

void captioner_sample(const captioner *net, const tensor *features, captions *sentences)
{
    check_pictures(__func__, net, features, sentences);
#ifdef SOLUTION
    size_t N = sentences->count, T = sentences->length, H = net->w.Wh->shape[0];
    speaker s = {.word = captions_new(N, 1),
                 .x = tensor_new_3d(N, 1, net->W_embed->shape[1]),
                 .h = project(net, features),
                 .next_h = tensor_new_2d(N, H),
                 .c = tensor_new_2d(N, H), /* zeros */
                 .next_c = tensor_new_2d(N, H),
                 .gates = tensor_new_2d(N, 4 * H),
                 .scores = tensor_new_3d(N, 1, net->W_vocab->shape[1])};
    for (size_t n = 0; n < N; n++)
        s.word->words[n] = net->start_word;
    for (size_t t = 0; t < T; t++) {
        say_word(net, &s);
        for (size_t n = 0; n < N; n++)
            sentences->words[n * T + t] = s.word->words[n];
    }
    silence_after_end(net, sentences);
    captions_free(s.word);
    tensor *const all[] = {s.x, s.h, s.next_h, s.c, s.next_c, s.gates, s.scores};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
#else
    /*
     * TODO: one step at a time, with rnn_step_forward or lstm_step_forward: look up the words that
     * were said last (first <START>), move the states on, score, choose. Which states go on from
     * step to step? tensor_argmax_rows finds the largest score of each row.
     */
    NOT_IMPLEMENTED(net, features, sentences);
#endif
}
