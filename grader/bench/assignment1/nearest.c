/* The k nearest neighbours, block by block, in a heap for each test example. */
#include "nearest.h"

#include "contract.h"

/* Puts n into the heap of count neighbours whose root, the farthest, is free; children of i are at
 * 2i + 1 and 2i + 2, none farther than their parent. */
static void replace_root(neighbour *heap, size_t count, neighbour n)
{
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= count)
            break;
        if (child + 1 < count && heap[child + 1].distance > heap[child].distance)
            child++;
        if (heap[child].distance <= n.distance)
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = n;
}

/* Offers count training examples, the first of which is number first, to a heap of k. */
static void offer(const real *distances, size_t count, size_t first, neighbour *heap, size_t k)
{
    for (size_t j = 0; j < count; j++)
        if (distances[j] < heap[0].distance)
            replace_root(heap, k, (neighbour){distances[j], (uint32_t)(first + j)});
}

void find_nearest(const knn *classifier, const tensor *X, size_t k, neighbour *nearest)
{
    enum { BLOCK = 1000 };
    size_t M = X->shape[0];
    size_t N = classifier->X->shape[0];
    if (k < 1 || k > N)
        contract_failed(__func__, "k is %zu, should be 1 to %zu", k, N);
    for (size_t i = 0; i < M * k; i++)
        nearest[i] = (neighbour){(real)INFINITY, 0};
    tensor *memory = tensor_new_2d(M, BLOCK);
    for (size_t first = 0; first < N; first += BLOCK) {
        size_t count = N - first < BLOCK ? N - first : BLOCK;
        tensor rows = tensor_rows(classifier->X, first, count);
        tensor dists = tensor_over(memory->data, 2, (size_t[]){M, count});
        knn_distances_no_loops(&(knn){.X = &rows, .y = NULL}, X, &dists);
        for (size_t i = 0; i < M; i++)
            offer(dists.data + i * count, count, first, nearest + i * k, k);
    }
    tensor_free(memory);
}
