# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True
"""Inner loops of a request, each beside its numpy form, which says what it computes.

Results are equal within 1e-6, hashes exactly. Other threads run meanwhile. Indices are checked, so
that a damaged artifact raises ``IndexError`` as with numpy.
"""

from libc.math cimport exp, log, log1p, sqrt
from libc.stdint cimport int8_t, int32_t, int64_t, uint16_t, uint32_t, uint64_t

import numpy as np

# That of common.kernels: raise it there and here with every change of a signature.
VERSION = 2

cdef extern from *:
    """
    #if defined(__GNUC__)
    #define prefetch(address) __builtin_prefetch(address)
    #else
    #define prefetch(address)
    #endif

    #include <stdint.h>

    /* A finite number of 16 bits: its exponent is 112 less than that of 32 bits. */
    static inline float to_float(uint16_t half) {
        union { uint32_t bits; float number; } value;
        value.bits = (uint32_t)(half & 0x7fff) << 13;
        value.number *= 5.192296858534828e33f;
        value.bits |= (uint32_t)(half & 0x8000) << 16;
        return value.number;
    }
    """
    void prefetch(const void* address) noexcept nogil
    float to_float(uint16_t half) noexcept nogil

# Rows of tables are fetched into the cache so many entries before they are read.
cdef Py_ssize_t AHEAD = 6

# That of common.calibration.
cdef double MIN_PROBABILITY = 1e-6

# Those of common.features.ngrams.
cdef uint64_t BASE = 0x9E3779B97F4A7C15ULL
cdef uint32_t SPACE = 32
cdef uint32_t FIRST_CJK = 0x3041
cdef uint32_t LAST_CJK = 0x9FFF
cdef uint64_t INNER_SALT = 64


def predict_trees(table, trees):
    """As ``models.ensemble.boosted_trees.BoostedTrees.predict``."""
    cdef const float[:, ::1] cells = np.ascontiguousarray(table, np.float32)
    cdef const Py_ssize_t[::1] column = trees.column
    cdef const float[::1] threshold = trees.threshold
    cdef const Py_ssize_t[::1] left_child = trees.left_child
    cdef const float[::1] value = trees.value
    cdef const Py_ssize_t[::1] tree_starts = trees.tree_starts
    cdef const int32_t[::1] output_ends = trees.output_ends
    cdef Py_ssize_t depth = trees.depth
    cdef Py_ssize_t n_rows = cells.shape[0]
    cdef Py_ssize_t n_outputs = output_ends.shape[0]
    cdef Py_ssize_t row, output, first, last, start, end, step, lane, node
    cdef Py_ssize_t[8] nodes
    cdef double total

    result = np.empty((n_rows, n_outputs), np.float32)
    cdef float[:, ::1] sums = result
    with nogil:
        for row in range(n_rows):
            first = 0
            for output in range(n_outputs):
                last = output_ends[output]
                total = 0
                # Eight trees go down together: the processor waits for memory once for all.
                for start in range(first, last, 8):
                    end = min(start + 8, last) - start
                    for lane in range(end):
                        nodes[lane] = tree_starts[start + lane]
                    for step in range(depth):
                        for lane in range(end):
                            node = nodes[lane]
                            nodes[lane] = left_child[node] + (
                                cells[row, column[node]] > threshold[node]
                            )
                    for lane in range(end):
                        total += value[nodes[lane]]
                sums[row, output] = <float>total
                first = last
    return result


