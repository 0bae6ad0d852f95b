/*
 * One good call on each of the five faces, and what became of it as one letter: for tests that hold
 * for every face alike.
 */
#ifndef TESTS_UNIT_SANDBOX_FACES_KIT_H
#define TESTS_UNIT_SANDBOX_FACES_KIT_H

#include "face_kit.h"
#include "sandbox/faults.h"

typedef struct faces {
    kit k;
    char token[FACE_PLATFORMS][96];
} faces;

static inline const char *faces_app(faces *f, face_platform platform, const char *name) {
    return kit_app_text(&f->k, (size_t)platform - FACE_ON_ALLIANCE, name);
}

static inline void faces_code(faces *f, face_platform platform, char out[96]) {
    char query[64];
    (void)snprintf(query, sizeof query, "platform=%s", face_platform_name(platform));
    kit_control(&f->k, "GET", "/_sandbox/code", query);
    (void)snprintf(out, 96, "%s", kit_text(&f->k, "code"));
}

/* POST of JSON with at most one more header. */
static inline void faces_post(faces *f, const char *path, const char *query, const char *header,
                              const char *value, const char *body) {
    f->k.header = header;
    f->k.value = value;
    kit_send(&f->k, "POST", path, query, "application/json", body);
    f->k.header = NULL;
}

/* Signs as java_demo with hmac-sha256; extra: further members (",\"a\":1"). */
static inline void faces_solinkup(faces *f, const char *path, const char *method,
                                  const char *auth_code, const char *token, const char *extra) {
    static char text[2048];
    static char body[4096];
    char sign[2 * CODEC_DIGEST_MAX + 1];
    long long ms = f->k.stamp != 0 ? f->k.stamp * 1000 : f->k.wall_ms;
    const char *key = faces_app(f, FACE_ON_SOLINKUP, "app_key");
    const char *secret = faces_app(f, FACE_ON_SOLINKUP, "app_secret");
    (void)snprintf(text, sizeof text,
                   "%s%s%sappKey%s%s%smethod%ssignMethodhmac-sha256timestamp%lldversion1%s", secret,
                   *token != '\0' ? "accessToken" : "", token, key,
                   *auth_code != '\0' ? "authCode" : "", auth_code, method, ms, secret);
    kit_hex(CODEC_HMAC_SHA256, secret, text, false, sign);
    (void)snprintf(body, sizeof body,
                   "{\"appKey\":\"%s\",\"method\":\"%s\",\"version\":\"1\",\"timestamp\":%lld,"
                   "\"signMethod\":\"hmac-sha256\",\"accessToken\":\"%s\",\"authCode\":\"%s\"%s}",
                   key, method, ms, token, auth_code, extra);
    faces_post(f, path, "", "sign", sign, body);
}

static inline void faces_keep(faces *f, face_platform platform, const char *path) {
    (void)snprintf(f->token[platform], sizeof f->token[platform], "%s", kit_text(&f->k, path));
    if (f->token[platform][0] == '\0') {
        fail_msg("no token: %s", base_buf_text(&f->k.response.body));
    }
}

/* Asks for a token of the platform in its way. */
static inline void faces_token(faces *f, face_platform platform) {
    char code[96], body[512];
    switch (platform) {
    case FACE_ON_DOUYIN:
        kit_token(&f->k, 0);
        (void)snprintf(f->token[platform], sizeof f->token[platform], "%s", f->k.token);
        return;
    case FACE_ON_TAOBAO:
        return; /* the truth has its session */
    case FACE_ON_SOLINKUP:
        faces_code(f, platform, code);
        faces_solinkup(f, "/openapi/oauth2/getAccessToken", "getAccessToken", code, "", "");
        faces_keep(f, platform, "data.accessToken");
        return;
    default:
        break;
    }
    bool ads = platform == FACE_ON_QIANCHUAN;
    faces_code(f, platform, code);
    (void)snprintf(body, sizeof body,
                   "{\"grant_type\":\"%s\",\"%s\":\"%s\",\"%s\":\"%s\",\"%s\":\"%s\"}",
                   ads ? "auth_code" : "authorization_code", ads ? "app_id" : "client_key",
                   faces_app(f, platform, "app_key"), ads ? "secret" : "client_secret",
                   faces_app(f, platform, "app_secret"), ads ? "auth_code" : "code", code);
    faces_post(f, ads ? "/open_api/oauth2/access_token/" : "/oauth/access_token/", "", NULL, NULL,
               body);
    faces_keep(f, platform, "data.access_token");
}

