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
    /* TODO: tensor_fill_normal of random.h; the header gives the order and the deviations. */
    NOT_IMPLEMENTED(net, random);
}

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
    /*
     * TODO: cut the sentences into words in and words out, then one layer after another: h0, word
     * vectors, cell, scores, loss. Then each layer's backward function in the opposite order. A
     * tensor of N x D, viewed as N x 1 x D by tensor_reshaped, can pass a temporal layer.
     */
    return NOT_IMPLEMENTED(net, features, sentences, gradients);
}

void captioner_sample(const captioner *net, const tensor *features, captions *sentences)
{
    check_pictures(__func__, net, features, sentences);
    /*
     * TODO: one step at a time, with rnn_step_forward or lstm_step_forward: look up the words that
     * were said last (first <START>), move the states on, score, choose. Which states go on from
     * step to step? tensor_argmax_rows finds the largest score of each row.
     */
    NOT_IMPLEMENTED(net, features, sentences);
}