def weigh_ngrams(
    const int32_t[::1] row_pointers,
    const int32_t[::1] ngrams,
    const float[::1] values,
    ngram_weights,
):
    """As ``common.nets.sparse_linear.NgramWeights.weigh``."""
    cdef const uint16_t[:, ::1] classes = ngram_weights.classes
    cdef const uint16_t[:, ::1] weights = ngram_weights.weights.view(np.uint16)
    cdef const float[::1] medians = ngram_weights.medians
    cdef Py_ssize_t n_classes = ngram_weights.n_classes
    cdef Py_ssize_t n_rows = row_pointers.shape[0] - 1
    cdef Py_ssize_t n_entries = ngrams.shape[0]
    cdef Py_ssize_t n_kept = classes.shape[1]
    cdef Py_ssize_t row, entry, kept, number
    cdef int32_t ngram
    cdef float value
    cdef double common

    result = np.empty((n_rows, n_classes), np.float32)
    cdef float[:, ::1] totals = result
    cdef double[::1] sums = np.empty(n_classes)
    with nogil:
        for row in range(n_rows):
            common = 0
            sums[:] = 0
            for entry in range(row_pointers[row], row_pointers[row + 1]):
                if entry + AHEAD < n_entries:
                    ngram = ngrams[entry + AHEAD]
                    prefetch(&classes[ngram, 0])
                    prefetch(&weights[ngram, 0])
                    prefetch(&medians[ngram])
                ngram = ngrams[entry]
                value = values[entry]
                common += medians[ngram] * value
                for kept in range(n_kept):
                    sums[classes[ngram, kept]] += to_float(weights[ngram, kept]) * value
            for number in range(n_classes):
                totals[row, number] = <float>(sums[number] + common)
    return result


ctypedef fused Number:
    float
    int8_t


cdef int add_products(
    const int32_t[::1] row_pointers,
    const int32_t[::1] ngrams,
    const float[::1] values,
    const Number[:, ::1] table,
    const float[::1] scale,
    float[:, ::1] sums,
) except -1 nogil:
    """Add a sparse matrix times a table, whose rows have a scale unless there is none."""
    cdef Py_ssize_t n_entries = ngrams.shape[0]
    cdef Py_ssize_t width = table.shape[1]
    # Numbers in a line of the cache, and lines in a row.
    cdef Py_ssize_t n_per_line = 64 // sizeof(Number)
    cdef Py_ssize_t n_lines = (width + n_per_line - 1) // n_per_line
    cdef bint has_scale = scale.shape[0] > 0
    cdef Py_ssize_t row, entry, line, number
    cdef const Number* source
    cdef float* target
    cdef float weight

    for row in range(sums.shape[0] if width else 0):
        target = &sums[row, 0]
        for entry in range(row_pointers[row], row_pointers[row + 1]):
            if entry + AHEAD < n_entries:
                source = &table[ngrams[entry + AHEAD], 0]
                for line in range(n_lines):
                    prefetch(&source[line * n_per_line])
                if has_scale:
                    prefetch(&scale[ngrams[entry + AHEAD]])
            weight = values[entry]
            if weight == 0:
                continue
            if has_scale:
                weight *= scale[ngrams[entry]]
            source = &table[ngrams[entry], 0]
            for number in range(width):
                target[number] += weight * source[number]
    return 0


def multiply(
    const int32_t[::1] row_pointers,
    const int32_t[::1] ngrams,
    const float[::1] values,
    const float[:, ::1] table,
):
    """Return the product ``[rows, width]`` of a sparse matrix and a table ``[n-grams, width]``."""
    result = np.zeros((row_pointers.shape[0] - 1, table.shape[1]), np.float32)
    cdef float[:, ::1] sums = result
    cdef const float[::1] no_scale = values[:0]
    with nogil:
        add_products(row_pointers, ngrams, values, table, no_scale, sums)
    return result


def multiply_quantised(
    const int32_t[::1] row_pointers,
    const int32_t[::1] ngrams,
    const float[::1] values,
    const int8_t[:, ::1] numbers,
    const float[::1] scale,
):
    """As ``common.nets.tables.QuantisedTable.weighted_sums``."""
    result = np.zeros((row_pointers.shape[0] - 1, numbers.shape[1]), np.float32)
    cdef float[:, ::1] sums = result
    with nogil:
        add_products(row_pointers, ngrams, values, numbers, scale, sums)
    return result


