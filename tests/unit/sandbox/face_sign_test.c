/*
 * The judge's verifiers: the published and computed vectors by value; every accepted form has a
 * twin in which one byte is another one.
 */
#include <dirent.h>

#include "face_kit.h"
#include "sandbox/douyin/douyin_private.h"
#include "sandbox/taobao/taobao_private.h"

static const char douyin_secret[] = "11112222-3333-4444-5555-666677778888";
static const char douyin_key[] = "7000000000000000001";

static const char *check_douyin(base_arena *arena, const char *method, const char *json,
                                const char *stamp, const char *sign, const char *how) {
    face_call call = { .arena = arena };
    dyface_signed parts = { base_str_of(douyin_key), base_str_of(method), base_str_of(json),
                            base_str_of(stamp),      BASE_STR("2"),       base_str_of(sign),
                            base_str_of(how) };
    return dyface_sign_check(&call, base_str_of(douyin_secret), &parts);
}

/* The same text with the byte at `at` changed (stays a JSON-ish byte). */
static char *flip(const char *text, size_t at) {
    char *copy = strdup(text);
    assert_non_null(copy);
    copy[at] = copy[at] == 'x' ? 'y' : 'x';
    return copy;
}

static void accepted_and_twins_refused(const char *method, const char *json, const char *stamp,
                                       const char *sign, const char *how) {
    base_arena *arena = base_arena_new(1 << 20);
    const char *why = check_douyin(arena, method, json, stamp, sign, how);
    if (why != NULL) {
        fail_msg("refused: %s", why);
    }
    for (size_t i = 0; i < strlen(sign); i++) {
        char *bad = flip(sign, i);
        assert_non_null(check_douyin(arena, method, json, stamp, bad, how));
        free(bad);
    }
    for (size_t i = 0; i < strlen(json); i++) {
        char *bad = flip(json, i);
        assert_non_null(check_douyin(arena, method, bad, stamp, sign, how));
        free(bad);
        base_arena_reset(arena);
    }
    assert_non_null(check_douyin(arena, "order.searchlist", json, stamp, sign, how));
    assert_non_null(check_douyin(arena, method, json, "1700000009", sign, how));
    base_arena_free(arena);
}

static void douyin_vectors(void **state) {
    (void)state;
    accepted_and_twins_refused(
        "order.searchList", "{\"order_by\":\"create_time\",\"page\":0,\"size\":10}", "1700000000",
        "acb8a3b36e431043d38af589e5f11b590f466c579d5af98dc58ededeccba4718", "hmac-sha256");
    accepted_and_twins_refused("order.logisticsCompanyList", "{}", "1700000000",
                               "8fffcde89e957d39b1423daf521e5e52e4a6a3ddd7f6d574f18831d6add65435",
                               "hmac-sha256");
    accepted_and_twins_refused(
        "order.searchList", "{\"order_by\":\"create_time\",\"page\":0,\"size\":10}",
        "2023-11-15 06:13:20", "501ed0d3614519fec7181efbaf4eaa24480be1c45fbdb4d8517b6acba3d048b2",
        "hmac-sha256");
    accepted_and_twins_refused("product.list", "{\"page\":\"0\",\"size\":\"20\"}",
                               "2023-11-15 06:13:20", "064e30fc218a0835ebcd02d56c882d9d", "");
    accepted_and_twins_refused("product.list", "{\"page\":\"0\",\"size\":\"20\"}",
                               "2023-11-15 06:13:20", "064e30fc218a0835ebcd02d56c882d9d", "md5");
}

static void either_case_but_not_mixed_and_no_unknown_method(void **state) {
    (void)state;
    base_arena *arena = base_arena_new(1 << 20);
    assert_null(check_douyin(arena, "product.list", "{\"page\":\"0\",\"size\":\"20\"}",
                             "2023-11-15 06:13:20", "064E30FC218A0835EBCD02D56C882D9D", ""));
    assert_non_null(check_douyin(arena, "product.list", "{\"page\":\"0\",\"size\":\"20\"}",
                                 "2023-11-15 06:13:20", "064E30FC218A0835EBCD02D56C882D9d", ""));
    assert_non_null(check_douyin(arena, "product.list", "{\"page\":\"0\",\"size\":\"20\"}",
                                 "2023-11-15 06:13:20", "064e30fc218a0835ebcd02d56c882d9d",
                                 "sha256"));
    assert_non_null(check_douyin(arena, "product.list", "{}", "1700000000", "", ""));
    base_arena_free(arena);
}

/* Sent one way, signed in a canonical form: accepted; a changed byte in what was signed: refused.
 */
