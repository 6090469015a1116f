// The arithmetic of Qwen2-VL on a CPU, in float32 over weights stored as float32, bfloat16 or int8.
//
// One rule holds everywhere: what is computed for a row (a token) does not depend on which other rows are computed
// beside it, nor on the number of threads, down to the last bit. So a token decoded alone, in a batch, as part of a
// draft or within a prefill has the same value, and a session equals a fresh one exactly.
//
// Everything rests on one tile: y[rows][16] += x[rows][k] * w[k][16], up to six rows, held in registers. Matrices are
// stored as panels of 16 columns, [panel][k][16], so that a tile reads one stream; a key cache is stored alike.
//
// Plain C++ with GCC/Clang vector extensions and OpenMP: no intrinsics, so the compiler's -march decides the rest.

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#define INLINE inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 8")

namespace {

typedef float Vec __attribute__((vector_size(32)));
typedef float VecAnywhere __attribute__((vector_size(32), aligned(4)));
typedef int32_t IntVec __attribute__((vector_size(32)));

constexpr int64_t LANES = 8, PANEL = 16, ROWS = 6;
constexpr int64_t DEPTH = 384;        // of k a pass: a panel of it stays in the first-level cache
constexpr int64_t BAND = 120;         // rows a pass: their DEPTH columns stay in the second-level cache
constexpr int64_t AHEAD = 24;         // rows of k that are fetched before they are read
constexpr int64_t PIECES = 64;        // of a matrix a thread: who is held up does fewer, and all read near each other
constexpr int64_t GROUP = 64;         // weights of one column that share an int8 scale; divides DEPTH
constexpr int64_t CHUNK = 128;        // keys scored at once
constexpr int64_t SPAN = 8;           // chunks a partial softmax covers; partials are merged in order
constexpr int64_t QUERIES = 96;       // query rows that share a pass over the keys
constexpr int64_t SMALL = 1 << 15;    // multiply-adds below which waking another thread costs more than it saves
constexpr float HIDDEN = -1e30f;      // the score of a key that may not be seen

INLINE Vec load(const float* p) { return (Vec) * (const VecAnywhere*)p; }
INLINE void store(float* p, Vec v) { *(VecAnywhere*)p = (VecAnywhere)v; }
INLINE Vec all(float x) { return Vec{x, x, x, x, x, x, x, x}; }
INLINE Vec max(Vec a, Vec b) { return a > b ? a : b; }
INLINE float sum(Vec a) { return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7])); }
INLINE float peak(Vec a) {
    float m = a[0];
    for (int i = 1; i < 8; i++) m = std::max(m, a[i]);
    return m;
}

// 2^x to about one unit in the last place for -126 < x <= 0 or so, and 0 below.
INLINE Vec exp2(Vec x) {
    Vec bounded = max(x, all(-126.0f));
    IntVec whole = __builtin_convertvector(bounded + (bounded < 0 ? all(-0.5f) : all(0.5f)), IntVec);
    Vec r = bounded - __builtin_convertvector(whole, Vec);
    Vec p = all(1.535336188319500e-4f);
    p = p * r + 1.339887440266574e-3f;
    p = p * r + 9.618437357674640e-3f;
    p = p * r + 5.550332471162809e-2f;
    p = p * r + 2.402264791363012e-1f;
    p = p * r + 6.931472028550421e-1f;
    p = p * r + 1.0f;
    Vec scaled = (Vec)((IntVec)p + (whole << 23));
    return x < -126.0f ? Vec{} : scaled;
}

constexpr float LOG2E = 1.4426950408889634f;

INLINE Vec sigmoid(Vec x) {
    Vec e = exp2((x < 0 ? x : -x) * LOG2E);  // exp(-|x|)
    return (x < 0 ? e : all(1.0f)) / (1.0f + e);
}

// How the 16 columns of a panel are read as float32, STEP rows of k at once, IN_WORD weights in a word. What is narrower
// than a float lies so that whole words can be taken apart by shifts: converting lanes is what compilers do worst.
struct Float32 {
    typedef float Word;
    static constexpr int STEP = 1, IN_WORD = 1;
    template <int V>
    static INLINE void read(const float* w, int64_t ldw, int64_t i, Vec (&to)[STEP][V]) {
        UNROLL for (int v = 0; v < V; v++) to[0][v] = load(w + i * ldw + v * LANES);
    }
};

