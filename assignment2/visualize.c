/* What a net sees. visualize.h specifies each function. */
#include "visualize.h"

#include "contract.h"

void saliency_map(const scorer *net, const tensor *X, const labels *y, tensor *saliency)
{
    check_rank(__func__, "X", X, 4);
    check_rank(__func__, "saliency", saliency, 3);
    check_labels(__func__, "y", y, X->shape[0], net->class_count);
    /* TODO: one call gives all images' gradients; then the maximum of |dX| over the channels. */
    NOT_IMPLEMENTED(net, X, y, saliency);
}

size_t fooling_image(const scorer *net, const tensor *x, uint32_t target, real learning_rate,
                     size_t most_steps, tensor *fooled)
{
    check_rank(__func__, "x", x, 4);
    check_same_shape(__func__, "fooled", fooled, x);
    if (target >= net->class_count)
        contract_failed(__func__, "target is %u, should be below %zu", target, net->class_count);
    /* TODO: look at the scores first; if the net already predicts target, no step is needed. */
    return (size_t)NOT_IMPLEMENTED(net, x, target, learning_rate, most_steps, fooled);
}

void class_visualization_step(const scorer *net, uint32_t target, real l2_reg, real learning_rate,
                              tensor *image)
{
    check_rank(__func__, "image", image, 4);
    if (target >= net->class_count)
        contract_failed(__func__, "target is %u, should be below %zu", target, net->class_count);
    /* TODO: the gradient of the score minus that of the penalty, scaled to the step's length. */
    NOT_IMPLEMENTED(net, target, l2_reg, learning_rate, image);
}
