/*
 * Plots, as gnuplot draws them: SVG files are text, in which series and names can be looked for,
 * and two plots that must look alike are the same bytes.
 */
#include "plot.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"
#include "plot_parts.h"
#include "suite.h"

static char folder[] = "/tmp/test-plot-XXXXXX";
static char temporary[64]; /* TMPDIR, which must be empty in the end */
static char svg[64], png[64], other[64];

enum { FILE_SIZE = 1 << 20 };
static char text[FILE_SIZE], other_text[FILE_SIZE];

static const double rising[] = {1, 2, 3, 5, 8, 13};

static void save(const plot *p, const char *path)
{
    error e;
    ck_assert_msg(plot_save(p, path, &e), "%s", e.text);
}

static size_t read_file(const char *path, char out[FILE_SIZE])
{
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(out, 1, FILE_SIZE - 1, file);
    fclose(file);
    ck_assert_uint_lt(length, FILE_SIZE - 1);
    out[length] = '\0';
    return length;
}

static size_t count_of(const char *what, const char *in)
{
    size_t count = 0;
    for (; (in = strstr(in, what)) != NULL; in++)
        count++;
    return count;
}

static plot *new_line(const double *x, const double *y, size_t count)
{
    plot *p = plot_new("title", "x", "y");
    plot_line(p, "line", x, y, count);
    return p;
}

/* Saves both plots as SVG, frees them, and says whether the files are the same. */
static bool look_alike(plot *a, plot *b)
{
    save(a, svg);
    save(b, other);
    plot_free(a);
    plot_free(b);
    size_t length = read_file(svg, text);
    return length == read_file(other, other_text) && memcmp(text, other_text, length) == 0;
}

START_TEST(test_plot_save_writes_a_png_of_one_size_a_panel)
{
    plot *p = new_line(NULL, rising, 6);
    plot_next_panel(p, "right", "", "");
    plot_points(p, NULL, NULL, rising, 6);
    save(p, png);
    plot_free(p);
    error e;
    image picture;
    ck_assert_msg(image_load_png(png, &picture, &e), "%s", e.text);
    ck_assert_uint_eq(picture.width, 2 * PLOT_PANEL_WIDTH);
    ck_assert_uint_eq(picture.height, PLOT_PANEL_HEIGHT);
    size_t blue[2] = {0, 0}; /* pixels of the first colour, #0072B2, in each panel */
    for (size_t i = 0; i < picture.height * picture.width; i++)
        if (memcmp(picture.pixels + 3 * i, (uint8_t[]){0x00, 0x72, 0xb2}, 3) == 0)
            blue[i % picture.width / PLOT_PANEL_WIDTH]++;
    ck_assert_uint_gt(blue[0], 100);
    ck_assert_uint_gt(blue[1], 6);
    image_clear(&picture);
}
END_TEST

START_TEST(test_plot_save_writes_series_names_and_titles_to_an_svg)
{
    plot *p = plot_new("the title", "the x axis", "the y axis");
    plot_line(p, "the line", NULL, rising, 6);
    plot_points(p, "the points", rising, rising, 6);
    plot_horizontal(p, NULL, 4);
    save(p, svg);
    plot_free(p);
    read_file(svg, text);
    static const char *const names[] = {"the title", "the x axis", "the y axis", "the line",
                                        "the points"};
    for (size_t i = 0; i < 5; i++)
        ck_assert_msg(strstr(text, names[i]) != NULL, "'%s' is missing", names[i]);
    ck_assert_uint_eq(count_of("<g id=\"gnuplot_plot_", text), 3);
    ck_assert_uint_eq(count_of("href='#gpPt6'", text), 6 + 1); /* points, legend */
}
END_TEST

static plot *draw_kind(int kind)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
    plot *p = plot_new("", "", "");
    if (kind == SERIES_LINE)
        plot_line(p, NULL, rising, rising, 6);
    else if (kind == SERIES_POINTS)
        plot_points(p, NULL, rising, rising, 6);
    else if (kind == SERIES_COLOURED_POINTS)
        plot_coloured_points(p, NULL, rising, rising, rising, 6);
    else if (kind == SERIES_ERROR_BARS)
        plot_error_bars(p, NULL, rising, rising, rising, 6);
    else if (kind == SERIES_BARS)
        plot_bars(p, NULL, names, rising, 6);
    else if (kind == SERIES_HISTOGRAM)
        plot_histogram(p, NULL, rising, 6, 4);
    else if (kind == SERIES_HORIZONTAL)
        plot_horizontal(p, NULL, 4);
    else
        plot_surface(p, rising, 2, 3, 0, 1, 0, 1);
    return p;
}

