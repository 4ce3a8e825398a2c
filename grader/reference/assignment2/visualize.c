/* What a net sees. visualize.h specifies each function. */
#include "visualize.h"

#include "contract.h"

void saliency_map(const scorer *net, const tensor *X, const labels *y, tensor *saliency)
{
    check_rank(__func__, "X", X, 4);
    check_rank(__func__, "saliency", saliency, 3);
    check_labels(__func__, "y", y, X->shape[0], net->class_count);
#ifdef SOLUTION
    size_t N = X->shape[0];
    size_t C = X->shape[1];
    size_t area = X->shape[2] * X->shape[3];
    tensor *dscores = tensor_new_2d(N, net->class_count);
    tensor *dX = tensor_new_like(X);
    for (size_t n = 0; n < N; n++)
        dscores->data[n * net->class_count + y->data[n]] = 1;
    net->gradient(net->self, X, dscores, dX);
    tensor_fill(saliency, 0);
    for (size_t n = 0; n < N; n++)
        for (size_t c = 0; c < C; c++)
            for (size_t i = 0; i < area; i++) {
                real gradient = fabs(dX->data[(n * C + c) * area + i]);
                real *pixel = &saliency->data[n * area + i];
                *pixel = gradient > *pixel ? gradient : *pixel;
            }
    tensor_free(dscores);
    tensor_free(dX);
#else
    /* TODO: one call gives all images' gradients; then the maximum of |dX| over the channels. */
    NOT_IMPLEMENTED(net, X, y, saliency);
#endif
}

#ifdef SOLUTION
/* Writes the gradient of the target's score with respect to image, 1 x C x H x W, to gradient. */
static void score_gradient(const scorer *net, uint32_t target, const tensor *image,
                           tensor *gradient)
{
    tensor *dscores = tensor_new_2d(1, net->class_count);
    dscores->data[target] = 1;
    net->gradient(net->self, image, dscores, gradient);
    tensor_free(dscores);
}

/* Moves image by a step of the given length along gradient; false when gradient are all 0. */
static bool step_along(const tensor *gradient, real length, tensor *image)
{
    double norm = sqrt(tensor_sum_of_squares(gradient));
    if (norm == 0)
        return false;
    tensor_add_scaled(gradient, length / norm, image);
    return true;
}

static bool is_taken_for(const scorer *net, const tensor *image, uint32_t target)
{
    tensor *scores = tensor_new_2d(1, net->class_count);
    net->scores(net->self, image, scores);
    size_t class = tensor_argmax(scores);
    tensor_free(scores);
    return class == target;
}
#endif

size_t fooling_image(const scorer *net, const tensor *x, uint32_t target, real learning_rate,
                     size_t most_steps, tensor *fooled)
{
    check_rank(__func__, "x", x, 4);
    check_same_shape(__func__, "fooled", fooled, x);
    if (target >= net->class_count)
        contract_failed(__func__, "target is %u, should be below %zu", target, net->class_count);
#ifdef SOLUTION
    tensor *gradient = tensor_new_like(x);
    size_t steps = 0;
    tensor_copy(x, fooled);
    while (steps < most_steps && !is_taken_for(net, fooled, target)) {
        score_gradient(net, target, fooled, gradient);
        if (!step_along(gradient, learning_rate, fooled))
            break;
        steps++;
    }
    tensor_free(gradient);
    return steps;
#else
    /* TODO: look at the scores first; if the net already predicts target, no step is needed. */
    return (size_t)NOT_IMPLEMENTED(net, x, target, learning_rate, most_steps, fooled);
#endif
}

void class_visualization_step(const scorer *net, uint32_t target, real l2_reg, real learning_rate,
                              tensor *image)
{
    check_rank(__func__, "image", image, 4);
    if (target >= net->class_count)
        contract_failed(__func__, "target is %u, should be below %zu", target, net->class_count);
#ifdef SOLUTION
    tensor *gradient = tensor_new_like(image);
    score_gradient(net, target, image, gradient);
    tensor_add_scaled(image, -2 * l2_reg, gradient);
    step_along(gradient, learning_rate, image);
    tensor_free(gradient);
#else
    /* TODO: the gradient of the score minus that of the penalty, scaled to the step's length. */
    NOT_IMPLEMENTED(net, target, l2_reg, learning_rate, image);
#endif
}
