/*
 * The pages where owners authorise an app, and whom the answer to their code names. Opens no page
 * and exchanges no code.
 */
#include <string.h>

#include "platforms/platforms_private.h"

/* ---- URLs ---- */

static void add(base_buf *url, const char *name, const char *value) {
    if (value && *value) {
        char last = url->len > 0 && url->data ? url->data[url->len - 1] : '\0';
        base_buf_add_text(url, last == '?' ? "" : "&");
        base_buf_add_text(url, name);
        base_buf_add_char(url, '=');
        codec_url_encode(url, base_str_of(value), false);
    }
}

static bool is_sandbox(const core_authorise_page *page) {
    return strcmp(page->environment, "sandbox") == 0;
}

/* Pages of the platforms themselves send the code somewhere; the sandbox's show it, too. */
static qd_status need_redirect(const core_authorise_page *page, qd_err *err) {
    const char *to = page->asked->redirect_uri;
    if (page->base_url || (to && *to)) {
        return QD_OK;
    }
    return base_fail(err, QD_E_INVALID,
                     "the page needs the app's redirect_uri (--redirect-uri): the code goes there");
}

static void begin(const core_authorise_page *page, base_buf *url, const char *host,
                  const char *path) {
    base_buf_printf(url, "%s%s?", page->base_url ? page->base_url : host, path);
}

/* Douyin guide (tool apps): fuwu.jinritemai.com/authorize with the service's id in the market. An
 * older SDK has fxg.jinritemai.com, where the app key names the app; behind '#' it never reaches a
 * server. */
static qd_status douyin_url(const core_authorise_page *page, base_buf *url, qd_err *err) {
    const qd_authorise_page *asked = page->asked;
    if (asked->old) {
        qd_status status = need_redirect(page, err);
        begin(page, url, "https://fxg.jinritemai.com",
              "/index.html#/ffa/open/applicationAuthorize");
        add(url, "app_id", page->app_key);
        add(url, "response_type", "code");
        add(url, "redirect_uri", asked->redirect_uri);
        add(url, "state", asked->state);
        return status;
    }
    if (!asked->service_id || !*asked->service_id) {
        return base_fail(err, QD_E_INVALID,
                         "the page needs the id of the app's service in the market "
                         "(--service-id); --old names the page that takes the app key");
    }
    begin(page, url, "https://fuwu.jinritemai.com", "/authorize");
    add(url, "service_id", asked->service_id);
    add(url, "state", asked->state);
    add(url, "redirect_uri", asked->redirect_uri); /* the market has its own; the sandbox asks */
    return QD_OK;
}

/* TOP document 102635; the sandbox's host is oauth.tbsandbox.com. */
static qd_status taobao_url(const core_authorise_page *page, base_buf *url, qd_err *err) {
    begin(page, url, is_sandbox(page) ? "https://oauth.tbsandbox.com" : "https://oauth.taobao.com",
          "/authorize");
    add(url, "response_type", "code");
    add(url, "client_id", page->app_key);
    add(url, "redirect_uri", page->asked->redirect_uri);
    add(url, "state", page->asked->state);
    add(url, "view", "web");
    return need_redirect(page, err);
}

/* open.douyin.com; user_info is the scope that every app has. */
static qd_status alliance_url(const core_authorise_page *page, base_buf *url, qd_err *err) {
    const char *scope = page->asked->scope;
    begin(page, url, "https://open.douyin.com", "/platform/oauth/connect");
    add(url, "client_key", page->app_key);
    add(url, "response_type", "code");
    add(url, "scope", scope && *scope ? scope : "user_info");
    add(url, "redirect_uri", page->asked->redirect_uri);
    add(url, "state", page->asked->state);
    return need_redirect(page, err);
}

/* Ocean Engine; answers with auth_code, good for ten minutes. */
static qd_status qianchuan_url(const core_authorise_page *page, base_buf *url, qd_err *err) {
    begin(page, url, "https://ad.oceanengine.com", "/openapi/audit/oauth.html");
    add(url, "app_id", page->app_key);
    add(url, "state", page->asked->state);
    add(url, "redirect_uri", page->asked->redirect_uri);
    return need_redirect(page, err);
}