typedef int32_t Words __attribute__((vector_size(32), aligned(4)));

// Word j of a row: column j in its lower half, column j + 8 in its upper one. A bfloat16 is the upper half of a float.
struct BFloat16 {
    typedef int32_t Word;
    static constexpr int STEP = 1, IN_WORD = 2;
    static INLINE void read(const int32_t* w, int64_t, int64_t i, Vec (&to)[STEP][2]) {
        IntVec word = (IntVec) * (const Words*)(w + i * LANES);
        to[0][0] = (Vec)(word << 16);
        to[0][1] = (Vec)(word & (int32_t)0xffff0000);
    }
};

// Word j of two rows: columns j and j + 8 of the first, then of the second, a byte each.
struct Int8 {
    typedef int32_t Word;
    static constexpr int STEP = 2, IN_WORD = 4;
    static INLINE void read(const int32_t* w, int64_t, int64_t i, Vec (&to)[STEP][2]) {
        IntVec word = (IntVec) * (const Words*)(w + i / 2 * LANES);
        to[0][0] = __builtin_convertvector((word << 24) >> 24, Vec);
        to[0][1] = __builtin_convertvector((word << 16) >> 24, Vec);
        to[1][0] = __builtin_convertvector((word << 8) >> 24, Vec);
        to[1][1] = __builtin_convertvector(word >> 24, Vec);
    }
};

// y[M][8 * V] (+)= x[M][k] * w[k][8 * V]. The sum over k is formed by itself, then added to y, times a scale a column
// where the weights have one (`add` is true then).
template <typename W, int M, int V>
INLINE void tile(const typename W::Word* w, int64_t ldw, const float* x, int64_t ldx, float* y, int64_t ldy, int64_t k,
                 bool add, const float* scales) {
    Vec acc[M][V];
    UNROLL for (int m = 0; m < M; m++) UNROLL for (int v = 0; v < V; v++) acc[m][v] = Vec{};
    for (int64_t i = 0; i < k; i += W::STEP) {
        Vec column[W::STEP][V];
        // Several rows keep the processor busy enough to stop reading ahead by itself; with one row this only costs.
        if (M > 1 && W::IN_WORD == 1) __builtin_prefetch(w + (i + AHEAD) * ldw);
        W::read(w, ldw, i, column);
        UNROLL for (int s = 0; s < W::STEP; s++) UNROLL for (int m = 0; m < M; m++) {
            Vec value = all(s == 0 || i + s < k ? x[m * ldx + i + s] : 0.0f);
            UNROLL for (int v = 0; v < V; v++) acc[m][v] += column[s][v] * value;
        }
    }
    if (scales) {
        // One expression, so that every instance of this template rounds alike (once, fused).
        UNROLL for (int m = 0; m < M; m++) UNROLL for (int v = 0; v < V; v++) {
            float* at = y + m * ldy + v * LANES;
            store(at, acc[m][v] * load(scales + v * LANES) + load(at));
        }
        return;
    }
    UNROLL for (int m = 0; m < M; m++) UNROLL for (int v = 0; v < V; v++) {
        float* at = y + m * ldy + v * LANES;
        store(at, add ? load(at) + acc[m][v] : acc[m][v]);
    }
}

template <typename W, int V>
void strip(const typename W::Word* w, int64_t ldw, const float* x, int64_t ldx, float* y, int64_t ldy, int64_t rows,
           int64_t k, bool add, const float* scales = nullptr) {
    int64_t r = 0;
    for (; r + ROWS <= rows; r += ROWS) tile<W, ROWS, V>(w, ldw, x + r * ldx, ldx, y + r * ldy, ldy, k, add, scales);
    x += r * ldx;
    y += r * ldy;
    switch (rows - r) {
        case 5: tile<W, 5, V>(w, ldw, x, ldx, y, ldy, k, add, scales); break;
        case 4: tile<W, 4, V>(w, ldw, x, ldx, y, ldy, k, add, scales); break;
        case 3: tile<W, 3, V>(w, ldw, x, ldx, y, ldy, k, add, scales); break;
        case 2: tile<W, 2, V>(w, ldw, x, ldx, y, ldy, k, add, scales); break;
        case 1: tile<W, 1, V>(w, ldw, x, ldx, y, ldy, k, add, scales); break;
    }
}

