// Pillow's 8-bit resampling of RGB images, bit for bit, by several threads and in vectors.
//
// The models were trained on what Pillow makes, and its arithmetic is all integers: a value is a window of bytes times
// weights of 22 fractional bits, plus a half, shifted down and cut to 0..255, first along one axis and then along the
// other, with bytes between. Sums of integers are the same in any order, so this is exact whatever -march decides; the
// weights themselves, where rounding matters, come from resize.py.
//
// The bytes between never become an image: they are made row by row just before they are used and stay in the cache.
//
// Plain C++ with GCC/Clang vector extensions and OpenMP: no intrinsics. Compilers are poor at turning eight bytes into
// eight integers and back, so bytes travel four to a lane: what sums over rows leaves them where they were, and what
// sums along rows takes eight rows at once, one to a lane, transposed.

#include <omp.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#define INLINE inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 8")
#ifdef __clang__
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, Words{__VA_ARGS__})
#endif

namespace {

typedef int32_t Vec __attribute__((vector_size(32)));
typedef uint32_t Words __attribute__((vector_size(32)));

constexpr int64_t ROWS = 8;    // lanes of a vector
constexpr int64_t BYTES = 32;  // of a vector
constexpr int BITS = 22;       // of a weight's fraction
constexpr int32_t ROUND = 1 << (BITS - 1);
constexpr int64_t SMALL = 1 << 18;  // multiply-adds below which waking another thread costs more than it saves

struct Column {
    Vec rows;
};

INLINE int32_t level(int32_t sum) { return std::min(std::max(sum >> BITS, 0), 255); }
INLINE Words level(Vec sum) {
    Vec value = sum >> BITS;
    value = value < 0 ? Vec{} : value;
    return (Words)(value > 255 ? Vec{} + 255 : value);
}
INLINE Words packed(Vec a, Vec b, Vec c, Vec d) { return level(a) | level(b) << 8 | level(c) << 16 | level(d) << 24; }

// Lane j of v[i] and lane i of v[j] change places.
INLINE void transpose(Words (&v)[ROWS]) {
    Words u[ROWS];
    UNROLL for (int i = 0; i < 8; i += 2) {
        u[i] = SHUFFLE(v[i], v[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        u[i + 1] = SHUFFLE(v[i], v[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    UNROLL for (int i = 0; i < 4; i++) {
        int from = i / 2 * 4 + i % 2, to = i / 2 * 4 + i % 2 * 2;
        v[to] = SHUFFLE(u[from], u[from + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        v[to + 1] = SHUFFLE(u[from], u[from + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
    UNROLL for (int i = 0; i < 4; i++) {
        Words low = v[i], high = v[i + 4];
        v[i] = SHUFFLE(low, high, 0, 1, 2, 3, 8, 9, 10, 11);
        v[i + 4] = SHUFFLE(low, high, 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

// Weights of one axis. Output i is the sum over j < counts[i] of input starts[i] + j times weights[i][j].
struct Axis {
    int64_t in, out, taps;
    const int32_t *starts, *counts, *weights;
};

// Eight rows of `axis.out` pixels from eight of `axis.in`. Several may be the same row.
void across(const Axis& axis, const uint8_t* const* in, uint8_t* const* out, Column* wide, Column* sums) {
    int64_t c = 0, size = 3 * axis.in;
    for (; c + BYTES <= size; c += BYTES) {
        Words v[ROWS];
        UNROLL for (int r = 0; r < 8; r++) memcpy(&v[r], in[r] + c, BYTES);
        transpose(v);
        UNROLL for (int i = 0; i < 8; i++) {
            Column* to = wide + c + 4 * i;
            to[0].rows = (Vec)(v[i] & 255), to[1].rows = (Vec)(v[i] >> 8 & 255);
            to[2].rows = (Vec)(v[i] >> 16 & 255), to[3].rows = (Vec)(v[i] >> 24);
        }
    }
    for (; c < size; c++)
        for (int r = 0; r < ROWS; r++) wide[c].rows[r] = in[r][c];
    for (int64_t x = 0; x < axis.out; x++) {
        const Column* from = wide + 3 * axis.starts[x];
        const int32_t* weights = axis.weights + x * axis.taps;
        Vec red = Vec{} + ROUND, green = red, blue = red;
        for (int64_t j = 0; j < axis.counts[x]; j++, from += 3) {
            red += from[0].rows * weights[j];
            green += from[1].rows * weights[j];
            blue += from[2].rows * weights[j];
        }
        sums[3 * x].rows = red, sums[3 * x + 1].rows = green, sums[3 * x + 2].rows = blue;
    }
    for (c = 0, size = 3 * axis.out; c + BYTES <= size; c += BYTES) {
        Words v[ROWS];
        UNROLL for (int i = 0; i < 8; i++) {
            const Column* from = sums + c + 4 * i;
            v[i] = packed(from[0].rows, from[1].rows, from[2].rows, from[3].rows);
        }
        transpose(v);
        UNROLL for (int r = 0; r < 8; r++) memcpy(out[r] + c, &v[r], BYTES);
    }
    for (; c < size; c++)
        for (int r = 0; r < ROWS; r++) out[r][c] = (uint8_t)level(sums[c].rows[r]);
}

// `size` bytes, each the sum of the bytes at its place in `count` rows times the rows' weights.
void down(const uint8_t* const* rows, const int32_t* weights, int64_t count, uint8_t* out, int64_t size) {
    int64_t c = 0;
    while (size >= BYTES && c < size) {
        c = std::min(c, size - BYTES);  // the last vector may overlap the one before: it comes to the same
        Vec a = Vec{} + ROUND, b = a, d = a, e = a;
        for (int64_t y = 0; y < count; y++) {
            Words four;
            memcpy(&four, rows[y] + c, BYTES);
            a += (Vec)(four & 255) * weights[y];
            b += (Vec)(four >> 8 & 255) * weights[y];
            d += (Vec)(four >> 16 & 255) * weights[y];
            e += (Vec)(four >> 24) * weights[y];
        }
        Words four = packed(a, b, d, e);
        memcpy(out + c, &four, BYTES);
        c += BYTES;
    }
    for (; c < size; c++) {
        int32_t sum = ROUND;
        for (int64_t y = 0; y < count; y++) sum += rows[y][c] * weights[y];
        out[c] = (uint8_t)level(sum);
    }
}

}  // namespace

extern "C" {

// out[heights.out][widths.out][3] from in[heights.in][widths.in][3], the weights of either axis as [out][taps]. Rows are
// resized before they are summed, or after where `height_first`.
void resize(const uint8_t* in, uint8_t* out, int64_t height_in, int64_t height_out, int64_t height_taps,
            const int32_t* height_starts, const int32_t* height_counts, const int32_t* height_weights,
            int64_t width_in, int64_t width_out, int64_t width_taps, const int32_t* width_starts,
            const int32_t* width_counts, const int32_t* width_weights, int64_t height_first) {
    const Axis heights{height_in, height_out, height_taps, height_starts, height_counts, height_weights};
    const Axis widths{width_in, width_out, width_taps, width_starts, width_counts, width_weights};
    const int64_t row_in = 3 * width_in, row_out = 3 * width_out;
    const int64_t work = height_out * height_taps * (height_first ? row_in : row_out);
#pragma omp parallel if (work > SMALL)
    {
        const int64_t thread = omp_get_thread_num(), threads = omp_get_num_threads();
        const int64_t from = height_out * thread / threads, to = height_out * (thread + 1) / threads;
        std::vector<const uint8_t*> rows(heights.taps);
        std::vector<Column> wide(row_in), sums(row_out);
        // Rows of sums that are to be resized, or a ring of the rows that are: as many as are summed and eight.
        const int64_t ring = heights.taps + ROWS;
        std::vector<uint8_t> between(height_first ? ROWS * row_in : ring * row_out);
        const uint8_t* sources[ROWS];
        uint8_t* targets[ROWS];
        auto sum = [&](int64_t y, const uint8_t* base, int64_t size, int64_t modulo, uint8_t* to) {
            const int64_t start = heights.starts[y], count = heights.counts[y];
            for (int64_t j = 0; j < count; j++) rows[j] = base + (start + j) % modulo * size;
            down(rows.data(), heights.weights + y * heights.taps, count, to, size);
        };
        if (height_first)
            for (int64_t y = from; y < to; y += ROWS) {
                for (int64_t r = 0; r < ROWS; r++) {
                    const int64_t row = std::min(r, to - 1 - y);
                    if (row == r) sum(y + r, in, row_in, height_in, between.data() + r * row_in);
                    sources[r] = between.data() + row * row_in;
                    targets[r] = out + (y + row) * row_out;
                }
                across(widths, sources, targets, wide.data(), sums.data());
            }
        else
            for (int64_t y = from, made = 0; y < to; y++) {
                const int64_t start = heights.starts[y], end = start + heights.counts[y];
                for (made = std::max(made, start); made < end; made += ROWS) {
                    for (int64_t r = 0; r < ROWS; r++) {
                        const int64_t row = std::min(made + r, height_in - 1);
                        sources[r] = in + row * row_in;
                        targets[r] = between.data() + row % ring * row_out;
                    }
                    across(widths, sources, targets, wide.data(), sums.data());
                }
                sum(y, between.data(), row_out, ring, out + y * row_out);
            }
    }
}

}  // extern "C"
