/*
 * What a net sees: saliency maps, an image that fools it, and images that maximize the score of a
 * class. The net is trained in the first run, and saved beside the pictures.
 *
 * What to look for: in saliency.png bright pixels are those whose change changes the score most;
 * they should lie on the object. fooling.png shows an image, the changed image that the net takes
 * for another class, their difference, and ten times the difference. In classes.png each image has
 * a high score for its class: repeated parts of objects rather than whole ones.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "image_regularizers.h"
#include "small_convnet.h"

enum { SHOWN = 5, FACTOR = 4 };

/* Says that the net in folder is from an earlier run, its date, and how to train another. */
static void say_kept(const char *folder)
{
    char date[32] = "an unknown day";
    struct stat about;
    struct tm day;
    if (stat(folder, &about) == 0 && localtime_r(&about.st_mtime, &day) != NULL)
        strftime(date, sizeof date, "%Y-%m-%d %H:%M", &day);
    printf("Using the net of %s in %s; remove that folder to train again, for example after a "
           "change of graph.c\n",
           date, folder);
}

/* Trains net, or loads the one of an earlier run; returns its accuracy on the test images. */
static double train_or_load(experiment *x, const image_data *data, const tensor *X_test,
                            small_convnet *net)
{
    const training t = {"adam", 1e-3, 0.75, 64, x->quick ? 1 : 5};
    char folder[512];
    error e;
    model m = small_convnet_model(net);
    snprintf(folder, sizeof folder, "%s/%s", x->out, x->quick ? "net-quick" : "net");
    if (small_convnet_load(net, folder, &e)) {
        say_kept(folder);
    } else {
        solver_result result;
        train_net(x, data, x->quick ? 5000 : SIZE_MAX, true, &m, &t, "the net to look at", &result);
        solver_result_clear(&result);
        if (!small_convnet_save(net, folder, &e)) {
            fprintf(stderr, "visualize: %s\n", e.text);
            exit(1);
        }
    }
    return solver_accuracy(&m, X_test, data->y_test);
}

/* Copies image one to row of shown as pixels 0 .. 255: undoes the scaling, adds the mean image. */
static void show(const image_data *data, const tensor *one, tensor *shown, size_t row)
{
    size_t size = one->size;
    for (size_t i = 0; i < size; i++)
        shown->data[row * size + i] = 64 * one->data[i] + data->mean_image->data[i];
}

static tensor *new_row(const image_data *data, size_t count)
{
    return tensor_new_4d(count, data->channels, data->height, data->width);
}

static void save_row(const experiment *x, tensor *shown, const char *file)
{
    image picture = image_montage(shown, shown->shape[0], 2, 0, 255);
    experiment_picture(x, &picture, FACTOR, file);
    tensor_free(shown);
}

/* Five images, and below each its saliency map, scaled to its own maximum. */
static void draw_saliency(const experiment *x, const image_data *data, const scorer *view,
                          const tensor *X)
{
    size_t area = data->height * data->width;
    tensor images = tensor_rows(X, 0, SHOWN);
    labels y = labels_slice(data->y_test, 0, SHOWN);
    tensor *saliency = tensor_new_3d(SHOWN, data->height, data->width);
    tensor *shown = new_row(data, (size_t)2 * SHOWN);
    saliency_map(view, &images, &y, saliency);
    for (size_t n = 0; n < SHOWN; n++) {
        tensor one = tensor_rows(&images, n, 1), map = tensor_row(saliency, n);
        double largest = (double)map.data[tensor_argmax(&map)];
        show(data, &one, shown, n);
        for (size_t i = 0; i < data->channels * area; i++)
            shown->data[(SHOWN + n) * data->channels * area + i] =
                (real)(255 * (double)map.data[i % area] / (largest > 0 ? largest : 1));
    }
    image picture = image_montage(shown, SHOWN, 2, 0, 255);
    experiment_picture(x, &picture, FACTOR, "saliency.png");
    tensor_free(saliency);
    tensor_free(shown);
}

/* Picks the class after the predicted one as target, and draws the picture described above. */
static void draw_fooling(experiment *x, const image_data *data, const scorer *view, const tensor *X)
{
    tensor one = tensor_rows(X, 0, 1);
    tensor *fooled = tensor_new_like(&one), *shown = new_row(data, 4);
    tensor *scores = tensor_new_2d(1, data->class_count);
    view->scores(view->self, &one, scores);
    size_t seen = tensor_argmax(scores);
    uint32_t target = (uint32_t)((seen + 1) % data->class_count);
    size_t steps = fooling_image(view, &one, target, (real)0.1, 500, fooled);
    view->scores(view->self, fooled, scores);
    show(data, &one, shown, 0);
    show(data, fooled, shown, 1);
    for (size_t i = 0; i < one.size; i++) {
        double difference = 64 * (double)(fooled->data[i] - one.data[i]);
        shown->data[2 * one.size + i] = (real)(128 + difference);
        shown->data[3 * one.size + i] = (real)(128 + 10 * difference);
    }
    printf("An image of class \"%s\" is predicted to be \"%s\" after %zu steps\n",
           data->class_names[seen], data->class_names[tensor_argmax(scores)], steps);
    experiment_result(x, "fooling_steps", (double)steps);
    save_row(x, shown, "fooling.png");
    tensor_free(fooled);
    tensor_free(scores);
}

/*
 * For each class an image, by gradient ascent from noise. Jitter, clipping and blur keep it from
 * becoming high-frequency noise that has a high score, too.
 */
static void draw_classes(experiment *x, const image_data *data, const scorer *view)
{
    enum { STEPS = 200, JITTER = 3, BLUR_EVERY = 10 };
    tensor *shown = new_row(data, data->class_count);
    for (size_t c = 0; c < data->class_count; c++) {
        tensor *grown = new_row(data, 1);
        tensor_fill_normal(grown, &x->random, 0, 0.1);
        for (size_t i = 0; i < STEPS; i++) {
            ptrdiff_t rows = (ptrdiff_t)random_integer(&x->random, JITTER);
            ptrdiff_t columns = (ptrdiff_t)random_integer(&x->random, JITTER);
            jitter_images(grown, rows, columns);
            class_visualization_step(view, (uint32_t)c, (real)1e-3, (real)0.7, grown);
            jitter_images(grown, -rows, -columns);
            for (size_t k = 0; k < grown->size; k++)
                grown->data[k] = (real)fmin(2, fmax(-2, (double)grown->data[k]));
            if (i % BLUR_EVERY == 0)
                blur_images(grown, 0.5);
        }
        show(data, grown, shown, c);
        tensor_free(grown);
    }
    image picture = image_montage(shown, (data->class_count + 1) / 2, 2, 0, 255);
    experiment_picture(x, &picture, FACTOR, "classes.png");
    tensor_free(shown);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("visualize", argc, argv);
    image_data data;
    experiment_split(&x, &data);
    scale_for_small_convnet(&data);
    tensor X_test = tensor_reshaped(
        data.X_test, 4, (size_t[]){data.X_test->shape[0], data.channels, data.height, data.width});
    small_convnet net = small_convnet_new(&x, &data);
    scorer view = small_convnet_scorer(&net);
    double test = train_or_load(&x, &data, &X_test, &net);
    printf("The net's accuracy on the test images is %.3f\n", test);
    experiment_result(&x, "test_accuracy", test);
    draw_saliency(&x, &data, &view, &X_test);
    draw_fooling(&x, &data, &view, &X_test);
    draw_classes(&x, &data, &view);
    experiment_finish(&x);
    small_convnet_clear(&net);
    image_data_clear(&data);
    return 0;
}