enum Storage : int64_t { FLOAT32 = 0, BFLOAT16 = 1, INT8 = 2 };

// y[rows][16 a panel] += x[rows][k] * panels [from, to) of a matrix stored as [panel][k][16], `depth` of k a pass.
// Scales, where there are any, are [panel][k / depth][16].
template <typename W>
void panels_of(const void* data, const float* scales, int64_t depth, const float* x, int64_t ldx, float* y, int64_t ldy,
               int64_t rows, int64_t k, int64_t from, int64_t to) {
    int64_t passes = (k + depth - 1) / depth, words = (k + W::STEP - 1) / W::STEP * (PANEL * W::STEP / W::IN_WORD);
    for (int64_t r = 0; r < rows; r += BAND)
        for (int64_t outer = 0; outer < k; outer += DEPTH)
            for (int64_t p = from; p < to; p++)
                for (int64_t i = outer; i < std::min(k, outer + DEPTH); i += depth)
                    strip<W, 2>((const typename W::Word*)data + p * words + i * PANEL / W::IN_WORD, PANEL,
                                x + r * ldx + i, ldx, y + r * ldy + p * PANEL, ldy, std::min(BAND, rows - r),
                                std::min(depth, k - i), true,
                                scales ? scales + (p * passes + i / depth) * PANEL : nullptr);
}

struct Chunk {
    const float *keys, *values;
    int64_t first, end;   // which of its CHUNK tokens there are
    int64_t before;       // tokens of the sequence before `first`
};

struct Attention {
    const float* q;       // [tokens][ldq]; the heads of a token follow one another
    float* out;           // [tokens][ldo]
    int64_t ldq, ldo, tokens, heads, kv_heads, dim, causal, total;
    int64_t key_head, value_head;
    float scale;
    const std::vector<Chunk>* chunks;
    int64_t group() const { return heads / kv_heads; }
    int64_t rows() const { return tokens * group(); }
    int64_t visible(int64_t row) const { return causal ? total - tokens + row / group() + 1 : total; }
};

// The softmax of rows [row, row + rows) over some of the keys: unnormalised sums, their weight and their scale.
struct Partial {
    float *sums, *weight, *high;   // [rows][dim], [rows], [rows]
};

void attend_span(const Attention& a, int64_t kv, int64_t row, int64_t rows, const float* q, int64_t from, int64_t to,
                 Partial p, float* scores) {
    std::fill(p.sums, p.sums + rows * a.dim, 0.0f);
    std::fill(p.weight, p.weight + rows, 0.0f);
    std::fill(p.high, p.high + rows, HIDDEN);
    int64_t most = a.visible(row + rows - 1);
    for (int64_t c = from; c < to; c++) {
        const Chunk& chunk = (*a.chunks)[c];
        if (chunk.before >= most) break;
        const float* keys = chunk.keys + kv * a.key_head;
        int64_t width = (chunk.end + PANEL - 1) / PANEL * PANEL;
        for (int64_t t = 0; t < width; t += PANEL)
            strip<Float32, 2>(keys + t * a.dim, PANEL, q, a.dim, scores + t, CHUNK, rows, a.dim, false);
        for (int64_t r = 0; r < rows; r++) {
            float* s = scores + r * CHUNK;
            int64_t end = std::min(chunk.end, chunk.first + std::max<int64_t>(0, a.visible(row + r) - chunk.before));
            for (int64_t t = 0; t < chunk.first; t++) s[t] = HIDDEN;
            for (int64_t t = end; t < width; t++) s[t] = HIDDEN;
            Vec top = load(s);
            for (int64_t t = LANES; t < width; t += LANES) top = max(top, load(s + t));
            float high = std::max(p.high[r], peak(top)), fade = exp2(all(p.high[r] - high))[0];
            Vec total{};
            for (int64_t t = 0; t < width; t += LANES) {
                Vec e = exp2(load(s + t) - high);
                store(s + t, e);
                total += e;
            }
            p.weight[r] = p.weight[r] * fade + sum(total);
            p.high[r] = high;
            if (fade != 1.0f)
                for (int64_t d = 0; d < a.dim; d += LANES) store(p.sums + r * a.dim + d, load(p.sums + r * a.dim + d) * fade);
        }
        // From the first token there is: what lies before it may never have been written, and 0 * NaN is NaN.
        const float* values = chunk.values + kv * a.value_head + chunk.first * PANEL;
        const float* weights = scores + chunk.first;
        int64_t seen = chunk.end - chunk.first, d = 0;
        for (; d + PANEL <= a.dim; d += PANEL)
            strip<Float32, 2>(values + d * CHUNK, PANEL, weights, CHUNK, p.sums + d, a.dim, rows, seen, true);
        if (d < a.dim) strip<Float32, 1>(values + d * CHUNK, PANEL, weights, CHUNK, p.sums + d, a.dim, rows, seen, true);
    }
}

