/* Hidden cases of SimCLR. */
#include "attempt.h"

CASE(cosine_similarity_any_length, "the similarity of two vectors")
{
    for (size_t round = 0; round < 2; round++) {
        size_t D = draw_size(a, 3, 9);
        give_normal(a, "a", sizes1(D), 0.5, 1);
        give_normal(a, "b", sizes1(D), 0.5, 3);
        call(a, "cosine_similarity");
        expect_close(a, "s");
    }
}

/* N pairs of rows of D numbers; the rows of right are longer. */
static void give_pairs(attempt *a, size_t N, double tau)
{
    size_t D = draw_size(a, 8, 12);
    give_normal(a, "left", sizes2(N, D), 0.3, 1);
    give_normal(a, "right", sizes2(N, D), 0.3, 2);
    give_number(a, "tau", tau);
}

/* Not a power of two. */
static void draw_pairs(attempt *a)
{
    size_t N = 2 * draw_size(a, 1, 3) + 1;
    double tau = draw_number(a, 0.3, 0.8);
    give_pairs(a, N, tau);
}

CASE(positive_similarities_any_shape, "the similarities of pairs")
{
    draw_pairs(a);
    give_size(a, 'O', 1);
    call(a, "positive_similarities");
    expect_close(a, "out");
}

CASE(similarity_matrix_any_shape, "the similarities of all rows")
{
    for (size_t round = 0; round < 2; round++) {
        size_t M = draw_size(a, 3, 7);
        size_t D = draw_size(a, 8, 12);
        give_normal(a, "z", sizes2(M, D), 0.3, 2);
        call(a, "similarity_matrix");
        expect_close(a, "S");
    }
}

CASE(simclr_loss_naive_any_shape, "the loss with loops, for any shape")
{
    for (size_t round = 0; round < 3; round++) {
        draw_pairs(a);
        call(a, "simclr_loss_naive");
        expect_close(a, "loss");
    }
}

static void expect_loss(attempt *a)
{
    call(a, "simclr_loss");
    expect_close(a, "loss");
    expect_close(a, "dleft");
    expect_close(a, "dright");
}

CASE(simclr_loss_any_shape, "the loss and its gradients, for any shape")
{
    for (size_t round = 0; round < 4; round++) {
        draw_pairs(a);
        expect_loss(a);
    }
}

/* exp(740) is more than double holds; a temperature much smaller needs more than the largest. */
CASE(simclr_loss_small_tau, "a temperature so small that exponentials overflow",
     .needs = "simclr_loss_any_shape")
{
    for (size_t round = 0; round < 2; round++) {
        size_t N = draw_size(a, 3, 7);
        give_pairs(a, N, 1 / 740.);
        tensor *right = given(a, "right");
        const tensor *left = given(a, "left");
        for (size_t i = 0; i < right->size / 2; i++) /* half of the partners are near */
            right->data[i] = left->data[i] + (real)0.02 * right->data[i];
        expect_loss(a);
    }
}

CASE(simclr_loss_uneven_lengths, "rows of very different lengths, and equal rows",
     .needs = "simclr_loss_any_shape", .stays = "lengths from a millionth to a million")
{
    draw_pairs(a);
    tensor *left = given(a, "left");
    tensor *right = given(a, "right");
    size_t D = left->shape[1];
    for (size_t d = 0; d < D; d++) {
        left->data[d] *= (real)1e-3;
        left->data[D + d] *= (real)1e3;
        right->data[2 * D + d] = right->data[d];
    }
    expect_loss(a);
}

CASE(simclr_loss_one_pair, "one pair: there is nobody to tell it from",
     .needs = "simclr_loss_any_shape", .stays = "the smallest minibatch")
{
    give_pairs(a, 1, 0.5);
    expect_loss(a);
}

CASE(simclr_loss_published, "the loss: the course's published value", .published = true,
     .needs = "simclr_loss_any_shape")
{
    published_case *c = open_published(a, "simclr_loss", 0);
    if (c == NULL)
        return;
    give_published(a, c, (const char *const[]){"left", "right"}, 2);
    give_number(a, "tau", published_input_number(c, "tau"));
    if (call(a, "simclr_loss"))
        expect_number(a, "loss", published_expected_number(c, "loss"), published_tolerance(c));
    published_case_close(c);
}