def top_k(const float[:, ::1] values, Py_ssize_t count):
    """As ``common.nets.label_encoding.top_k``."""
    cdef Py_ssize_t n_rows = values.shape[0]
    cdef Py_ssize_t n_columns = values.shape[1]
    cdef Py_ssize_t row, column, place, n_found
    cdef float value

    indices = np.empty((n_rows, count), np.int64)
    highest = np.empty((n_rows, count), np.float32)
    cdef int64_t[:, ::1] best = indices
    cdef float[:, ::1] best_values = highest
    if count > n_columns:
        raise IndexError("more candidates are wanted than there are classes")
    if not count:
        return indices, highest
    with nogil:
        for row in range(n_rows):
            n_found = 0
            for column in range(n_columns):
                value = values[row, column]
                if n_found == count and value <= best_values[row, count - 1]:
                    continue
                # Insertion: of equal values the first stays before the others.
                place = n_found if n_found < count else count - 1
                while place > 0 and best_values[row, place - 1] < value:
                    best_values[row, place] = best_values[row, place - 1]
                    best[row, place] = best[row, place - 1]
                    place -= 1
                best_values[row, place] = value
                best[row, place] = column
                if n_found < count:
                    n_found += 1
    return indices, highest


def calibrate(probabilities, double a, double b, double c):
    """As ``common.calibration.apply_beta``, of a few candidates."""
    cdef double probability, log_odds, odds
    result = []
    for value in probabilities:
        probability = min(max(<double>value, MIN_PROBABILITY), 1 - MIN_PROBABILITY)
        log_odds = a * log(probability) - b * log1p(-probability) + c
        if log_odds >= 0:
            result.append(1 / (1 + exp(-log_odds)))
        else:
            odds = exp(log_odds)
            result.append(odds / (1 + odds))
    return result


cdef inline uint64_t mix(uint64_t value) noexcept nogil:
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL
    return value ^ (value >> 31)


cdef inline uint64_t key_of(uint64_t hashed, uint64_t salt, int bits, int32_t text) noexcept nogil:
    return (<uint64_t>text << 32) | (mix(hashed ^ salt) >> (64 - bits))


def hash_characters(
    const uint32_t[::1] points,
    const int32_t[::1] texts,
    Py_ssize_t min_size,
    Py_ssize_t max_size,
    uint64_t salt,
    int bits,
):
    """Return ``text << 32 | bucket`` of each of ``common.features.ngrams.character_ngrams``."""
    cdef Py_ssize_t n_points = points.shape[0]
    cdef Py_ssize_t start, size, n_keys = 0
    cdef uint64_t hashed, power

    result = np.empty(n_points * (max_size - min_size + 1), np.uint64)
    cdef uint64_t[::1] keys = result
    with nogil:
        for start in range(n_points):
            hashed = 0
            power = 1
            for size in range(1, max_size + 1):
                if start + size > n_points:
                    break
                # The first and the last character may be spaces, those between them may not.
                if size > 2 and points[start + size - 2] == SPACE:
                    break
                hashed += points[start + size - 1] * power
                power *= BASE
                if size < min_size:
                    continue
                if size == 2 and (start + 2 >= n_points or points[start + 1] == SPACE):
                    continue
                keys[n_keys] = key_of(mix(hashed + <uint64_t>size), salt, bits, texts[start + 1])
                n_keys += 1
    return result[:n_keys]


def hash_words(
    const uint32_t[::1] points, const int32_t[::1] texts, uint64_t salt, int bits
):
    """As ``hash_characters``, of ``word_ngrams`` of one and two words and of ``inner_ngrams``."""
    cdef Py_ssize_t n_points = points.shape[0]
    cdef Py_ssize_t start, position, size, n_keys = 0
    cdef int32_t text, last_text = -1
    cdef uint64_t hashed, power, word, last_word = 0

    # Of each point at most a word with the one before it, and two runs inside of it.
    result = np.empty(4 * n_points, np.uint64)
    cdef uint64_t[::1] keys = result
    with nogil:
        position = 0
        while position < n_points:
            if points[position] == SPACE:
                position += 1
                continue
            text = texts[position]
            hashed = 0
            power = 1
            while position < n_points and points[position] != SPACE:
                hashed += points[position] * power
                power *= BASE
                position += 1
            word = mix(hashed)
            keys[n_keys] = key_of(word, salt, bits, text)
            n_keys += 1
            if text == last_text:
                keys[n_keys] = key_of(mix(last_word * BASE + word), salt, bits, text)
                n_keys += 1
            last_word = word
            last_text = text

        for start in range(n_points):
            hashed = 0
            power = 1
            for size in range(1, 4):
                position = start + size - 1
                if position >= n_points or not FIRST_CJK <= points[position] <= LAST_CJK:
                    break
                hashed += points[position] * power
                power *= BASE
                if size > 1:
                    word = mix(hashed + INNER_SALT + <uint64_t>size)
                    keys[n_keys] = key_of(word, salt, bits, texts[start])
                    n_keys += 1
    return result[:n_keys]


