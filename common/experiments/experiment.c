/* Options, data, pictures and results of the experiments. */
#include "experiment.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "parallel.h"

enum {
    EXIT_USAGE = 2,
    THREADS = 2,
    PATH_BYTES = 512,
    LONGEST_FILE = 64,
    SAMPLES = 7,
    QUICK_TRAIN = 9000
};

static void print_help(const char *name)
{
    printf("%s: an experiment of this assignment\n"
           "  --data NAME  fashion-mnist (default), mnist, cifar10 or synthetic\n"
           "  --dir DIR    where the data set's files are\n"
           "  --out DIR    where the pictures go\n"
           "  --seed N     the seed of all random numbers (231)\n"
           "  --quick      a short run, of about ten seconds\n",
           name);
    hyperparameters_print_help();
}

_Noreturn static void stop(const char *name, const char *text)
{
    fprintf(stderr, "%s: %s\n", name, text);
    exit(EXIT_USAGE);
}

/* Makes the folder and those above it. */
static void make_folder(const experiment *x)
{
    char path[PATH_BYTES];
    if (x->out[0] == '\0')
        stop(x->name, "--out needs the name of a folder");
    if (strlen(x->out) + LONGEST_FILE >= sizeof path)
        stop(x->name, "--out: the path is too long");
    snprintf(path, sizeof path, "%s", x->out);
    for (char *c = path + 1;; c++) {
        if (*c != '/' && *c != '\0')
            continue;
        char kept = *c;
        *c = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST) {
            fprintf(stderr, "%s: %s: %s\n", x->name, path, strerror(errno));
            exit(EXIT_USAGE);
        }
        *c = kept;
        if (kept == '\0')
            return;
    }
}

static uint32_t read_seed(const char *name, const char *text)
{
    char *end;
    unsigned long seed = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || seed > UINT32_MAX)
        stop(name, "--seed needs a whole number from 0 to 4294967295");
    return (uint32_t)seed;
}

/* The arguments that are no options, NAME=VALUES. */
static void read_hyperparameters(experiment *x, int count, char **arguments)
{
    error e;
    for (int i = 0; i < count; i++)
        if (!hyperparameters_read(&x->hyper, arguments[i], &e))
            stop(x->name, e.text);
}

experiment experiment_start(const char *name, int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0); /* lines appear at once in a pipe, too */
    static const struct option known[] = {{"data", required_argument, NULL, 'd'},
                                          {"dir", required_argument, NULL, 'f'},
                                          {"out", required_argument, NULL, 'o'},
                                          {"seed", required_argument, NULL, 's'},
                                          {"quick", no_argument, NULL, 'q'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    experiment x = {.name = name, .data = "fashion-mnist", .out = "build/experiments"};
    uint32_t seed = 231;
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == 'd')
            x.data = optarg;
        else if (option == 'f')
            x.directory = optarg;
        else if (option == 'o')
            x.out = optarg;
        else if (option == 's')
            seed = read_seed(name, optarg);
        else if (option == 'q')
            x.quick = true;
        else {
            print_help(name);
            exit(option == 'h' ? 0 : EXIT_USAGE);
        }
    }
    read_hyperparameters(&x, argc - optind, argv + optind);
    make_folder(&x);
    x.seed = seed;
    random_seed(&x.random, seed);
    parallel_set_threads(THREADS);
    return x;
}

value_list experiment_values(experiment *x, const char *name, size_t count, const double *plain)
{
    return hyperparameters_ask(&x->hyper, name, count, plain);
}

double experiment_value(experiment *x, const char *name, double plain)
{
    char text[128];
    value_list list = experiment_values(x, name, 1, &plain);
    snprintf(text, sizeof text, "%s= takes one value here", name);
    if (list.count > 1)
        stop(x->name, text);
    return list.values[0];
}

void experiment_all_asked(const experiment *x)
{
    error e;
    if (!hyperparameters_all_asked(&x->hyper, &e))
        stop(x->name, e.text);
    printf("%s runs with DATA=%s SEED=%" PRIu32 "%s", x->name, x->data, x->seed,
           x->quick ? " QUICK=1" : "");
    hyperparameters_print(&x->hyper);
    printf("\n");
}

void experiment_takes_data(const experiment *x, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++)
        if (strcmp(x->data, names[i]) == 0)
            return;
    fprintf(stderr, "%s: DATA=%s: this experiment takes", x->name, x->data);
    for (size_t i = 0; names[i] != NULL; i++)
        fprintf(stderr, "%s %s", i == 0 ? "" : " or", names[i]);
    fprintf(stderr, "\n");
    exit(EXIT_USAGE);
}