static void form(const char *sent, const char *canonical) {
    char text[2048];
    char sign[2 * CODEC_DIGEST_MAX + 1];
    base_arena *arena = base_arena_new(1 << 20);
    (void)snprintf(text, sizeof text, "%sapp_key%smethodm.nparam_json%stimestamp1700000000v2%s",
                   douyin_secret, douyin_key, canonical, douyin_secret);
    kit_hex(CODEC_MD5, "", text, false, sign);
    const char *why = check_douyin(arena, "m.n", sent, "1700000000", sign, "");
    if (why != NULL) {
        fail_msg("%s: %s", canonical, why);
    }
    for (size_t i = 0; i < strlen(canonical); i++) {
        char *bad = flip(canonical, i);
        (void)snprintf(text, sizeof text, "%sapp_key%smethodm.nparam_json%stimestamp1700000000v2%s",
                       douyin_secret, douyin_key, bad, douyin_secret);
        kit_hex(CODEC_MD5, "", text, false, sign);
        assert_non_null(check_douyin(arena, "m.n", sent, "1700000000", sign, ""));
        free(bad);
    }
    base_arena_free(arena);
}

static void canonical_forms_of_vendor_clients(void **state) {
    (void)state;
    const char *sent = "{ \"b\" : [ {\"z\":1.0,\"a\":null} ], \"a\":\"<&>='汉😀\\/\" }";
    form(sent, "{\"a\":\"<&>='汉😀/\",\"b\":[{\"a\":null,\"z\":1}]}");
    form(sent, "{\"a\":\"\\u003c\\u0026\\u003e='汉😀/\",\"b\":[{\"a\":null,\"z\":1}]}");
    form(sent, "{\"a\":\"\\u003c\\u0026\\u003e\\u003d\\u0027汉😀/\",\"b\":[{\"a\":null,\"z\":1}]}");
    form(sent, "{\"a\":\"<&>='\\u6c49\\ud83d\\ude00/\",\"b\":[{\"a\":null,\"z\":1}]}");
    form("{\"b\":1,\"a\":\"\xe2\x80\xa8\"}", "{\"a\":\"\\u2028\",\"b\":1}");
    form("{\"b\":1,\"a\":\"\xe2\x80\xa8\"}", "{\"a\":\"\xe2\x80\xa8\",\"b\":1}");
    form("{\"id\":4781320682406083640}", "{\"id\":4781320682406083640}");
    form("{\"n\":12345678901234567890123,\"m\":-0.50}",
         "{\"m\":-0.50,\"n\":12345678901234567890123}");
    form("{\"n\":12345678901234567890123,\"m\":-0.50}",
         "{\"m\":-0.5,\"n\":12345678901234567890123}");
}

/* The judge's canonical text is the vectors', too, though it shares no code with the client's. */
static void canonical_vectors(void **state) {
    (void)state;
    const char *top = QD_SOURCE_DIR "/tests/vectors/canonical";
    size_t count = 0;
    DIR *dir = opendir(top);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char path[600];
        base_buf input, output, made;
        base_arena *arena = base_arena_new(1 << 20);
        if (entry->d_name[0] != '.') {
            base_buf_init(&input, 1 << 16);
            base_buf_init(&output, 1 << 16);
            base_buf_init(&made, 1 << 16);
            (void)snprintf(path, sizeof path, "%s/%s/input.json", top, entry->d_name);
            assert_int_equal(base_file_read(path, 1 << 16, &input, NULL), QD_OK);
            (void)snprintf(path, sizeof path, "%s/%s/output.txt", top, entry->d_name);
            assert_int_equal(base_file_read(path, 1 << 16, &output, NULL), QD_OK);
            assert_true(
                face_canonical(base_buf_str(&input), FACE_ESCAPE_PLAIN, true, arena, &made));
            assert_string_equal(base_buf_text(&made), base_buf_text(&output));
            base_buf_clear(&input);
            base_buf_clear(&output);
            base_buf_clear(&made);
            count++;
        }
        base_arena_free(arena);
    }
    (void)closedir(dir);
    assert_true(count >= 12);
}

static void refusal_says_what_was_expected_without_the_secret(void **state) {
    (void)state;
    base_arena *arena = base_arena_new(1 << 20);
    const char *why =
        check_douyin(arena, "order.searchList", "{\"page\":0}", "1700000000", "00", "");
    assert_non_null(why);
    assert_non_null(strstr(why, "***app_key7000000000000000001methodorder.searchList"
                                "param_json{\"page\":0}timestamp1700000000v2***"));
    assert_non_null(strstr(why, "MD5"));
    assert_null(strstr(why, douyin_secret));
    base_arena_free(arena);
}

/* ---- TOP ---- */

static const char *check_top(base_arena *arena, codec_pair *pairs, size_t count) {
    face_call call = { .arena = arena };
    face_params params = { .items = pairs, .count = count };
    return tbface_sign_check(&call, BASE_STR("helloworld"), &params, (base_str){ NULL, 0 });
}

