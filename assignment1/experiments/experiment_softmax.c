/*
 * The softmax classifier on raw pixels: the experiment of linear_experiment.h with the
 * cross-entropy loss. Compare accuracy and templates with the SVM's: they differ little.
 */
#include "linear_experiment.h"
#include "softmax.h"

int main(int argc, char **argv)
{
    experiment x = experiment_start("softmax", argc, argv);
    linear_experiment(&x, softmax_loss_naive, softmax_loss_vectorized);
    experiment_finish(&x);
    return 0;
}