static inline void faces_open(faces *f, const sandbox_options *options) {
    memset(f, 0, sizeof *f);
    kit_open_with(&f->k, options);
    for (int p = 0; p < FACE_PLATFORMS; p++) {
        faces_token(f, (face_platform)p);
    }
}

static inline void faces_close(faces *f) {
    kit_close(&f->k);
}

/* A read that is in order. */
static inline void faces_send(faces *f, face_platform platform) {
    char query[512];
    switch (platform) {
    case FACE_ON_DOUYIN:
        (void)kit_douyin(&f->k, "order.searchList", "{\"page\":0,\"size\":1}", f->token[platform]);
        break;
    case FACE_ON_TAOBAO:
        KIT_TAOBAO(&f->k, "taobao.trades.sold.get", "fields", "tid");
        break;
    case FACE_ON_ALLIANCE:
        (void)snprintf(query, sizeof query, "open_id=%s", faces_app(f, platform, "account"));
        faces_post(f, "/alliance/kol/reputation/", query, "access-token", f->token[platform], "{}");
        break;
    case FACE_ON_QIANCHUAN:
        (void)snprintf(query, sizeof query,
                       "advertiser_id=%s&start_date=2023-11-01&end_date=2023-11-02&fields="
                       "%%5B%%22stat_cost%%22%%5D&filtering=%%7B%%22marketing_goal%%22%%3A%%22ALL"
                       "%%22%%7D",
                       faces_app(f, platform, "account"));
        f->k.header = "Access-Token";
        f->k.value = f->token[platform];
        kit_send(&f->k, "GET", "/open_api/v1.0/qianchuan/report/advertiser/get/", query, "", "");
        f->k.header = NULL;
        break;
    default:
        (void)snprintf(query, sizeof query, "/trigger/api/jinritemai/getAuthInfo/%s",
                       faces_app(f, platform, "account"));
        faces_solinkup(f, query, "getAuthInfo", "", f->token[platform], "");
        break;
    }
}

/* The platform's own code of the last answer, as text; "" for success. */
static inline const char *faces_code_of(faces *f, face_platform platform) {
    static char code[48];
    static const char *const paths[] = { "code", "error_response.code", "data.error_code", "code",
                                         "code" };
    static const char *const fine[] = { "10000", "", "0", "0", "__200OK" };
    int64_t number = kit_int(&f->k, paths[platform]);
    if (platform == FACE_ON_SOLINKUP) {
        (void)snprintf(code, sizeof code, "%s", kit_text(&f->k, "code"));
    } else if (number >= 0) {
        (void)snprintf(code, sizeof code, "%lld", (long long)number);
    } else {
        code[0] = '\0';
    }
    return strcmp(code, fine[platform]) == 0 ? "" : code;
}

/* '.' served, 's' served late, '5' an HTTP error, 'c' cut, 'h' cut in the middle, 'g' garbage, 'l'
 * limited, 'e' expired, 'r' revoked or no longer valid, '?' anything else. */
static inline char faces_outcome(faces *f, face_platform platform) {
    static const struct {
        const char *codes[FACE_PLATFORMS];
        char letter;
    } rows[] = { { { "60000", "7", "2119002", "40100", "__429" }, 'l' },
                 { { "40003", "27", "2190008", "40102", "__403" }, 'e' },
                 { { "30001", "27", "2190002", "40105", "__402" }, 'r' } };
    const httpd_response *response = &f->k.response;
    if (response->finish != HTTPD_SEND) {
        return response->finish == HTTPD_CUT ? 'c' : 'h';
    }
    if (response->status != 200) {
        return '5';
    }
    if (f->k.doc == NULL) {
        return 'g';
    }
    const char *code = faces_code_of(f, platform);
    if (*code == '\0') {
        return response->delay_ms > 0 ? 's' : '.';
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(code, rows[i].codes[platform]) == 0) {
            return rows[i].letter;
        }
    }
    return '?';
}

static inline char faces_call(faces *f, face_platform platform) {
    faces_send(f, platform);
    return faces_outcome(f, platform);
}

static inline void faces_expect(faces *f, face_platform platform, char want) {
    char got = faces_call(f, platform);
    if (got != want) {
        fail_msg("%s: '%c', not '%c': HTTP %d %s", face_platform_name(platform), got, want,
                 f->k.response.status, base_buf_text(&f->k.response.body));
    }
}

#endif
