/*
 * The softmax classifier on raw pixels: the experiment of linear_experiment.h with the
 * cross-entropy loss. Compare accuracy and templates with the SVM's: they differ little.
 */
#include "linear_experiment.h"
#include "softmax.h"

/* As for the SVM: small learning rates and large strengths, since pixels are not scaled. */
static const linear_settings settings[] = {
    {"cifar10", {2e-7F, 4e-7F, 8e-7F}, {3e2F, 1e3F, 1e4F}, 3000},
    {"synthetic", {3e-8F, 1e-7F, 3e-7F}, {1e3F, 5e3F, 2.5e4F}, 1500},
    {NULL, {1e-7F, 4e-7F, 1e-6F}, {1e1F, 1e2F, 1e3F}, 3000},
};

int main(int argc, char **argv)
{
    experiment x = experiment_start("softmax", argc, argv);
    linear_experiment(&x, softmax_loss_naive, softmax_loss_vectorized, settings);
    experiment_finish(&x);
    return 0;
}
