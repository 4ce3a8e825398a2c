/* Training and plots for the experiments on nets. */
#include "net_experiment.h"

#include <stdio.h>
#include <stdlib.h>

#include "optim.h"

/* A view of X's first count rows, as images if as_images. */
static tensor view_of(const image_data *data, const tensor *X, size_t count, bool as_images)
{
    tensor rows = tensor_rows(X, 0, count);
    return as_images ? tensor_reshaped(&rows, 4,
                                       (size_t[]){count, data->channels, data->height, data->width})
                     : rows;
}

void train_net(experiment *x, const image_data *data, size_t count, bool as_images, model *m,
               const training *t, const char *what, solver_result *result)
{
    error e;
    solver_options options = solver_options_default();
    if (count > data->y_train->count)
        count = data->y_train->count;
    tensor X_train = view_of(data, data->X_train, count, as_images);
    tensor X_validation = view_of(data, data->X_validation, data->y_validation->count, as_images);
    labels y_train = labels_slice(data->y_train, 0, count);
    options.rule = update_rule_find(t->rule, optim_rules, OPTIM_RULES);
    options.settings.learning_rate = t->rate;
    options.learning_rate_decay = t->decay;
    options.batch_size = t->batch;
    options.epoch_count = t->epochs;
    options.verbose = false;
    options.progress = true;
    double start = experiment_seconds();
    if (!solver_train(m, &X_train, &y_train, &X_validation, data->y_validation, &options,
                      &x->random, result, &e)) {
        fprintf(stderr, "%s: %s\n", x->name, e.text);
        exit(1);
    }
    printf("%s: loss %.4g, training %.3f, validation %.3f after %zu epochs in %.1f s\n", what,
           mean_of_last_losses(result, 10),
           result->train_accuracy_history[result->accuracy_count - 1],
           result->best_validation_accuracy, result->epoch_count, experiment_seconds() - start);
}

trainable_fc_net new_fc_net(experiment *x, const image_data *data, size_t count,
                            const size_t *sizes, normalization kind, double weight_scale)
{
    size_t all[FC_NET_MOST_LAYERS + 1] = {data->X_train->shape[1]};
    for (size_t i = 0; i < count; i++)
        all[i + 1] = sizes[i];
    all[count + 1] = data->class_count;
    trainable_fc_net t = trainable_fc_net_new(count + 1, all, kind);
    fc_net_init(&t.net, (real)weight_scale, &x->random);
    return t;
}

void comparison_plot(const experiment *x, comparison *c, const char *file)
{
    plot *p = plot_new("training loss", "iteration", "");
    for (size_t i = 0; i < c->count; i++)
        plot_points(p, c->names[i], NULL, c->results[i].loss_history,
                    c->results[i].iteration_count);
    plot_next_panel(p, "training accuracy", "epoch", "");
    for (size_t i = 0; i < c->count; i++)
        plot_line(p, c->names[i], NULL, c->results[i].train_accuracy_history,
                  c->results[i].accuracy_count);
    plot_next_panel(p, "validation accuracy", "epoch", "");
    for (size_t i = 0; i < c->count; i++)
        plot_line(p, c->names[i], NULL, c->results[i].validation_accuracy_history,
                  c->results[i].accuracy_count);
    experiment_plot(x, p, file);
    for (size_t i = 0; i < c->count; i++)
        solver_result_clear(&c->results[i]);
    c->count = 0;
}

double mean_of_last_losses(const solver_result *result, size_t count)
{
    double sum = 0;
    if (count > result->iteration_count)
        count = result->iteration_count;
    for (size_t i = 0; i < count; i++)
        sum += result->loss_history[result->iteration_count - 1 - i];
    return sum / (double)count;
}
