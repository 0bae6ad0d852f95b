/*
 * Reproducible numbers: xoshiro256** seeded by splitmix64 (both public domain algorithms of
 * Blackman and Vigna). Never for secrets; those come from qd_clock.random.
 */
#include "base/base.h"

static const uint64_t GOLDEN = UINT64_C(0x9E3779B97F4A7C15);

static uint64_t scramble(uint64_t z) {
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t rotate_left(uint64_t x, int bits) {
    return (x << bits) | (x >> (64 - bits));
}

void base_rng_seed(base_rng *rng, uint64_t seed) {
    for (int i = 0; i < 4; i++) {
        seed += GOLDEN;
        rng->state[i] = scramble(seed);
    }
}

uint64_t base_rng_next(base_rng *rng) {
    uint64_t *s = rng->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left(s[3], 45);
    return result;
}

int64_t base_rng_range(base_rng *rng, int64_t low, int64_t high) {
    uint64_t span = (uint64_t)high - (uint64_t)low + 1;
    uint64_t draw = base_rng_next(rng);
    if (span != 0) {
        /* The lowest 2^64 mod span draws are taken again, or small numbers would come more often.
         */
        uint64_t unfair = (0 - span) % span;
        while (draw < unfair) {
            draw = base_rng_next(rng);
        }
        draw %= span;
    }
    uint64_t sum = (uint64_t)low + draw;
    return sum <= (uint64_t)INT64_MAX ? (int64_t)sum : -(int64_t)(UINT64_MAX - sum) - 1;
}

uint64_t base_mix(uint64_t a, uint64_t b) {
    return scramble(scramble(a + GOLDEN) + b * GOLDEN + GOLDEN);
}
