/*
 * Every form of signing that the faces accept, made by a generator: digest, canonical form, place
 * of the parameters, kind of timestamp, case of the hex. Each is served as it is, and refused as
 * soon as one byte of anything that is signed, or of the signature, is another one. What is not
 * signed may change, and is then refused for another reason than the signature.
 */
#include "faces_kit.h"

enum { PARTS = 20, VALUE = 640 };

typedef struct part {
    const char *name;
    char value[VALUE];
    bool is_signed;
    bool business; /* TOP: where parameters are split over query and body */
} part;

typedef enum place {
    IN_QUERY_AND_JSON, /* Douyin: public ones in the query, param_json as the body */
    IN_FORM,
    IN_QUERY,
    IN_GET,
    IN_BOTH,  /* TOP: public ones in the query, business in the form */
    IN_PARTS, /* multipart/form-data */
    IN_XML,   /* Qimen: pairs in the query, `body` as the body */
    IN_JSON,  /* Solinkup: members of the body, sign in the header */
    IN_JSON_WITH_SIGN
} place;

typedef struct form {
    faces *f;
    face_platform platform;
    const char *path;
    place where;
    part parts[PARTS];
    size_t count;
    char label[160];
} form;

static size_t accepted, refused; /* of the whole test */

static part *add(form *m, const char *name, const char *value) {
    assert_true(m->count < PARTS);
    part *at = &m->parts[m->count++];
    at->name = name;
    at->is_signed = true;
    at->business = false;
    assert_true(snprintf(at->value, sizeof at->value, "%s", value) < (int)sizeof at->value);
    return at;
}

static void add_unsigned(form *m, const char *name, const char *value) {
    add(m, name, value)->is_signed = false;
}

static bool is(const part *p, const char *name) {
    return strcmp(p->name, name) == 0;
}

/* ---- on the wire ---- */

static void write_parts(const form *m, base_buf *out) {
    for (size_t i = 0; i < m->count; i++) {
        base_buf_printf(out, "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n",
                        m->parts[i].name, m->parts[i].value);
    }
    base_buf_add_text(out, "--b--\r\n");
}

static void write_json(const form *m, base_buf *out) {
    for (size_t i = 0; i < m->count; i++) {
        if (m->where == IN_JSON && is(&m->parts[i], "sign")) {
            continue;
        }
        base_buf_add_char(out, out->len == 0 ? '{' : ',');
        codec_json_quote(out, base_str_of(m->parts[i].name));
        base_buf_add_char(out, ':');
        codec_json_quote(out, base_str_of(m->parts[i].value));
    }
    base_buf_add_char(out, '}');
}

static void write_pairs(const form *m, base_buf *query, base_buf *body) {
    for (size_t i = 0; i < m->count; i++) {
        const part *p = &m->parts[i];
        bool raw = (m->where == IN_QUERY_AND_JSON && is(p, "param_json")) ||
                   (m->where == IN_XML && is(p, "body"));
        bool below = m->where == IN_FORM || (m->where == IN_BOTH && p->business);
        if (raw) {
            base_buf_add_text(body, p->value);
        } else {
            codec_form_add(below ? body : query, base_str_of(p->name), base_str_of(p->value));
        }
    }
}

static const char *type_of(place where) {
    switch (where) {
    case IN_FORM:
    case IN_BOTH:
        return "application/x-www-form-urlencoded;charset=utf-8";
    case IN_PARTS:
        return "multipart/form-data; boundary=b";
    case IN_XML:
        return "text/xml;charset=utf-8";
    default:
        return "application/json";
    }
}

static void send(const form *m) {
    base_buf query, body;
    kit *k = &m->f->k;
    base_buf_init(&query, 1 << 16);
    base_buf_init(&body, 1 << 16);
    if (m->where == IN_PARTS) {
        write_parts(m, &body);
    } else if (m->where == IN_JSON || m->where == IN_JSON_WITH_SIGN) {
        write_json(m, &body);
    } else {
        write_pairs(m, &query, &body);
    }
    if (m->where == IN_JSON) {
        k->header = "sign";
        k->value = m->parts[m->count - 1].value;
    }
    kit_send(k, m->where == IN_GET ? "GET" : "POST", m->path, base_buf_text(&query),
             type_of(m->where), base_buf_text(&body));
    k->header = NULL;
    base_buf_clear(&query);
    base_buf_clear(&body);
}