def count_keys(const uint64_t[::1] keys):
    """Return the rows, buckets and ``1 + log(count)`` of sorted ``text << 32 | bucket``."""
    cdef Py_ssize_t n_keys = keys.shape[0]
    cdef Py_ssize_t position = 0, start, n_found = 0

    row_result = np.empty(n_keys, np.int32)
    bucket_result = np.empty(n_keys, np.int32)
    weight_result = np.empty(n_keys, np.float32)
    cdef int32_t[::1] rows = row_result
    cdef int32_t[::1] buckets = bucket_result
    cdef float[::1] weights = weight_result
    with nogil:
        while position < n_keys:
            start = position
            while position < n_keys and keys[position] == keys[start]:
                position += 1
            rows[n_found] = <int32_t>(keys[start] >> 32)
            buckets[n_found] = <int32_t>(keys[start] & 0xFFFFFFFFULL)
            weights[n_found] = 1 if position - start == 1 else <float>(1 + log(position - start))
            n_found += 1
    return row_result[:n_found], bucket_result[:n_found], weight_result[:n_found]


def tfidf(views, idf, Py_ssize_t n_rows):
    """As ``common.features.vocabulary.Columns.tfidf``: data, columns and row pointers."""
    cdef Py_ssize_t n_views = len(views)
    cdef Py_ssize_t view, row, entry, n_entries, first_column = 0
    cdef int32_t position, start, end
    cdef const int32_t[::1] rows, positions
    cdef const float[::1] weights, idf_of
    cdef float weight, norm

    total = sum(len(view_rows) for view_rows, _, _ in views)
    column_result = np.empty(total, np.int32)
    value_result = np.empty(total, np.float32)
    pointer_result = np.zeros(n_rows + 1, np.int32)
    cdef int32_t[::1] columns = column_result
    cdef float[::1] values = value_result
    cdef int32_t[::1] pointers = pointer_result
    cdef int32_t[::1] next_entry = np.empty(n_rows, np.int32)
    cdef double squares

    # Where the entries of each row end: those of all views stand together.
    for view in range(n_views):
        rows, positions, _ = views[view]
        with nogil:
            for entry in range(rows.shape[0]):
                if positions[entry] >= 0:
                    pointers[rows[entry] + 1] += 1
    for row in range(n_rows):
        pointers[row + 1] += pointers[row]
        next_entry[row] = pointers[row]

    for view in range(n_views):
        rows, positions, weights = views[view]
        idf_of = idf[view]
        n_entries = rows.shape[0]
        with nogil:
            # Entries are sorted by row: those of a row get the length 1 once they are complete.
            entry = 0
            while entry < n_entries:
                row = rows[entry]
                start = next_entry[row]
                end = start
                squares = 0
                while entry < n_entries and rows[entry] == row:
                    position = positions[entry]
                    if position >= 0:
                        weight = weights[entry] * idf_of[position]
                        squares += weight * weight
                        columns[end] = position + <int32_t>first_column
                        values[end] = weight
                        end += 1
                    entry += 1
                norm = <float>sqrt(squares)
                for position in range(start, end):
                    values[position] /= norm
                next_entry[row] = end
        first_column += idf_of.shape[0]
    kept = pointer_result[n_rows]
    return value_result[:kept], column_result[:kept], pointer_result