static void top_document_example(void **state) {
    (void)state;
    static const struct {
        const char *method;
        const char *sign;
    } rows[] = {
        { "md5", "66987CB115214E59E6EC978214934FB8" },
        { "hmac", "D56D7858309C31B6251083A874D48273" },
        { "hmac-sha256", "04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8" },
    };
    base_arena *arena = base_arena_new(1 << 20);
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        codec_pair pairs[] = {
            { BASE_STR("method"), BASE_STR("taobao.item.seller.get") },
            { BASE_STR("app_key"), BASE_STR("12345678") },
            { BASE_STR("session"), BASE_STR("test") },
            { BASE_STR("timestamp"), BASE_STR("2016-01-01 12:00:00") },
            { BASE_STR("format"), BASE_STR("json") },
            { BASE_STR("v"), BASE_STR("2.0") },
            { BASE_STR("fields"), BASE_STR("num_iid,title,nick,price,num") },
            { BASE_STR("num_iid"), BASE_STR("11223344") },
            { BASE_STR("sign_method"), base_str_of(rows[r].method) },
            { BASE_STR("sign"), base_str_of(rows[r].sign) },
        };
        assert_null(check_top(arena, pairs, 10));
        pairs[7].value = BASE_STR("11223345");
        const char *why = check_top(arena, pairs, 10);
        assert_non_null(why);
        assert_non_null(strstr(why, "session***sign_method")); /* masked */
        assert_null(strstr(why, "helloworld"));
        pairs[7].value = BASE_STR("11223344");
        for (size_t i = 0; i < strlen(rows[r].sign); i++) {
            char *bad = flip(rows[r].sign, i);
            pairs[9].value = base_str_of(bad);
            assert_non_null(check_top(arena, pairs, 10));
            free(bad);
        }
    }
    base_arena_free(arena);
}

static void top_takes_either_case_but_not_mixed(void **state) {
    (void)state;
    base_arena *arena = base_arena_new(1 << 20);
    char sign[2 * CODEC_DIGEST_MAX + 1];
    kit_hex(CODEC_MD5, "", "helloworlda1helloworld", false, sign);
    codec_pair pairs[] = { { BASE_STR("a"), BASE_STR("1") },
                           { BASE_STR("sign"), base_str_of(sign) } };
    assert_null(check_top(arena, pairs, 2));
    kit_hex(CODEC_MD5, "", "helloworlda1helloworld", true, sign);
    assert_null(check_top(arena, pairs, 2));
    char *letter = strpbrk(sign, "ABCDEF");
    assert_non_null(letter);
    *letter = (char)(*letter - 'A' + 'a');
    assert_non_null(check_top(arena, pairs, 2));
    base_arena_free(arena);
}

/* PHP signs the bare name of an empty value and leaves out what begins with "@"; Java leaves the
 * empty pair out and signs the "@". */
static void top_habits_of_vendor_clients(void **state) {
    (void)state;
    static const char *const texts[] = { "helloworldb@xc1helloworld", "helloworldab@xc1helloworld",
                                         "helloworldc1helloworld", "helloworldac1helloworld" };
    static const char *const wrong[] = { "helloworldb@yc1helloworld", "helloworldaab@xc1helloworld",
                                         "helloworldc2helloworld", "helloworldbc1helloworld" };
    base_arena *arena = base_arena_new(1 << 20);
    for (size_t i = 0; i < 4; i++) {
        char sign[2 * CODEC_DIGEST_MAX + 1];
        codec_pair pairs[] = { { BASE_STR("c"), BASE_STR("1") },
                               { BASE_STR("a"), BASE_STR("") },
                               { BASE_STR("b"), BASE_STR("@x") },
                               { BASE_STR("sign"), base_str_of(sign) } };
        kit_hex(CODEC_MD5, "", texts[i], true, sign);
        pairs[3].value = base_str_of(sign);
        assert_null(check_top(arena, pairs, 4));
        kit_hex(CODEC_MD5, "", wrong[i], true, sign);
        assert_non_null(check_top(arena, pairs, 4));
    }
    base_arena_free(arena);
}

static void digests_of_the_rfc(void **state) {
    (void)state;
    char out[FACE_HEX_MAX];
    char key[21];
    memset(key, 0x0b, 20);
    face_digest_hex(FACE_HMAC_MD5, (base_str){ key, 16 }, BASE_STR("Hi There"), true, out);
    assert_string_equal(out, "9294727A3638BB1C13F48EF8158BFC9D");
    face_digest_hex(FACE_HMAC_SHA256, (base_str){ key, 20 }, BASE_STR("Hi There"), true, out);
    assert_string_equal(out, "B0344C61D8DB38535CA8AFCEAF0BF12B881DC200C9833DA726E9376C2E32CFF7");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(douyin_vectors),
        cmocka_unit_test(either_case_but_not_mixed_and_no_unknown_method),
        cmocka_unit_test(canonical_forms_of_vendor_clients),
        cmocka_unit_test(canonical_vectors),
        cmocka_unit_test(refusal_says_what_was_expected_without_the_secret),
        cmocka_unit_test(top_document_example),
        cmocka_unit_test(top_takes_either_case_but_not_mixed),
        cmocka_unit_test(top_habits_of_vendor_clients),
        cmocka_unit_test(digests_of_the_rfc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
