/* The SVM on raw pixels: the experiment of linear_experiment.h with the hinge loss. */
#include "linear_experiment.h"
#include "linear_svm.h"

/*
 * Pixels range from about -128 to 128, so gradients are large: learning rates have to be small, and
 * regularization strengths large.
 */
static const linear_settings settings[] = {
    {"cifar10", {1e-7F, 1.5e-7F, 2e-7F}, {1e3F, 5e3F, 2.5e4F}, 3000},
    {"synthetic", {1e-8F, 3e-8F, 1e-7F}, {1e3F, 5e3F, 2.5e4F}, 1500},
    {NULL, {3e-8F, 1e-7F, 3e-7F}, {1e2F, 1e3F, 1e4F}, 3000},
};

int main(int argc, char **argv)
{
    experiment x = experiment_start("svm", argc, argv);
    linear_experiment(&x, svm_loss_naive, svm_loss_vectorized, settings);
    experiment_finish(&x);
    return 0;
}
