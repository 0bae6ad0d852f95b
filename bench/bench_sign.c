/*
 * Building the string to sign of a Douyin call and signing it, through room sign, beside the bare
 * keyed hash of the same bytes. The limit is the faster of two bare ways with OpenSSL: EVP_MAC with
 * its key kept, and the two lines of RFC 2104 over copied digest states. Both write hex, as the
 * platform wants it.
 */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "sign/sign.h"
#include "support.h"

static const char secret[] = "0f9d6a1c-7b35-4e0b-9a53-3a1f6c2b8d47";
static const char param_json[] = "{\"create_time_end\":1668960000,\"create_time_start\":1668873600,"
                                 "\"page\":0,\"size\":100}";

enum { PAIRS = 4, BATCH = 200, HMAC_BLOCK = 64 };

typedef struct bench {
    codec_pair pairs[PAIRS];
    sign_input input;
    sign_context *context;
    base_buf text; /* what is signed */
    EVP_MAC_CTX *mac;
    EVP_MD_CTX *inner, *outer, *work;
    char sign[3][SIGN_TEXT_MAX]; /* ours, by EVP_MAC, by states */
} bench;

static void hex(const unsigned char *bytes, size_t len, char *out) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

static void ours(bench *b) {
    qd_err err;
    bench_ok(sign_make(b->context, &b->input, b->sign[0], &err), &err);
}

static void by_mac(bench *b) {
    unsigned char bytes[32];
    size_t len = 0;
    if (EVP_MAC_init(b->mac, NULL, 0, NULL) != 1 ||
        EVP_MAC_update(b->mac, (const unsigned char *)b->text.data, b->text.len) != 1 ||
        EVP_MAC_final(b->mac, bytes, &len, sizeof bytes) != 1) {
        bench_die("EVP_MAC failed");
    }
    hex(bytes, len, b->sign[1]);
}

static void by_states(bench *b) {
    unsigned char bytes[32];
    if (EVP_MD_CTX_copy_ex(b->work, b->inner) != 1 ||
        EVP_DigestUpdate(b->work, b->text.data, b->text.len) != 1 ||
        EVP_DigestFinal_ex(b->work, bytes, NULL) != 1 ||
        EVP_MD_CTX_copy_ex(b->work, b->outer) != 1 ||
        EVP_DigestUpdate(b->work, bytes, sizeof bytes) != 1 ||
        EVP_DigestFinal_ex(b->work, bytes, NULL) != 1) {
        bench_die("EVP_Digest failed");
    }
    hex(bytes, sizeof bytes, b->sign[2]);
}

static EVP_MD_CTX *keyed_state(const EVP_MD *md, unsigned char pad) {
    unsigned char block[HMAC_BLOCK] = { 0 };
    memcpy(block, secret, sizeof secret - 1);
    for (size_t i = 0; i < sizeof block; i++) {
        block[i] ^= pad;
    }
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    if (state == NULL || EVP_DigestInit_ex2(state, md, NULL) != 1 ||
        EVP_DigestUpdate(state, block, sizeof block) != 1) {
        bench_die("no digest");
    }
    return state;
}

static void prepare(bench *b) {
    qd_err err;
    b->pairs[0] = (codec_pair){ BASE_STR("app_key"), BASE_STR("7012345678901234567") };
    b->pairs[1] = (codec_pair){ BASE_STR("method"), BASE_STR("order.searchList") };
    b->pairs[2] = (codec_pair){ BASE_STR("timestamp"), BASE_STR("2022-11-20 23:30:00") };
    b->pairs[3] = (codec_pair){ BASE_STR("v"), BASE_STR("2") };
    b->input = (sign_input){ .pairs = b->pairs,
                             .pair_count = PAIRS,
                             .body = base_str_of(param_json),
                             .sign_method = BASE_STR("hmac-sha256") };
    bench_ok(sign_context_new(sign_recipe_find("douyin"), base_str_of(secret), &b->context, &err),
             &err);
    base_buf_init(&b->text, 4096);
    bench_ok(sign_explain(b->context, &b->input, false, &b->text, &err), &err);

    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MD *md = EVP_MD_fetch(NULL, "SHA256", NULL);
    char name[] = "SHA256";
    OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                            OSSL_PARAM_construct_end() };
    b->mac = EVP_MAC_CTX_new(mac);
    if (b->mac == NULL || md == NULL ||
        EVP_MAC_init(b->mac, (const unsigned char *)secret, sizeof secret - 1, params) != 1) {
        bench_die("no HMAC");
    }
    b->inner = keyed_state(md, 0x36);
    b->outer = keyed_state(md, 0x5c);
    b->work = EVP_MD_CTX_new();
}

/* Microseconds of CPU a call. */
static double measure(bench *b, void (*work)(bench *), int64_t calls) {
    double start = bench_cpu();
    for (int64_t i = 0; i < calls; i++) {
        work(b);
    }
    return (bench_cpu() - start) * 1e6 / (double)calls;
}

int main(int argc, char **argv) {
    int64_t rounds = 9, calls = 100000;
    bool json;
    const bench_option options[] = { { "rounds", &rounds, NULL, "rounds, the median counts" },
                                     { "calls", &calls, NULL, "signatures a round" } };
    bench_options(argc, argv, "build and sign a Douyin call, beside the bare keyed hash", options,
                  2, &json);
    bench b = { .context = NULL };
    void (*const works[3])(bench *) = { ours, by_mac, by_states };
    double us[3][BENCH_ROUNDS_MAX];
    size_t n = rounds < BENCH_ROUNDS_MAX ? (size_t)rounds : BENCH_ROUNDS_MAX;
    prepare(&b);
    for (size_t w = 0; w < 3; w++) {
        measure(&b, works[w], BATCH);
    }
    if (strcmp(b.sign[0], b.sign[1]) != 0 || strcmp(b.sign[0], b.sign[2]) != 0) {
        bench_die("the three signatures differ");
    }
    for (size_t r = 0; r < n; r++) {
        for (size_t turn = 0; turn < 3; turn++) {
            size_t w = (turn + r) % 3;
            us[w][r] = measure(&b, works[w], calls);
        }
    }
    double own = bench_median(us[0], n), mac = bench_median(us[1], n);
    double states = bench_median(us[2], n), limit = mac < states ? mac : states;
    if (json) {
        printf("{\"bench\":\"sign\",\"bytes\":%zu,\"us\":%.3f,\"limit_us\":%.3f,\"ratio\":%.2f,"
               "\"evp_mac_us\":%.3f,\"states_us\":%.3f,\"spread\":%.2f}\n",
               b.text.len, own, limit, own / limit, mac, states, bench_spread(us[0], n));
    } else {
        printf("string to sign: %zu bytes, median of %zu rounds of %lld\n", b.text.len, n,
               (long long)calls);
        printf("  ours: build and sign       %.3f us\n", own);
        printf("  bare HMAC, EVP_MAC reused  %.3f us\n", mac);
        printf("  bare HMAC, copied states   %.3f us\n", states);
        printf("  ratio to the faster        %.2f (target at most 1.3)\n", own / limit);
    }
    return 0;
}