static const char *answer(const form *m) {
    return base_buf_text(&m->f->k.response.body);
}

static bool is_served(const form *m) {
    if (m->where == IN_XML) {
        return strstr(answer(m), "<flag>success</flag>") != NULL;
    }
    return m->f->k.response.status == 200 && faces_outcome(m->f, m->platform) == '.';
}

/* Did the face say that it is the signature? */
static bool blames_signature(const form *m) {
    switch (m->platform) {
    case FACE_ON_DOUYIN:
        return strcmp(kit_text(&m->f->k, "sub_code"), "isv.signature-invalid") == 0;
    case FACE_ON_TAOBAO:
        return kit_int(&m->f->k, "error_response.code") == 25 ||
               strstr(answer(m), "<code>25</code>") != NULL;
    default:
        return strcmp(kit_text(&m->f->k, "code"), "__401") == 0;
    }
}

/* ---- one changed byte ---- */

static void changed_byte_is_refused(form *m, part *p, size_t at, char to) {
    char was = p->value[at];
    if (was == to || ((unsigned char)was & 0x80U) != 0) {
        return; /* inside a character the text would be no UTF-8 any more */
    }
    p->value[at] = to;
    send(m);
    if (is_served(m)) {
        fail_msg("%s: served although byte %zu of %s is '%c' and not '%c'", m->label, at, p->name,
                 to, was);
    }
    bool body = is(p, "param_json") || is(p, "body") || is(p, "sign") || p->business;
    if (body && p->is_signed && !blames_signature(m)) {
        fail_msg("%s: %s changed: %s", m->label, p->name, answer(m));
    }
    if (!p->is_signed && blames_signature(m)) {
        fail_msg("%s: %s is not signed: %s", m->label, p->name, answer(m));
    }
    p->value[at] = was;
    refused++;
}

static void check(form *m) {
    send(m);
    if (!is_served(m)) {
        fail_msg("%s: %s", m->label, answer(m));
    }
    accepted++;
    for (size_t i = 0; i < m->count; i++) {
        part *p = &m->parts[i];
        size_t len = strlen(p->value);
        /* short ones at both ends and in the middle, long ones everywhere by steps */
        size_t step = len <= 3 ? 1 : len < 40 ? (len - 1) / 2 : 5;
        for (size_t at = 0; at < len; at += step) {
            char c = p->value[at];
            changed_byte_is_refused(m, p, at, c == 'x' ? 'y' : 'x');
            if (c >= '0' && c <= '9') {
                changed_byte_is_refused(m, p, at, c == '9' ? '8' : (char)(c + 1));
            }
        }
    }
    send(m); /* nothing of it was changed by the refusals */
    assert_true(is_served(m));
}

static void turn_upper(char *text) {
    for (; *text != '\0'; text++) {
        *text = (char)(*text >= 'a' && *text <= 'f' ? *text - 'a' + 'A' : *text);
    }
}

/* secret + text + secret, or keyed by the secret; appended as the last part. */
static void add_sign(form *m, codec_digest how, const char *secret, bool wrapped, const char *text,
                     bool upper) {
    static char whole[16384];
    char sign[2 * CODEC_DIGEST_MAX + 1];
    bool keyed = how == CODEC_HMAC_MD5 || how == CODEC_HMAC_SHA256;
    (void)snprintf(whole, sizeof whole, "%s%s%s", wrapped ? secret : "", text,
                   wrapped ? secret : "");
    kit_hex(how, keyed ? secret : "", whole, false, sign);
    if (upper) {
        turn_upper(sign);
    }
    add(m, "sign", sign);
}

/* ---- Douyin ---- */

static const char sent_json[] = "{ \"size\":1,\"page\":0.0, \"z\":[{\"b\":1.0,\"a\":null}],"
                                "\"note\":\"<&>='汉😀\\/\"}";