void experiment_load(const experiment *x, dataset *train, dataset *test)
{
    error e;
    experiment_all_asked(x);
    if (!dataset_load(x->data, x->directory, train, test, &e))
        stop(x->name, e.text);
}

void experiment_split(experiment *x, image_data *data)
{
    dataset train;
    dataset test;
    experiment_load(x, &train, &test);
    split_sizes sizes = split_sizes_course(&train, &test);
    if (x->quick && sizes.train > QUICK_TRAIN)
        sizes.train = QUICK_TRAIN;
    image_data_split(&train, &test, sizes, &x->random, data);
    printf("%s: %zu training, %zu validation, %zu test images of %zu numbers\n", x->data,
           sizes.train, sizes.validation, sizes.test, dataset_dimension(&train));
    dataset_clear(&train);
    dataset_clear(&test);
}

static const char *path_in(const experiment *x, const char *file, char *path)
{
    snprintf(path, PATH_BYTES, "%s/%s", x->out, file);
    return path;
}

/* Whether plots can be drawn; says once when they cannot. */
static bool can_draw(void)
{
    static bool said;
    if (plot_available())
        return true;
    if (!said)
        printf("No plots: gnuplot is missing. Their numbers are saved as .tsv files.\n");
    said = true;
    return false;
}

void experiment_plot(const experiment *x, plot *p, const char *file)
{
    error e;
    char path[PATH_BYTES];
    char table[LONGEST_FILE];
    bool saved;
    if (can_draw()) {
        saved = plot_save(p, path_in(x, file, path), &e);
    } else {
        snprintf(table, sizeof table, "%s.tsv", file);
        saved = plot_save_table(p, path_in(x, table, path), &e);
    }
    if (!saved)
        stop(x->name, e.text);
    plot_free(p);
}

void experiment_picture(const experiment *x, image *picture, size_t factor, const char *file)
{
    error e;
    char path[PATH_BYTES];
    image enlarged = image_enlarged(picture, factor);
    if (!image_save_png(path_in(x, file, path), &enlarged, &e))
        stop(x->name, e.text);
    image_clear(&enlarged);
    image_clear(picture);
}

void experiment_samples(const experiment *x, const dataset *d)
{
    size_t C = d->class_count;
    tensor *images = tensor_new_4d(SAMPLES * C, d->channels, d->height, d->width);
    for (size_t c = 0; c < C; c++) {
        size_t row = 0;
        for (size_t i = 0; i < d->count && row < SAMPLES; i++) {
            if (d->classes[i] != c)
                continue;
            tensor place = tensor_rows(images, row++ * C + c, 1);
            dataset_copy(d, i, 1, &place, NULL);
        }
    }
    image picture = image_montage(images, C, 2, 0, 255);
    experiment_picture(x, &picture, 2, "samples.png");
    tensor_free(images);
}

void experiment_training_plot(const experiment *x, const solver_result *result, const char *file)
{
    plot *p = plot_new("Loss", "iteration", "loss");
    plot_line(p, NULL, NULL, result->loss_history, result->iteration_count);
    plot_next_panel(p, "Accuracy", "epoch", "accuracy");
    plot_line(p, "training", NULL, result->train_accuracy_history, result->accuracy_count);
    plot_line(p, "validation", NULL, result->validation_accuracy_history, result->accuracy_count);
    plot_horizontal(p, NULL, 0.5);
    experiment_plot(x, p, file);
}

void experiment_result(experiment *x, const char *name, double value)
{
    if (x->result_count == MAX_RESULTS)
        stop(x->name, "too many results");
    x->result_names[x->result_count] = name;
    x->results[x->result_count++] = value;
}

void experiment_finish(const experiment *x)
{
    printf("The pictures are in %s\nRESULT", x->out);
    for (size_t i = 0; i < x->result_count; i++)
        printf(" %s=%.6g", x->result_names[i], x->results[i]);
    printf("\n");
}

double experiment_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void experiment_seed_again(experiment *x)
{
    random_seed(&x->random, x->seed);
}

void experiment_beside_course(const experiment *x, const image_data *data, size_t count,
                              const course_figure *figures)
{
    const double first_of_the_mean_image = 130.64189796; /* of red, over 49000 images */
    bool same_pixels = fabs((double)data->mean_image->data[0] - first_of_the_mean_image) < 1e-4;
    if (strcmp(x->data, "cifar10") != 0 || x->seed != 231 || x->quick)
        return;
    for (size_t i = 0; i < count; i++)
        printf("  %s: %.7g, the course's %.7g%s\n", figures[i].what, figures[i].ours,
               figures[i].course, same_pixels ? "" : " (of the original pixels)");
}