void merge(const Attention& a, int64_t rows, Partial into, Partial from) {
    for (int64_t r = 0; r < rows; r++) {
        float high = std::max(into.high[r], from.high[r]);
        float old = exp2(all(into.high[r] - high))[0], fresh = exp2(all(from.high[r] - high))[0];
        into.weight[r] = into.weight[r] * old + from.weight[r] * fresh;
        into.high[r] = high;
        for (int64_t d = 0; d < a.dim; d += LANES) {
            float* at = into.sums + r * a.dim + d;
            store(at, load(at) * old + load(from.sums + r * a.dim + d) * fresh);
        }
    }
}

void gather(const Attention& a, int64_t kv, int64_t row, int64_t rows, float* q) {
    for (int64_t r = 0; r < rows; r++) {
        const float* from = a.q + (row + r) / a.group() * a.ldq + (kv * a.group() + (row + r) % a.group()) * a.dim;
        for (int64_t d = 0; d < a.dim; d++) q[r * a.dim + d] = from[d] * (a.scale * LOG2E);
    }
}

void scatter(const Attention& a, int64_t kv, int64_t row, int64_t rows, Partial p) {
    for (int64_t r = 0; r < rows; r++) {
        float* to = a.out + (row + r) / a.group() * a.ldo + (kv * a.group() + (row + r) % a.group()) * a.dim;
        float share = 1.0f / p.weight[r];
        for (int64_t d = 0; d < a.dim; d++) to[d] = p.sums[r * a.dim + d] * share;
    }
}

Partial carve(float* memory, int64_t rows, int64_t dim) {
    return {memory, memory + rows * dim, memory + rows * dim + rows};
}

}  // namespace

