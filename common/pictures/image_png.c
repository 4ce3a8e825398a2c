/*
 * Pictures in PNG files.
 *
 * libpng reports an error by calling on_error, which must not return: it jumps back to the setjmp
 * in decode. What has to be freed then lies in a reader, which outlives the jump.
 */
#include "image.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic_file.h"
#include "contract.h"

enum { SIGNATURE_SIZE = 8 };

typedef struct reader {
    const char *path;
    FILE *file;
    png_structp png;
    png_infop info;
    png_bytepp rows; /* where each row of the picture begins */
    image *picture;
    error *e;
} reader;

_Noreturn static void on_error(png_structp png, png_const_charp message)
{
    const reader *r = png_get_error_ptr(png);
    error_set(r->e, "%s: not a whole PNG file: %s; make or fetch it again", r->path, message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

/* Whatever the file holds, rows of 8-bit gray or RGB come out of it. */
static void ask_for_8_bit_colours(reader *r)
{
    png_set_expand(r->png); /* palettes, fewer bits, transparency as a channel */
    png_set_scale_16(r->png);
    png_set_strip_alpha(r->png);
    png_set_interlace_handling(r->png);
    png_read_update_info(r->png, r->info);
}

static void make_room(reader *r, size_t height, size_t width)
{
    size_t channels = png_get_channels(r->png, r->info);
    *r->picture = image_new(height, width, channels);
    r->rows = malloc(height * sizeof *r->rows);
    if (r->rows == NULL)
        contract_failed("image_load_png", "no memory for %zu rows", height);
    for (size_t i = 0; i < height; i++)
        r->rows[i] = r->picture->pixels + i * width * channels;
}

static bool decode(reader *r)
{
    if (setjmp(png_jmpbuf(r->png)) != 0)
        return false;
    png_init_io(r->png, r->file);
    png_set_sig_bytes(r->png, SIGNATURE_SIZE);
    png_set_user_limits(r->png, IMAGE_MAX_SIDE, IMAGE_MAX_SIDE);
    png_set_crc_action(r->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_read_info(r->png, r->info);
    size_t height = png_get_image_height(r->png, r->info);
    size_t width = png_get_image_width(r->png, r->info);
    if (height * width > IMAGE_MAX_PIXELS)
        return error_set(r->e, "%s: %zu x %zu pixels are too many, at most %d are read", r->path,
                         width, height, IMAGE_MAX_PIXELS);
    ask_for_8_bit_colours(r);
    make_room(r, height, width);
    png_read_image(r->png, r->rows);
    png_read_end(r->png, NULL);
    return true;
}

static bool read_open_file(const char *path, FILE *file, image *picture, error *e)
{
    png_byte signature[SIGNATURE_SIZE];
    if (fread(signature, 1, sizeof signature, file) != sizeof signature ||
        png_sig_cmp(signature, 0, sizeof signature) != 0)
        return error_set(e, "%s: is not a PNG file", path);
    reader r = {.path = path, .file = file, .picture = picture, .e = e};
    r.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r, on_error, on_warning);
    r.info = r.png != NULL ? png_create_info_struct(r.png) : NULL;
    if (r.info == NULL)
        contract_failed("image_load_png", "no memory for libpng");
    bool done = decode(&r);
    png_destroy_read_struct(&r.png, &r.info, NULL);
    free(r.rows);
    return done;
}

bool image_load_png(const char *path, image *picture, error *e)
{
    *picture = (image){0};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return error_set(e, "%s: cannot open the picture: %s", path, strerror(errno));
    bool done = read_open_file(path, file, picture, e);
    fclose(file);
    if (!done)
        image_clear(picture);
    return done;
}

bool image_save_png(const char *path, const image *picture, error *e)
{
    png_image header = {.version = PNG_IMAGE_VERSION,
                        .width = (png_uint_32)picture->width,
                        .height = (png_uint_32)picture->height,
                        .format = picture->channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB};
    atomic_file out;
    if (picture->width > IMAGE_MAX_SIDE || picture->height > IMAGE_MAX_SIDE ||
        picture->width * picture->height > IMAGE_MAX_PIXELS)
        return error_set(e, "%s: a picture of %zu x %zu pixels is too large to write", path,
                         picture->width, picture->height);
    if (!atomic_file_open(&out, path, e))
        return false;
    if (png_image_write_to_stdio(&header, out.stream, 0, picture->pixels, 0, NULL) != 0)
        return atomic_file_commit(&out, e);
    atomic_file_abandon(&out);
    return error_set(e, "%s: cannot write the picture: %s", path, header.message);
}