static const char *const signed_json[] = {
    sent_json, /* as it is */
    "{\"note\":\"<&>='汉😀/\",\"page\":0,\"size\":1,\"z\":[{\"a\":null,\"b\":1}]}",
    "{\"note\":\"\\u003c\\u0026\\u003e='汉😀/\",\"page\":0,\"size\":1,\"z\":[{\"a\":null,\"b\":1}]}",
    "{\"note\":\"\\u003c\\u0026\\u003e\\u003d\\u0027汉😀/\",\"page\":0,\"size\":1,"
    "\"z\":[{\"a\":null,\"b\":1}]}",
    "{\"note\":\"<&>='\\u6c49\\ud83d\\ude00/\",\"page\":0,\"size\":1,"
    "\"z\":[{\"a\":null,\"b\":1}]}",
};

static void douyin(faces *f, const char *sign_method, size_t json, place where, const char *stamp,
                   bool upper) {
    static form m;
    char text[4096];
    const char *key = kit_shop_text(&f->k, 0, "app_key");
    bool hmac = sign_method != NULL && strcmp(sign_method, "hmac-sha256") == 0;
    memset(&m, 0, sizeof m);
    m.f = f;
    m.platform = FACE_ON_DOUYIN;
    m.path = "/order/searchList";
    m.where = where;
    (void)snprintf(m.label, sizeof m.label, "douyin, %s, form %zu, place %d, %s, %s",
                   sign_method != NULL ? sign_method : "no sign_method", json, (int)where, stamp,
                   upper ? "upper" : "lower");
    add(&m, "app_key", key);
    add(&m, "method", "order.searchList");
    add(&m, "param_json", sent_json);
    add(&m, "timestamp", stamp);
    add(&m, "v", "2");
    if (sign_method != NULL) {
        add(&m, "sign_method", sign_method); /* names the digest: a change is refused, too */
    }
    add_unsigned(&m, "access_token", f->token[FACE_ON_DOUYIN]);
    (void)snprintf(text, sizeof text, "app_key%smethodorder.searchListparam_json%stimestamp%sv2",
                   key, signed_json[json], stamp);
    add_sign(&m, hmac ? CODEC_HMAC_SHA256 : CODEC_MD5, kit_shop_text(&f->k, 0, "app_secret"), true,
             text, upper);
    check(&m);
}

static void every_form_of_douyin(void **state) {
    static const char *const methods[] = { "hmac-sha256", "md5", NULL };
    static const char *const stamps[] = { "1700000000", "1700000000000", "2023-11-15 06:13:20",
                                          "2023/11/15 06:13:20" };
    static const place places[] = { IN_QUERY_AND_JSON, IN_FORM, IN_QUERY, IN_GET };
    size_t turn = 0;
    for (size_t how = 0; how < 3; how++) {
        for (size_t json = 0; json < sizeof signed_json / sizeof signed_json[0]; json++) {
            for (size_t p = 0; p < 4; p++, turn++) {
                /* each place with each form; stamps and cases take turns */
                douyin(*state, methods[how], json, places[p], stamps[turn % 4], turn % 3 == 1);
            }
        }
    }
    for (size_t s = 0; s < 4; s++) {
        douyin(*state, methods[s % 3], s, places[s], stamps[s], true);
        douyin(*state, methods[s % 3], s, places[(s + 1) % 4], stamps[s], false);
    }
}

/* ---- TOP ---- */

typedef enum empties { NO_EMPTIES, EMPTY_LEFT_OUT, EMPTY_SIGNED, AT_LEFT_OUT, AT_SIGNED } empties;

static int part_cmp(const void *a, const void *b) {
    return strcmp((*(const part *const *)a)->name, (*(const part *const *)b)->name);
}

static void sorted_text(const form *m, empties how, char *out, size_t size) {
    const part *all[PARTS];
    size_t count = 0;
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < m->count; i++) {
        bool left_out = (m->parts[i].value[0] == '\0' && how != EMPTY_SIGNED) ||
                        (m->parts[i].value[0] == '@' && how == AT_LEFT_OUT) ||
                        is(&m->parts[i], "body");
        if (!left_out) {
            all[count++] = &m->parts[i];
        }
    }
    qsort(all, count, sizeof all[0], part_cmp);
    for (size_t i = 0; i < count; i++) {
        at += (size_t)snprintf(out + at, size - at, "%s%s", all[i]->name, all[i]->value);
        assert_true(at < size);
    }
}