START_TEST(test_plot_draws_every_kind_and_each_looks_different)
{
    for (int kind = SERIES_LINE; kind <= SERIES_SURFACE; kind++) {
        ck_assert(look_alike(draw_kind(kind), draw_kind(kind)));
        ck_assert_uint_eq(count_of("<g id=\"gnuplot_plot_1", text), 1);
        if (kind > SERIES_LINE)
            ck_assert(!look_alike(draw_kind(kind), draw_kind(kind - 1)));
    }
}
END_TEST

START_TEST(test_plot_line_counts_x_from_0_where_there_is_none)
{
    static const double x[] = {0, 1, 2, 3, 4, 5};
    ck_assert(look_alike(new_line(NULL, rising, 6), new_line(x, rising, 6)));
    ck_assert(!look_alike(new_line(NULL, rising, 6), new_line(rising, rising, 6)));
}
END_TEST

START_TEST(test_plot_leaves_out_points_that_are_not_finite)
{
    static const double x[] = {1, 2, (double)NAN, 4, 5, 6}, kept_x[] = {1, 5, 6};
    static const double y[] = {3, (double)NAN, 4, (double)INFINITY, 7, 8}, kept_y[] = {3, 7, 8};
    ck_assert(look_alike(new_line(x, y, 6), new_line(kept_x, kept_y, 3)));
}
END_TEST

START_TEST(test_plot_leaves_out_what_a_logarithmic_axis_cannot_show)
{
    static const double x[] = {0, 1, 10, 100}, y[] = {5, 5, -1, 7};
    static const double kept_x[] = {1, 100}, kept_y[] = {5, 7};
    plot *all = new_line(x, y, 4), *kept = new_line(kept_x, kept_y, 2);
    plot_horizontal(all, "below", -3);
    plot_logarithmic(all, true, true);
    plot_logarithmic(kept, true, true);
    ck_assert(look_alike(all, kept));
}
END_TEST