/* Pictures of C x H x W as rows for an affine layer of D results: it flattens them. */
static void give_step(attempt *a)
{
    size_t N = 3;
    size_t C = 2;
    size_t H = draw_size(a, 2, 3);
    size_t W = draw_size(a, 4, 5);
    size_t D = draw_size(a, 6, 8);
    give_normal(a, "A", sizes2(C * H * W, D), 0, 0.5);
    give_normal(a, "b", sizes1(D), 0, 1);
    give_normal(a, "left_images", sizes4(N, C, H, W), 0, 1);
    give_normal(a, "right_images", sizes4(N, C, H, W), 0, 1);
    give_number(a, "tau", draw_number(a, 0.3, 0.8));
}

static void expect_step(attempt *a)
{
    call(a, "simclr_step");
    expect_close(a, "loss");
    expect_close(a, "dA");
    expect_close(a, "db");
}

CASE(simclr_step_any_shape, "a step: one net sees both views", .needs = "simclr_loss_any_shape")
{
    for (size_t round = 0; round < 2; round++) {
        give_step(a);
        expect_step(a);
    }
}

CASE(simclr_called_twice, "nothing is left from the call before", .needs = "simclr_loss_any_shape",
     .stays = "outputs and gradients that hold numbers already")
{
    for (size_t round = 0; round < 2; round++) {
        draw_pairs(a);
        fill_outputs(a, 3);
        expect_loss(a);
        give_step(a);
        fill_outputs(a, -2);
        expect_step(a);
    }
}

static void give_neighbours(attempt *a, size_t classes)
{
    size_t M = draw_size(a, 12, 16);
    size_t D = draw_size(a, 3, 5);
    size_t Q = draw_size(a, 6, 9);
    tensor *bank = give_normal(a, "bank", sizes2(M, D), 0.2, 1);
    for (size_t i = 0; i < bank->size; i++) /* some rows are long */
        bank->data[i] *= i / D % 3 == 0 ? 8 : 1;
    give_normal(a, "queries", sizes2(Q, D), 0.2, 2);
    give_labels(a, "bank_labels", M, classes);
    give_number(a, "k", (double)draw_size(a, 4, 7));
    give_number(a, "tau", draw_number(a, 0.15, 0.3));
}

CASE(weighted_knn_any_shape, "the most similar neighbours vote by their similarity")
{
    for (size_t round = 0; round < 6; round++) {
        give_neighbours(a, 4);
        call(a, "weighted_knn_predict");
        expect_close(a, "predicted");
    }
}

CASE(weighted_knn_ties, "neighbours that are equally similar, and classes with equal votes",
     .needs = "weighted_knn_any_shape", .stays = "the smaller class of equal votes")
{
    tensor *bank = give_zeros(a, "bank", sizes2(4, 3));
    static const double rows[4][3] = {{0, 0, 1}, {2, 0, 0}, {2, 0, 0}, {0, 1, 0}};
    for (size_t i = 0; i < bank->size; i++)
        bank->data[i] = (real)rows[i / 3][i % 3];
    labels *y = give_labels(a, "bank_labels", 4, 2);
    static const uint32_t classes[] = {1, 6, 3, 0};
    for (size_t i = 0; i < 4; i++)
        y->data[i] = classes[i];
    tensor *queries = give_zeros(a, "queries", sizes2(1, 3));
    queries->data[0] = 5;
    give_number(a, "tau", 0.5);
    for (size_t k = 1; k <= 4; k++) {
        give_number(a, "k", (double)k);
        call(a, "weighted_knn_predict");
        expect_close(a, "predicted");
    }
}

CASE(simclr_float, "SimCLR in float", .variant = CASE_FLOAT, .needs = "simclr_loss_any_shape",
     .stays = "that float is enough")
{
    draw_pairs(a);
    expect_loss(a);
    give_step(a);
    expect_step(a);
}

CASE(simclr_memory, "no memory error in SimCLR", .variant = CASE_SANITIZED)
{
    draw_pairs(a);
    call(a, "simclr_loss_naive");
    expect_close(a, "loss");
    expect_loss(a);
    give_step(a);
    expect_step(a);
    give_neighbours(a, 3);
    call(a, "weighted_knn_predict");
    expect_close(a, "predicted");
}