static qd_status solinkup_url(const core_authorise_page *page, base_buf *url, qd_err *err) {
    (void)page;
    (void)url;
    return base_fail(err, QD_E_UNSUPPORTED,
                     "Solinkup's guide does not say where a shop authorises: its template's own "
                     "link brings the authCode; then qd shop auth T CODE");
}

qd_status platforms_authorise_url(const core_authorise_page *page, const char *platform,
                                  base_buf *out, qd_err *err) {
    static const struct {
        const char *platform;
        qd_status (*url)(const core_authorise_page *page, base_buf *url, qd_err *err);
    } pages[] = { { "douyin", douyin_url },
                  { "taobao", taobao_url },
                  { "alliance", alliance_url },
                  { "qianchuan", qianchuan_url },
                  { "solinkup", solinkup_url } };
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (strcmp(pages[i].platform, platform) == 0) {
            return pages[i].url(page, out, err);
        }
    }
    return base_fail(err, QD_E_UNSUPPORTED, "no page is known where %s is authorised", platform);
}

/* ---- whom an answer names ---- */

/* A text, or a number as text. */
static void copy(yyjson_val *value, char *out, size_t size) {
    if (yyjson_is_str(value)) {
        (void)base_copy(out, size, base_str_of(yyjson_get_str(value)));
    } else if (yyjson_is_int(value)) {
        base_buf text;
        base_buf_init(&text, 32);
        base_buf_add_i64(&text, yyjson_get_sint(value));
        (void)base_copy(out, size, base_buf_str(&text));
        base_buf_clear(&text);
    }
    if (strcmp(out, "0") == 0) {
        out[0] = '\0'; /* a subject that is no shop has shop_id 0 in typed answers */
    }
}

/* The nick is percent-encoded UTF-8 (TOP). */
static void decode(char *text, size_t size) {
    base_arena *arena = base_arena_new(LIMIT_CONF_BYTES);
    codec_pair *pairs = NULL;
    size_t count = 0;
    if (arena && codec_form_parse(base_str_of(text), arena, &pairs, &count, NULL) == QD_OK &&
        count == 1 && pairs[0].value.len == 0) {
        char *copied = base_arena_dup(arena, pairs[0].name);
        if (copied) {
            (void)base_copy(text, size, base_str_of(copied));
        }
    }
    base_arena_free(arena);
}

static void taobao_owner(yyjson_val *data, qd_authorised *out) {
    yyjson_val *inner = yyjson_obj_get(data, "token_result");
    yyjson_doc *doc = NULL;
    if (yyjson_is_str(inner)) {
        base_str json = { yyjson_get_str(inner), yyjson_get_len(inner) };
        if (codec_json_read(json, LIMIT_CONF_BYTES, &doc, NULL) != QD_OK) {
            return;
        }
        data = yyjson_doc_get_root(doc);
    }
    copy(yyjson_obj_get(data, "taobao_user_id"), out->shop_id, sizeof out->shop_id);
    copy(yyjson_obj_get(data, "taobao_user_nick"), out->name, sizeof out->name);
    decode(out->name, sizeof out->name);
    yyjson_doc_free(doc);
}

/* One account is the shop; of several the operator chooses. */
static void qianchuan_owner(yyjson_val *data, qd_authorised *out) {
    yyjson_val *ids = yyjson_obj_get(data, "advertiser_ids");
    if (yyjson_arr_size(ids) == 1) {
        copy(yyjson_arr_get_first(ids), out->shop_id, sizeof out->shop_id);
    } else if (!ids) {
        copy(yyjson_obj_get(data, "advertiser_id"), out->shop_id, sizeof out->shop_id);
    }
}

void platforms_token_owner(yyjson_val *data, const char *platform, qd_authorised *out) {
    if (strcmp(platform, "taobao") == 0) {
        taobao_owner(data, out);
    } else if (strcmp(platform, "qianchuan") == 0) {
        qianchuan_owner(data, out);
    } else {
        /* Douyin; open.douyin.com; Solinkup */
        static const char *const ids[] = { "shop_id", "open_id", "openId" };
        for (size_t i = 0; i < sizeof ids / sizeof ids[0] && !out->shop_id[0]; i++) {
            copy(yyjson_obj_get(data, ids[i]), out->shop_id, sizeof out->shop_id);
        }
        copy(yyjson_obj_get(data, "shop_name"), out->name, sizeof out->name);
    }
}