START_TEST(test_plot_says_where_a_panel_has_nothing_to_show)
{
    static const double nothing[] = {(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    plot *p = new_line(NULL, nothing, 4);
    plot_next_panel(p, "", "", "");
    plot_line(p, "none", NULL, NULL, 0);
    plot_next_panel(p, "", "", "");
    plot_histogram(p, "none", nothing, 4, 10);
    plot_next_panel(p, "", "", "");
    plot_surface(p, nothing, 2, 2, 0, 1, 0, 1);
    plot_next_panel(p, "", "", "");
    plot_bars(p, NULL, NULL, NULL, 0);
    plot_next_panel(p, "", "", "");
    plot_logarithmic(p, true, true);
    plot_next_panel(p, "", "", "");
    plot_line(p, "left of 0", (const double[]){-2, 0}, rising, 2);
    plot_logarithmic(p, true, false);
    save(p, svg);
    plot_free(p);
    read_file(svg, text);
    ck_assert_uint_eq(count_of("nothing to show", text), 7);
}
END_TEST

START_TEST(test_plot_draws_extreme_numbers)
{
    static const double y[] = {-1e308, 1e300, 1e-300, 0, 1e308}, one = 7;
    plot *p = new_line(NULL, y, 5);
    plot_next_panel(p, "", "", "");
    plot_line(p, NULL, NULL, &one, 1);
    plot_next_panel(p, "", "", "");
    plot_histogram(p, NULL, y, 5, 3);
    plot_horizontal(p, NULL, 1e300);
    save(p, svg);
    read_file(svg, text);
    plot_free(p);
    ck_assert_uint_eq(count_of("href='#gpPt6'", text), 1); /* one value alone is a point */
}
END_TEST

START_TEST(test_plot_histogram_counts_each_value_once)
{
    static const double values[] = {0, 1, 1, 2.5, (double)NAN, 3.999, 4, 4, (double)INFINITY};
    plot *p = plot_new("", "", "");
    plot_histogram(p, NULL, values, 9, 4);
    const series *s = &p->panels[0].series[0];
    static const double counts[] = {1, 2, 1, 3}; /* the largest value is in the last bin */
    ck_assert_uint_eq(s->count, 4);
    for (size_t b = 0; b < 4; b++) {
        ck_assert_double_eq(s->x[b], (double)b + 0.5);
        ck_assert_double_eq(s->y[b], counts[b]);
        ck_assert_double_eq(s->third[b], 1);
    }
    plot_free(p);
}
END_TEST

START_TEST(test_plot_bars_stand_side_by_side)
{
    static const char *const names[] = {"a", "b"};
    plot *p = plot_new("", "", "");
    for (int call = 0; call < 4; call++)
        plot_bars(p, NULL, names, rising, 2);
    for (size_t call = 0; call < 4; call++)
        for (size_t i = 0; i < 2; i++) {
            const series *s = &p->panels[0].series[call];
            ck_assert_double_eq_tol(s->x[i], (double)i - 0.3 + 0.2 * (double)call, 1e-12);
            ck_assert_double_eq_tol(s->third[i], 0.2, 1e-12);
        }
    plot_free(p);
}
END_TEST

/* The name as a whole text of an SVG file. */
static void svg_text(const char *name, char *out, size_t size)
{
    FILE *stream = fmemopen(out, size, "w");
    fputc('>', stream);
    for (; *name != '\0'; name++)
        if (*name == '<' || *name == '&')
            fputs(*name == '<' ? "&lt;" : "&amp;", stream);
        else
            fputc(*name, stream);
    fputs("</text>", stream);
    ck_assert_int_eq(fclose(stream), 0);
}

static const char *const hostile[] = {
    "'; system('touch MARK') #",
    "\"; system(\"touch MARK\") #",
    "`touch MARK`",
    "$(touch MARK)",
    "@touch T[1] $1 %s %d %n %",
    "</title></text><script>alert(1)</script>",
    "a_b^c{/Bold d} ~e{.8-} &{f} \\n \\\\ \\",
    "-e",
    "| touch MARK",
    "<touch MARK",
    "caf\xc3\xa9 \xe2\x86\x92 \xf0\x9f\x98\x80",
};

START_TEST(test_plot_takes_any_text_as_it_is)
{
    char wanted[256];
    const char *name = hostile[_i];
    ck_assert_int_eq(chdir(folder), 0); /* where MARK would be touched */
    plot *p = plot_new(name, name, name);
    plot_line(p, name, NULL, rising, 6);
    plot_next_panel(p, "", "", "");
    plot_bars(p, name, (const char *const[]){name}, rising, 1);
    save(p, svg);
    save(p, png);
    plot_free(p);
    read_file(svg, text);
    svg_text(name, wanted, sizeof wanted);
    ck_assert_msg(count_of(wanted, text) == 6, "%s: %zu of 6 times", wanted,
                  count_of(wanted, text));
    ck_assert_int_ne(access("MARK", F_OK), 0);
}
END_TEST

START_TEST(test_plot_replaces_what_no_text_may_hold)
{
    plot *p = plot_new("two\nlines\x1b[31m", "not \xff\xfe utf-8 \xc3\xa9", "end of ]]> data");
    plot_line(p, NULL, NULL, rising, 6);
    save(p, svg);
    plot_free(p);
    read_file(svg, text);
    ck_assert_ptr_nonnull(strstr(text, ">two lines [31m<"));
    ck_assert_ptr_nonnull(strstr(text, ">not \?\? utf-8 \?\?<"));
    ck_assert_ptr_null(strstr(text, "]]>"));
}
END_TEST

START_TEST(test_plot_save_says_how_to_get_gnuplot)
{
    error e;
    plot *p = new_line(NULL, rising, 6);
    unlink(svg);
    setenv("PATH", temporary, 1);
    ck_assert(!plot_save(p, svg, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "gnuplot, which draws the plots, is not installed"));
    ck_assert_ptr_nonnull(strstr(e.text, "apt-get install gnuplot"));
    ck_assert_int_ne(access(svg, F_OK), 0);
    plot_free(p);
}
END_TEST

START_TEST(test_plot_save_table_needs_no_gnuplot)
{
    error e;
    plot *p = plot_new("Loss\tover time", "iteration", "loss");
    plot_line(p, "training", NULL, (double[]){0.5, 0.25}, 2);
    ck_assert(plot_available());
    setenv("PATH", temporary, 1);
    ck_assert(!plot_available());
    ck_assert_msg(plot_save_table(p, svg, &e), "%s", e.text);
    read_file(svg, text);
    ck_assert_str_eq(text, "panel\tseries\tx\ty\tthird\n"
                           "Loss over time\ttraining\t0\t0.5\t\n"
                           "Loss over time\ttraining\t1\t0.25\t\n");
    plot_free(p);
}
END_TEST

/* A program called gnuplot that does what the line says, first on the PATH. */
static void install_other_gnuplot(const char *line)
{
    char path[128];
    snprintf(path, sizeof path, "%s/gnuplot", folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "#!/bin/sh\n%s\n", line);
    fclose(file);
    ck_assert_int_eq(chmod(path, 0700), 0);
    setenv("PATH", folder, 1);
}

START_TEST(test_plot_save_passes_on_what_gnuplot_says)
{
    error e;
    plot *p = new_line(NULL, rising, 6);
    FILE *before = fopen(svg, "w");
    fputs("as it was", before);
    fclose(before);
    install_other_gnuplot("echo first; echo; echo 'unknown terminal type' >&2; echo; exit 1");
    ck_assert(!plot_save(p, svg, &e));
    ck_assert_str_eq(e.text, "gnuplot could not draw the plot: unknown terminal type");
    install_other_gnuplot("kill -9 $$");
    ck_assert(!plot_save(p, svg, &e));
    ck_assert_str_eq(e.text, "gnuplot could not draw the plot: it said nothing");
    install_other_gnuplot("exit 0");
    ck_assert(!plot_save(p, svg, &e));
    ck_assert_ptr_eq(strstr(e.text, "gnuplot drew nothing"), e.text);
    read_file(svg, text);
    ck_assert_str_eq(text, "as it was");
    plot_free(p);
}
END_TEST

START_TEST(test_plot_save_rejects_other_endings_and_places_it_cannot_write)
{
    static const char *const paths[] = {"plot.gif",     "plot", "",
                                        "plot.png.txt", "png",  "/dev/null/plot.svg"};
    error e;
    plot *p = new_line(NULL, rising, 6);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        ck_assert_msg(!plot_save(p, paths[i], &e), "'%s' was accepted", paths[i]);
        ck_assert_ptr_eq(strstr(e.text, paths[i]), e.text);
    }
    setenv("TMPDIR", "/nonexistent", 1);
    ck_assert(!plot_save(p, svg, &e));
    ck_assert_ptr_eq(strstr(e.text, "/nonexistent"), e.text);
    plot_free(p);
}
END_TEST

START_TEST(test_plot_save_does_not_read_the_users_own_settings)
{
    char path[128];
    snprintf(path, sizeof path, "%s/.gnuplot", folder);
    FILE *file = fopen(path, "w");
    fputs("exit status 7\n", file);
    fclose(file);
    setenv("HOME", folder, 1);
    plot *p = new_line(NULL, rising, 6);
    save(p, svg);
    plot_free(p);
    unlink(path);
}
END_TEST

static TCase *all_tests(void)
{
    TCase *tests = tcase_create("plot");
    tcase_add_test(tests, test_plot_save_writes_a_png_of_one_size_a_panel);
    tcase_add_test(tests, test_plot_save_writes_series_names_and_titles_to_an_svg);
    tcase_add_test(tests, test_plot_draws_every_kind_and_each_looks_different);
    tcase_add_test(tests, test_plot_line_counts_x_from_0_where_there_is_none);
    tcase_add_test(tests, test_plot_leaves_out_points_that_are_not_finite);
    tcase_add_test(tests, test_plot_leaves_out_what_a_logarithmic_axis_cannot_show);
    tcase_add_test(tests, test_plot_says_where_a_panel_has_nothing_to_show);
    tcase_add_test(tests, test_plot_draws_extreme_numbers);
    tcase_add_test(tests, test_plot_histogram_counts_each_value_once);
    tcase_add_test(tests, test_plot_bars_stand_side_by_side);
    tcase_add_loop_test(tests, test_plot_takes_any_text_as_it_is, 0,
                        sizeof hostile / sizeof *hostile);
    tcase_add_test(tests, test_plot_replaces_what_no_text_may_hold);
    tcase_add_test(tests, test_plot_save_says_how_to_get_gnuplot);
    tcase_add_test(tests, test_plot_save_table_needs_no_gnuplot);
    tcase_add_test(tests, test_plot_save_passes_on_what_gnuplot_says);
    tcase_add_test(tests, test_plot_save_rejects_other_endings_and_places_it_cannot_write);
    tcase_add_test(tests, test_plot_save_does_not_read_the_users_own_settings);
    return tests;
}

/* Removes the folder; false when something was left behind in it. */
static bool remove_folder(void)
{
    char fake[128];
    snprintf(fake, sizeof fake, "%s/gnuplot", folder);
    unlink(fake);
    unlink(svg);
    unlink(other);
    unlink(png);
    return rmdir(temporary) == 0 && rmdir(folder) == 0;
}

int main(void)
{
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(temporary, sizeof temporary, "%s/temporary", folder);
    snprintf(svg, sizeof svg, "%s/plot.svg", folder);
    snprintf(png, sizeof png, "%s/plot.png", folder);
    snprintf(other, sizeof other, "%s/other.svg", folder);
    if (mkdir(temporary, 0700) != 0 || setenv("TMPDIR", temporary, 1) != 0)
        return 1;
    int status = run_suite("plot", all_tests());
    if (remove_folder())
        return status;
    fprintf(stderr, "%s: the plots left files behind\n", folder);
    return 1;
}
