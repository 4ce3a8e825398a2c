/*
 * Shared by all experiments: options, data, pictures and results. x is the experiment.
 *
 * Every program takes the same options (--help lists them) and hyperparameters of its own, prints
 * its results as lines, saves its pictures in the output folder, and ends with one line for other
 * programs to read:
 *
 *     RESULT validation_accuracy=0.389 test_accuracy=0.375
 */
#ifndef COMMON_EXPERIMENTS_EXPERIMENT_H
#define COMMON_EXPERIMENTS_EXPERIMENT_H

#include "dataset.h"
#include "hyperparameters.h"
#include "image.h"
#include "plot.h"
#include "solver.h"

enum { MAX_RESULTS = 24 };

typedef struct experiment {
    const char *name;      /* "svm" */
    const char *data;      /* name of the data set */
    const char *directory; /* where its files are; NULL: the usual place */
    const char *out;       /* folder of the pictures */
    bool quick;            /* a short run, of about ten seconds */
    uint32_t seed;         /* --seed */
    random_state random;   /* seeded by it */
    hyperparameters hyper; /* of the command line, and what x runs with */
    size_t result_count;
    const char *result_names[MAX_RESULTS];
    double results[MAX_RESULTS];
} experiment;

/*
 * Starts the experiment called name with main's arguments argc and argv: reads the options, makes
 * the output folder. Ends the program with a line when an option makes no sense or the folder
 * cannot be made.
 */
experiment experiment_start(const char *name, int argc, char **argv);

/*
 * The values of the hyperparameter called name (hyperparameters.h) that x is to try, in ascending
 * order: those of the command line, else plain, count of them (1 to MOST_VALUES). An experiment
 * asks for all of its hyperparameters before it loads data: loading ends the program with a line if
 * the command line gave one that nothing asked for.
 */
value_list experiment_values(experiment *x, const char *name, size_t count, const double *plain);

/* The one value of name, or plain; ends the program with a line if x was given several. */
double experiment_value(experiment *x, const char *name, double plain);

/* Starts x's random numbers again from its seed, as the course's notebooks do for a new part. */
void experiment_seed_again(experiment *x);

/* A number that the course's notebook shows, for the original CIFAR-10 and its seed, and ours. */
typedef struct course_figure {
    const char *what;
    double course, ours;
} course_figure;

/*
 * Prints our figures, count of them, beside the course's if data, already split, is CIFAR-10 and
 * the seed is the course's, 231. Says so if the pixels are not the original ones.
 */
void experiment_beside_course(const experiment *x, const image_data *data, size_t count,
                              const course_figure *figures);

/*
 * Ends the program with a line when a hyperparameter was given that x did not ask for; else prints
 * a line with what x runs with, as `make run` takes it. Loading data does the same.
 */
void experiment_all_asked(const experiment *x);

/* Ends the program with a line unless x's data are one of names, a list that ends with NULL. */
void experiment_takes_data(const experiment *x, const char *const *names);

/*
 * Loads x's data set into train and test, after experiment_all_asked; ends the program with a line
 * when that fails.
 */
void experiment_load(const experiment *x, dataset *train, dataset *test);

/* Loads x's data set and splits it into data as the course does; with quick, 9000 train. */
void experiment_split(experiment *x, image_data *data);

/*
 * Saves p under the name file in x's output folder, and frees it. Without gnuplot it says so once,
 * and saves p's numbers as file.tsv instead. Ends the program on failure.
 */
void experiment_plot(const experiment *x, plot *p, const char *file);

/* Saves picture, enlarged factor times, under the name file in x's output folder, and clears it. */
void experiment_picture(const experiment *x, image *picture, size_t factor, const char *file);

/* Saves a picture of seven images of each class of d, one column per class, as samples.png. */
void experiment_samples(const experiment *x, const dataset *d);

/* Plots the loss and the accuracies of a training, result, in two panels, and saves it as file. */
void experiment_training_plot(const experiment *x, const solver_result *result, const char *file);

/* Adds value to the RESULT line, under name, which must outlive x. */
void experiment_result(experiment *x, const char *name, double value);

/* Prints x's RESULT line. */
void experiment_finish(const experiment *x);

/* The time in seconds, on a clock that never goes back. */
double experiment_seconds(void);

#endif
