/* The SVM on raw pixels: the experiment of linear_experiment.h with the hinge loss. */
#include "linear_experiment.h"
#include "linear_svm.h"

int main(int argc, char **argv)
{
    experiment x = experiment_start("svm", argc, argv);
    linear_experiment(&x, svm_loss_naive, svm_loss_vectorized);
    experiment_finish(&x);
    return 0;
}