extern "C" {

// y[rows][ldy] = x[rows][ldx] * matrix + bias, or y += that where `add`. ldy holds whole panels.
void linear(int64_t storage, const void* data, const float* scales, const float* bias, const float* x, int64_t ldx,
            float* y, int64_t ldy, int64_t rows, int64_t k, int64_t panels, int64_t add) {
#pragma omp parallel if (rows * k * panels * PANEL > SMALL)
    {
        int64_t pieces = std::min(panels, PIECES * omp_get_num_threads());
#pragma omp for schedule(dynamic)
        for (int64_t piece = 0; piece < pieces; piece++) {
            int64_t from = panels * piece / pieces, to = panels * (piece + 1) / pieces;
            if (!add || bias)
                for (int64_t r = 0; r < rows; r++)
                    for (int64_t c = from * PANEL; c < to * PANEL; c++)
                        y[r * ldy + c] = (add ? y[r * ldy + c] : 0.0f) + (bias ? bias[c] : 0.0f);
            switch (storage) {
                case FLOAT32: panels_of<Float32>(data, nullptr, DEPTH, x, ldx, y, ldy, rows, k, from, to); break;
                case BFLOAT16: panels_of<BFloat16>(data, nullptr, DEPTH, x, ldx, y, ldy, rows, k, from, to); break;
                case INT8: panels_of<Int8>(data, scales, GROUP, x, ldx, y, ldy, rows, k, from, to); break;
            }
        }
    }
}

// Attention of `tokens` queries over keys and values that lie in segments of blocks, in the order they are read in.
// Token t of a block: its key at keys[head][t / 16][dim][t % 16], its value at
// values[head][t / CHUNK][dim / 16][t % CHUNK][dim % 16]. The last `tokens` tokens of the segments are the queries' own
// where `causal`.
void attend(const float* q, int64_t ldq, float* out, int64_t ldo, int64_t tokens, int64_t heads, int64_t kv_heads,
            int64_t dim, int64_t causal, double scale, int64_t segments, const int64_t* keys, const int64_t* values,
            const int64_t* starts, const int64_t* stops, int64_t key_offset, int64_t value_offset, int64_t key_head,
            int64_t value_head) {
    std::vector<Chunk> chunks;
    int64_t total = 0, padded = (dim + PANEL - 1) / PANEL * PANEL;
    for (int64_t s = 0; s < segments; s++)
        for (int64_t c = starts[s] / CHUNK * CHUNK; c < stops[s]; c += CHUNK) {
            int64_t first = std::max(starts[s] - c, (int64_t)0), end = std::min(stops[s] - c, CHUNK);
            chunks.push_back({(const float*)keys[s] + key_offset + c * dim,
                              (const float*)values[s] + value_offset + c * padded, first, end, total});
            total += end - first;
        }
    Attention a{q, out, ldq, ldo, tokens, heads, kv_heads, dim, causal, total, key_head, value_head, (float)scale,
                &chunks};
    int64_t spans = ((int64_t)chunks.size() + SPAN - 1) / SPAN, bands = (a.rows() + QUERIES - 1) / QUERIES;
    int64_t items = kv_heads * bands, most = std::min(QUERIES, a.rows()), size = most * (dim + 2);
    // With few queries the spans are shared among the threads as well; merged in order, the result is the same.
    bool split = items < 2 * omp_get_max_threads() && spans > 1;
    std::vector<float> partials(split ? items * spans * size : 0);
#pragma omp parallel if (tokens * total * heads * dim > SMALL)
    {
        std::vector<float> memory(most * (CHUNK + dim) + 2 * size);
        float *scores = memory.data(), *local = scores + most * CHUNK;
        Partial whole = carve(local + most * dim, most, dim), piece = carve(local + most * dim + size, most, dim);
        if (split) {
#pragma omp for schedule(dynamic)
            for (int64_t i = 0; i < items * spans; i++) {
                int64_t item = i / spans, kv = item / bands, row = item % bands * QUERIES, s = i % spans;
                int64_t rows = std::min(QUERIES, a.rows() - row);
                gather(a, kv, row, rows, local);
                attend_span(a, kv, row, rows, local, s * SPAN, std::min((s + 1) * SPAN, (int64_t)chunks.size()),
                            carve(partials.data() + i * size, rows, dim), scores);
            }
        }
#pragma omp for schedule(dynamic)
        for (int64_t i = 0; i < items; i++) {
            int64_t item = items - 1 - i;  // the last rows see the most keys: they go first
            int64_t kv = item / bands, row = item % bands * QUERIES, rows = std::min(QUERIES, a.rows() - row);
            if (!split) gather(a, kv, row, rows, local);
            std::fill(whole.sums, whole.sums + size, 0.0f);
            Partial into = carve(whole.sums, rows, dim), part = carve(piece.sums, rows, dim);
            std::fill(into.high, into.high + rows, HIDDEN);
            for (int64_t s = 0; s < spans; s++) {
                if (split) part = carve(partials.data() + (item * spans + s) * size, rows, dim);
                else
                    attend_span(a, kv, row, rows, local, s * SPAN, std::min((s + 1) * SPAN, (int64_t)chunks.size()),
                                part, scores);
                merge(a, rows, into, part);
            }
            scatter(a, kv, row, rows, into);
        }
    }
}

// Put the keys of `tokens` tokens into a block's layout from token `at` on. keys: [tokens][ldk], heads side by side.
void store_keys(const float* keys, int64_t ldk, int64_t tokens, int64_t heads, int64_t dim, float* block, int64_t head,
                int64_t at) {
    for (int64_t h = 0; h < heads; h++)
        for (int64_t t = 0; t < tokens; t++) {
            float* to = block + h * head + (at + t) / PANEL * PANEL * dim + (at + t) % PANEL;
            for (int64_t d = 0; d < dim; d++) to[d * PANEL] = keys[t * ldk + h * dim + d];
        }
}

// Put the values of `tokens` tokens into a block's layout from token `at` on, as store_keys does.
void store_values(const float* values, int64_t ldv, int64_t tokens, int64_t heads, int64_t dim, float* block,
                  int64_t head, int64_t at) {
    int64_t padded = (dim + PANEL - 1) / PANEL * PANEL;
    for (int64_t h = 0; h < heads; h++)
        for (int64_t t = 0; t < tokens; t++) {
            float* to = block + h * head + (at + t) / CHUNK * CHUNK * padded + (at + t) % CHUNK * PANEL;
            const float* from = values + t * ldv + h * dim;
            for (int64_t d = 0; d < dim; d += LANES)
                store(to + d / PANEL * PANEL * CHUNK + d % PANEL, load(from + d));
        }
}

// Rotate the first `heads` heads of every row by cos, sin of shape [rows][dim / 2], in place.
void rotate(float* x, int64_t ldx, int64_t rows, int64_t heads, int64_t dim, const float* cos, const float* sin) {
    int64_t half = dim / 2;
#pragma omp parallel for if (rows * heads * dim > SMALL)
    for (int64_t r = 0; r < rows; r++)
        for (int64_t h = 0; h < heads; h++) {
            float *low = x + r * ldx + h * dim, *high = low + half;
            const float *c = cos + r * half, *s = sin + r * half;
            for (int64_t i = 0; i < half; i++) {
                float a = low[i], b = high[i];
                low[i] = a * c[i] - b * s[i];
                high[i] = b * c[i] + a * s[i];
            }
        }
}

// y = x / rms(x) * weight, or with a bias y = (x - mean) / std * weight + bias, by rows. dim is a multiple of 8.
void normalise(const float* x, int64_t ldx, float* y, int64_t rows, int64_t dim, const float* weight,
               const float* bias, double epsilon) {
#pragma omp parallel for if (rows * dim > SMALL)
    for (int64_t r = 0; r < rows; r++) {
        const float* from = x + r * ldx;
        float mean = 0.0f;
        if (bias) {
            Vec total{};
            for (int64_t i = 0; i < dim; i += LANES) total += load(from + i);
            mean = sum(total) / dim;
        }
        Vec squares{};
        for (int64_t i = 0; i < dim; i += LANES) {
            Vec v = load(from + i) - mean;
            squares += v * v;
        }
        float scale = 1.0f / std::sqrt(sum(squares) / dim + (float)epsilon);
        for (int64_t i = 0; i < dim; i += LANES) {
            Vec v = (load(from + i) - mean) * scale * load(weight + i);
            store(y + r * dim + i, bias ? v + load(bias + i) : v);
        }
    }
}

// y[rows][dim] = silu(gate) * up of rows [gate | up]. dim is a multiple of 8.
void swiglu(const float* x, int64_t ldx, float* y, int64_t rows, int64_t dim) {
#pragma omp parallel for if (rows * dim > SMALL / 8)
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < dim; i += LANES) {
            Vec gate = load(x + r * ldx + i);
            store(y + r * dim + i, gate * sigmoid(gate) * load(x + r * ldx + dim + i));
        }
}

// x * sigmoid(1.702 x) in place.
void quick_gelu(float* x, int64_t ldx, int64_t rows, int64_t dim) {
#pragma omp parallel for if (rows * dim > SMALL / 8)
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < dim; i += LANES) {
            Vec v = load(x + r * ldx + i);
            store(x + r * ldx + i, v * sigmoid(v * 1.702f));
        }
}

}  // extern "C"