typedef struct top_digest {
    const char *name;
    codec_digest how;
} top_digest;

static const top_digest top_digests[] = { { "md5", CODEC_MD5 },
                                          { "hmac", CODEC_HMAC_MD5 },
                                          { "hmac-sha256", CODEC_HMAC_SHA256 } };

static void add_public(form *m, const char *method, const char *format, const char *sign_method) {
    add(m, "method", method);
    add(m, "app_key", kit_shop_text(&m->f->k, 1, "app_key"));
    add(m, "timestamp", "2023-11-15 06:13:20");
    add(m, "v", "2.0");
    add(m, "format", format);
    add(m, "sign_method", sign_method);
}

static void top(faces *f, const top_digest *digest, place where, empties how, bool upper) {
    static form m;
    char text[4096];
    memset(&m, 0, sizeof m);
    m.f = f;
    m.platform = FACE_ON_TAOBAO;
    m.path = "/router/rest";
    m.where = where;
    (void)snprintf(m.label, sizeof m.label, "top, %s, place %d, empties %d, %s", digest->name,
                   (int)where, (int)how, upper ? "upper" : "lower");
    add_public(&m, "taobao.trades.sold.get", "json", digest->name);
    add(&m, "session", kit_shop_text(&f->k, 1, "session"));
    add(&m, "fields", "tid,status")->business = true;
    add(&m, "memo", "汉 & +%20=😀")->business = true;
    if (how == EMPTY_LEFT_OUT || how == EMPTY_SIGNED) {
        add(&m, "empty", "")->business = true;
    }
    if (how == AT_LEFT_OUT || how == AT_SIGNED) {
        /* left out as long as it begins with @: only that byte counts */
        add(&m, "note", how == AT_LEFT_OUT ? "@" : "@all")->business = true;
    }
    sorted_text(&m, how, text, sizeof text);
    add_sign(&m, digest->how, kit_shop_text(&f->k, 1, "app_secret"), digest->how == CODEC_MD5, text,
             upper);
    check(&m);
}

static void every_form_of_top(void **state) {
    static const place places[] = { IN_QUERY, IN_FORM, IN_BOTH, IN_PARTS, IN_GET };
    for (size_t d = 0; d < 3; d++) {
        for (size_t p = 0; p < 5; p++) {
            for (int how = NO_EMPTIES; how <= AT_SIGNED; how++) {
                top(*state, &top_digests[d], places[p], (empties)how, (p + (size_t)how) % 2 == 0);
            }
        }
    }
}

