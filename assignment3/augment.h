/*
 * Augmentation: changes of a picture that leave what it shows.
 *
 * A picture is C x H x W, with C = 3 (red, green, blue) or C = 1 (gray) and numbers from 0 to 1.
 * The gray of a pixel is 0.299 R + 0.587 G + 0.114 B; in a picture of one channel it is the number
 * itself.
 * Outputs are overwritten, and do not overlap inputs. Every function stops the program on a wrong
 * shape.
 *
 * Source: Chen et al., "A simple framework for contrastive learning of visual representations",
 * 2020; CS231n assignment 3.
 */
#ifndef ASSIGNMENT3_AUGMENT_H
#define ASSIGNMENT3_AUGMENT_H

#include "augmentation.h"
#include "tensor.h"

/*
 * Cuts a box out of a picture and brings it to h x w pixels. A pixel's number belongs to its
 * centre: so pixel (i, j) of the result looks at the point
 *
 *   y = box.top  + (i + 1/2) box.height / h - 1/2      kept within 0 .. H - 1
 *   x = box.left + (j + 1/2) box.width  / w - 1/2      kept within 0 .. W - 1
 *
 * of the picture, in which row 0 is y = 0, and mixes the four pixels around it (bilinear). With
 * y0 = floor(y), dy = y - y0, and x0 and dx likewise:
 *
 *   out[c,i,j] = (1 - dy) ((1 - dx) image[c,y0,x0]   + dx image[c,y0,x0+1])
 *                    + dy ((1 - dx) image[c,y0+1,x0] + dx image[c,y0+1,x0+1])
 *
 * image  C x H x W   any C
 * box                the part; it may reach beyond the picture's edges
 * out    C x h x w   receives the result; the whole box in the picture's own size is the picture
 */
void crop_resize(const tensor *image, crop_box box, tensor *out);

/*
 * Mirrors a picture: out[c,i,j] = image[c,i,W-1-j].
 *
 * image  C x H x W   any C
 * out    C x H x W   receives the result
 */
void flip_horizontal(const tensor *image, tensor *out);

/*
 * A gray picture with as many channels: out[c,i,j] is the gray of pixel (i, j), for every c.
 *
 * image  C x H x W   C is 1 or 3
 * out    C x H x W   receives the result
 */
void to_gray(const tensor *image, tensor *out);

/*
 * Changes brightness, then contrast, then saturation, each on what the one before gave, and each
 * cut to 0..1 before the next:
 *
 *   brightness   p = brightness * p
 *   contrast     p = m + contrast * (p - m)        m: the mean gray of the whole picture
 *   saturation   p = g + saturation * (p - g)      g: the gray of the pixel
 *
 * image    C x H x W   C is 1 or 3
 * factors              the three factors, at least 0
 * out      C x H x W   receives the result
 */
void jitter_colours(const tensor *image, colour_factors factors, tensor *out);

/*
 * Two views of one picture, each changed by a draw of its own: first all of the left one's, then
 * all of the right one's (draw_augmentation of augmentation.h). A draw is applied in this order:
 * crop_resize to the view's size; flip_horizontal, jitter_colours and to_gray if the draw says so.
 *
 * image        C x H x W   C is 1 or 3
 * settings                 what may be drawn
 * random                   the stream from which it is drawn
 * left, right  C x h x w   receive the views
 */
void augment_pair(const tensor *image, const augment_settings *settings, random_state *random,
                  tensor *left, tensor *right);

#endif