static void qimen(faces *f, const top_digest *digest, bool upper) {
    static form m;
    static const char xml[] = "<?xml version=\"1.0\" encoding=\"utf-8\"?><request><criteriaList>"
                              "<criteria><warehouseCode>W1</warehouseCode><ownerCode>O1</ownerCode>"
                              "<itemCode>汉&amp;1</itemCode></criteria></criteriaList></request>";
    static char text[4096];
    memset(&m, 0, sizeof m);
    m.f = f;
    m.platform = FACE_ON_TAOBAO;
    m.path = "/router/qimen/service";
    m.where = IN_XML;
    (void)snprintf(m.label, sizeof m.label, "qimen, %s, %s", digest->name,
                   upper ? "upper" : "lower");
    add_public(&m, "taobao.qimen.inventory.query", "xml", digest->name);
    add(&m, "customerId", "c123");
    add(&m, "body", xml);
    sorted_text(&m, NO_EMPTIES, text, sizeof text);
    (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s", xml);
    add_sign(&m, digest->how, kit_shop_text(&f->k, 1, "app_secret"), digest->how == CODEC_MD5, text,
             upper);
    check(&m);
}

static void every_form_of_qimen(void **state) {
    for (size_t d = 0; d < 3; d++) {
        qimen(*state, &top_digests[d], true);
        qimen(*state, &top_digests[d], false);
    }
}

/* ---- Solinkup ---- */

typedef struct reading {
    const char *profile, *sign_method; /* NULL = not sent */
    codec_digest how;
    bool many;         /* openId is signed, too */
    bool names_method; /* signMethod is signed */
    const char *version;
} reading;

static const reading readings[] = {
    { "text_php", "hmac-sha256", CODEC_HMAC_SHA256, false, false, "v" },
    { "text_php", "md5", CODEC_MD5, false, false, "v" },
    { "text_php", NULL, CODEC_HMAC_SHA256, false, false, "v" },
    { "text_php", NULL, CODEC_MD5, false, false, "v" },
    { "text_list", "hmac-sha256", CODEC_HMAC_SHA256, false, false, "version" },
    { "text_list", "MD5", CODEC_MD5, false, false, "version" },
    { "text_example", "hmac-sha256", CODEC_HMAC_SHA256, false, true, "v" },
    { "text_example", "md5", CODEC_MD5, false, true, "v" },
    { "java_demo", "hmac-sha256", CODEC_HMAC_SHA256, true, true, "version" },
    { "java_demo", "hmac-sha256", CODEC_MD5, true, true, "version" },
    { "java_demo", "md5", CODEC_MD5, true, true, "version" },
    { "java_demo", "MD5", CODEC_MD5, true, true, "version" },
    { "java_demo", "sha256", CODEC_SHA256, true, true, "version" },
    { "java_demo", NULL, CODEC_HMAC_SHA256, true, true, "version" },
    { "java_demo", NULL, CODEC_MD5, true, true, "version" },
};

static void solinkup(faces *f, const reading *how, place where, bool upper) {
    static form m;
    static char path[160];
    char text[2048];
    const char *key = faces_app(f, FACE_ON_SOLINKUP, "app_key");
    const char *id = faces_app(f, FACE_ON_SOLINKUP, "account");
    const char *token = f->token[FACE_ON_SOLINKUP];
    bool named = how->names_method && how->sign_method != NULL;
    memset(&m, 0, sizeof m);
    m.f = f;
    m.platform = FACE_ON_SOLINKUP;
    m.where = where;
    (void)snprintf(path, sizeof path, "/trigger/api/jinritemai/getAuthInfo/%s", id);
    m.path = path;
    (void)snprintf(m.label, sizeof m.label, "solinkup, %s, %s, digest %d, place %d", how->profile,
                   how->sign_method != NULL ? how->sign_method : "no signMethod", (int)how->how,
                   (int)where);
    add(&m, "accessToken", token);
    add(&m, "appKey", key);
    add(&m, "method", "getAuthInfo");
    if (how->many) {
        add(&m, "openId", id);
    }
    if (how->sign_method != NULL) { /* where it is not signed it still chooses the digest */
        add(&m, "signMethod", how->sign_method);
    }
    add(&m, "timestamp", "1700000000000");
    add(&m, "version", "1");
    (void)snprintf(text, sizeof text,
                   "accessToken%sappKey%smethodgetAuthInfo%s%s%s%stimestamp1700000000000%s1", token,
                   key, how->many ? "openId" : "", how->many ? id : "", named ? "signMethod" : "",
                   named ? how->sign_method : "", how->version);
    add_sign(&m, how->how, faces_app(f, FACE_ON_SOLINKUP, "app_secret"), true, text, upper);
    check(&m);
}

static void every_reading_of_solinkup(void **state) {
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
        solinkup(*state, &readings[i], IN_JSON, i % 2 == 0);
        solinkup(*state, &readings[i], IN_JSON_WITH_SIGN, i % 2 == 1);
    }
}

static void the_generator_made_what_it_should(void **state) {
    (void)state;
    assert_int_equal(accepted, 68 + 75 + 6 + 30);
    assert_true(refused > 20 * accepted);
}

/* ---- life ---- */

static int setup(void **state) {
    faces *f = malloc(sizeof *f);
    assert_non_null(f);
    faces_open(f, &(sandbox_options){ .shops = 2, .orders = 10 });
    *state = f;
    return 0;
}

static int teardown(void **state) {
    faces_close(*state);
    free(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_douyin),
        cmocka_unit_test(every_form_of_top),
        cmocka_unit_test(every_form_of_qimen),
        cmocka_unit_test(every_reading_of_solinkup),
        cmocka_unit_test(the_generator_made_what_it_should),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
