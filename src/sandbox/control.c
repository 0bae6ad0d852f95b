/*
 * The control pages under /_sandbox/: truth, time, counters, tokens, faults. They need no
 * signature: the sandbox listens on the loopback only. Not part of any platform.
 */
#include <string.h>
#include <sys/resource.h>

#include "sandbox/open/ads.h"
#include "sandbox/open/kol.h"
#include "sandbox/open/solinkup.h"
#include "sandbox/open/state.h"
#include "sandbox/sandbox_private.h"
#include "sandbox/world/aftersales.h"

static const char *const platform_names[WORLD_PLATFORMS] = { "douyin", "taobao" };

/* ---- truth ---- */

/* Douyin: what decryption has to give; of a virtual number that one. */
static void write_receiver(sandbox *sb, uint32_t order, base_buf *out) {
    world_receiver to;
    if (world_receiver_of(sb->world, order, &to)) {
        base_buf_printf(out,
                        ",\"receiver\":{\"name\":\"%s\",\"phone\":\"%s%s%s\",\"detail\":\"%s\"}",
                        to.name, to.is_virtual ? to.number : to.phone, to.is_virtual ? "-" : "",
                        to.is_virtual ? to.extension : "", to.detail);
    }
}

static void write_order_list(sandbox *sb, const world_shop *shop, int64_t now, base_buf *out) {
    bool first = true;
    base_buf_add_text(out, ",\"order_list\":[");
    for (uint32_t n = 0; n < shop->order_count; n++) {
        world_order_state state;
        uint32_t order = world_shop_order(sb->world, shop->index, n);
        if (!world_order_state_at(sb->world, order, now, &state)) {
            continue;
        }
        base_buf_printf(out, "%s{\"id\":\"%s\",\"status\":", first ? "" : ",", state.id_text);
        first = false;
        if (shop->platform == WORLD_DOUYIN) {
            base_buf_printf(out, "\"%d\"", world_douyin_status(&state));
        } else {
            base_buf_printf(out, "\"%s\"", world_taobao_status(&state));
        }
        base_buf_printf(out, ",\"modified\":%lld,\"pay_fen\":%lld,\"lines\":%u",
                        (long long)state.modified, (long long)state.pay_fen, state.lines);
        write_receiver(sb, order, out);
        base_buf_add_char(out, '}');
    }
    base_buf_add_char(out, ']');
}

/* What the after-sales of a Douyin shop come to. */
static qd_status write_aftersales(sandbox *sb, const world_shop *shop, int64_t now, bool with_list,
                                  base_buf *out, qd_err *err) {
    world_aftersale_truth truth;
    qd_status st = world_aftersale_truth_of(sb->world, shop->index, now, &truth, err);
    if (st != QD_OK) {
        return st;
    }
    base_buf_printf(out, ",\"aftersales\":%llu,\"aftersale_ids_sha256\":\"%s\"",
                    (unsigned long long)truth.aftersales, truth.aftersale_ids_sha256);
    if (!with_list) {
        return QD_OK;
    }
    bool first = true;
    base_buf_add_text(out, ",\"aftersale_list\":[");
    for (uint32_t n = 0; n < shop->order_count; n++) {
        world_aftersale_state sales[WORLD_MAX_SALES];
        uint32_t order = world_shop_order(sb->world, shop->index, n);
        unsigned count = world_order_aftersales(sb->world, order, now, sales);
        world_order_state parent;
        for (unsigned i = 0; i < count; i++) {
            (void)world_order_state_at(sb->world, order, now, &parent);
            base_buf_printf(out,
                            "%s{\"id\":\"%lld\",\"order_id\":\"%s\",\"type\":%d,\"status\":%d,"
                            "\"modified\":%lld,\"refund_fen\":%lld}",
                            first ? "" : ",", (long long)sales[i].id, parent.id_text,
                            (int)sales[i].kind, (int)sales[i].status, (long long)sales[i].modified,
                            (long long)sales[i].refund_fen);
            first = false;
        }
    }
    base_buf_add_char(out, ']');
    return QD_OK;
}

static qd_status write_shop(sandbox *sb, uint32_t index, bool with_orders, base_buf *out,
                            qd_err *err) {
    int64_t now = face_now_ms(sb) / 1000;
    const world_shop *shop = world_shop_at(sb->world, index);
    const world_app *app = face_app_of_shop(sb, index);
    world_truth truth;
    qd_status st = world_truth_of(sb->world, index, now, &truth, err);
    if (st != QD_OK) {
        return st;
    }
    base_buf_printf(out,
                    "%s{\"platform\":\"%s\",\"shop_id\":\"%s\",\"name\":", index > 0 ? "," : "",
                    platform_names[shop->platform], shop->id_text);
    codec_json_quote(out, base_str_of(shop->name));
    base_buf_printf(out, ",\"app_key\":\"%s\",\"app_secret\":\"%s\"", app->key, app->secret);
    if (shop->platform == WORLD_DOUYIN) {
        char service[8];
        face_service_id(app, service);
        base_buf_printf(out, ",\"app_kind\":\"%s\",\"service_id\":\"%s\"",
                        face_shop_is_tool(sb, index) ? "tool" : "self_use", service);
    }
    if (shop->platform == WORLD_TAOBAO) {
        base_buf_printf(out, ",\"session\":\"%s\",\"nick\":", sb->tokens[index].session);
        codec_json_quote(out, base_str_of(shop->nick));
    }
    base_buf_printf(out,
                    ",\"orders\":%llu,\"lines\":%llu,\"products\":%llu,\"skus\":%llu,"
                    "\"pay_fen\":%lld,\"order_ids_sha256\":\"%s\"",
                    (unsigned long long)truth.orders, (unsigned long long)truth.lines,
                    (unsigned long long)truth.products, (unsigned long long)truth.skus,
                    (long long)truth.pay_fen, truth.order_ids_sha256);
    if (shop->platform == WORLD_DOUYIN) {
        uint64_t rows;
        int64_t settle_fen;
        int64_t until = world_bills_until(now, 10);
        world_bill_truth(sb->world, index, until, &rows, &settle_fen);
        base_buf_printf(out, ",\"bills\":{\"until\":%lld,\"rows\":%llu,\"settle_fen\":%lld}",
                        (long long)until, (unsigned long long)rows, (long long)settle_fen);
    }
    if (with_orders) {
        write_order_list(sb, shop, now, out);
    }
    if (shop->platform == WORLD_DOUYIN) {
        st = write_aftersales(sb, shop, now, with_orders, out, err);
        if (st != QD_OK) {
            return st;
        }
    }
    base_buf_add_char(out, '}');
    return QD_OK;
}

/* The further platforms: one app and one account each. */
static void write_apps(sandbox *sb, base_buf *out) {
    static const char *const names[FACE_APPS][3] = {
        [FACE_ALLIANCE] = { "client_key", "client_secret", "open_id" },
        [FACE_QIANCHUAN] = { "app_id", "secret", "advertiser_id" },
        [FACE_SOLINKUP] = { "appKey", "appSecret", "openId" },
    };
    base_buf_add_text(out, "],\"apps\":[");
    for (int i = 0; i < FACE_APPS; i++) {
        const face_app *app = &sb->apps[i];
        base_buf_printf(out,
                        "%s{\"platform\":\"%s\",\"app_key\":\"%s\",\"app_secret\":\"%s\","
                        "\"account\":\"%s\",\"names\":[\"%s\",\"%s\",\"%s\"]",
                        i > 0 ? "," : "", face_app_name((face_app_kind)i), app->key, app->secret,
                        app->account, names[i][0], names[i][1], names[i][2]);
        if (i == FACE_QIANCHUAN) {
            face_ads_truth(sb, face_now_ms(sb) / 1000, out);
        } else if (i == FACE_ALLIANCE) {
            face_kol_truth(sb, face_now_ms(sb) / 1000, out);
        }
        base_buf_add_char(out, '}');
    }
}

qd_status face_truth(sandbox *sb, bool with_orders, base_buf *out, qd_err *err) {
    base_buf_printf(out, "{\"as_of\":%lld,\"shops\":[", (long long)(face_now_ms(sb) / 1000));
    for (uint32_t i = 0; i < world_shop_count(sb->world); i++) {
        qd_status st = write_shop(sb, i, with_orders, out, err);
        if (st != QD_OK) {
            return st;
        }
    }
    write_apps(sb, out);
    base_buf_printf(out, "],\"dingtalk\":{\"app_key\":\"%s\",\"app_secret\":\"%s\"}}",
                    sb->dingtalk.key, sb->dingtalk.secret);
    return base_buf_check(out, "the sandbox's truth", err);
}

static void truth_page(face_call *call, const face_params *params) {
    qd_err err = QD_ERR_INIT;
    bool with_orders = base_str_is(face_param_text(params, "orders"), "1");
    if (face_truth(call->sb, with_orders, &call->response->body, &err) != QD_OK) {
        face_refuse_plain(call, 500, err.message);
    }
}

/* ---- time ---- */

static void time_page(face_call *call) {
    int64_t now = face_now_ms(call->sb) / 1000;
    char text[BASE_TIME_TEXT];
    base_time_to_cn(now, text);
    base_buf_printf(&call->response->body, "{\"now\":%lld,\"text\":\"%s\",\"frozen\":%s}",
                    (long long)now, text, call->sb->frozen ? "true" : "false");
}

static void freeze_page(face_call *call, const face_params *params) {
    (void)params;
    face_freeze(call->sb, true);
    time_page(call);
}

static void thaw_page(face_call *call, const face_params *params) {
    (void)params;
    face_freeze(call->sb, false);
    time_page(call);
}

static const int64_t LAST_NOW = 4102444799; /* the world's births stop making sense */

static void advance_page(face_call *call, const face_params *params) {
    enum { MOST_S = 400 * 86400 };
    int64_t seconds = 0;
    if (!base_str_to_i64(face_param_text(params, "seconds"), &seconds) || seconds < 0 ||
        seconds > MOST_S) {
        face_refuse_plain(call, 400, "advance?seconds=N: N is 0 to 34560000 (400 days)");
        return;
    }
    if (call->now + seconds > LAST_NOW) {
        face_refuse_plain(call, 400, "the sandbox's time ends with the year 2099");
        return;
    }
    face_advance(call->sb, seconds);
    time_page(call);
}

/* ---- counters ---- */

static void stats_page(face_call *call, const face_params *params) {
    (void)params;
    sandbox *sb = call->sb;
    base_buf *out = &call->response->body;
    struct rusage use;
    memset(&use, 0, sizeof use);
    (void)getrusage(RUSAGE_SELF, &use);
    double cpu_s = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
                   (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
    base_buf_add_text(out, "{\"calls\":");
    face_counters_write(&sb->methods, "by_method", out);
    base_buf_add_text(out, ",\"refusals\":");
    face_counters_write(&sb->refusals, "by_reason", out);
    base_buf_add_text(out, ",\"faults\":");
    face_counters_write(&sb->faults, "by_name", out);
    base_buf_add_text(out, ",\"tokens\":");
    face_counters_write(&sb->grants, "by_answer", out);
    base_buf_printf(out, ",\"cpu_s\":%.3f,\"peak_memory_bytes\":%lld}", cpu_s,
                    (long long)use.ru_maxrss * 1024);
}

/* ---- tokens and faults ---- */

static bool find_shop(face_call *call, const face_params *params, uint32_t *out) {
    base_str id = face_param_text(params, "shop_id");
    for (int p = 0; p < WORLD_PLATFORMS; p++) {
        *out = world_shop_find(call->sb->world, (world_platform)p, id);
        if (*out != WORLD_NONE) {
            return true;
        }
    }
    face_refuse_plain(call, 404, "shop_id: no such shop; /_sandbox/truth lists them");
    return false;
}

/* platform=alliance and the like instead of a shop; FACE_APPS when there is none. */
static face_app_kind find_app(const face_params *params) {
    return face_app_of(face_param_text(params, "platform"));
}

static void revoke_page(face_call *call, const face_params *params) {
    uint32_t shop;
    face_app_kind app = find_app(params);
    if (app != FACE_APPS) {
        face_app_revoke(call->sb, app);
        base_buf_add_text(&call->response->body, "{\"ok\":true}");
    } else if (find_shop(call, params, &shop)) {
        face_token_revoke(call->sb, shop);
        base_buf_add_text(&call->response->body, "{\"ok\":true}");
    }
}

static void expire_page(face_call *call, const face_params *params) {
    uint32_t shop;
    int64_t in_s = 0;
    base_str text = face_param_text(params, "in");
    base_str level = face_param_text(params, "level");
    if (text.len > 0 && (!base_str_to_i64(text, &in_s) || in_s < 0 || in_s > FACE_SESSION_LIFE_S)) {
        face_refuse_plain(call, 400, "expire?shop_id=..&in=N: N is 0 to 31536000 seconds");
    } else if (find_app(params) != FACE_APPS) {
        face_app_expire(call->sb, find_app(params), call->now, in_s);
        base_buf_add_text(&call->response->body, "{\"ok\":true}");
    } else if (find_shop(call, params, &shop)) {
        if (level.len == 0) {
            face_token_expire(call->sb, shop, call->now, in_s);
        } else if (!face_level_expire(call->sb, shop, level, call->now, in_s)) {
            face_refuse_plain(call, 400, "level is r1, r2, w1 or w2");
            return;
        }
        base_buf_add_text(&call->response->body, "{\"ok\":true}");
    }
}

static void code_page(face_call *call, const face_params *params) {
    uint32_t shop;
    face_app_kind app = find_app(params);
    if (app != FACE_APPS) {
        base_buf_printf(&call->response->body, "{\"code\":\"%s\",\"expires_in\":%d}",
                        face_app_code(call, app), FACE_CODE_LIFE_S);
    } else if (find_shop(call, params, &shop)) {
        base_buf_printf(&call->response->body, "{\"code\":\"%s\",\"expires_in\":%d}",
                        face_code_make(call, shop), FACE_CODE_LIFE_S);
    }
}

static void faults_page(face_call *call, const face_params *params) {
    face_plan plan;
    qd_err err = QD_ERR_INIT;
    char *set = base_arena_dup(call->arena, face_param_text(params, "set"));
    if (face_plan_parse(set, &plan, &err) != QD_OK) {
        face_refuse_plain(call, 400, err.message);
        return;
    }
    call->sb->plan = plan;
    base_buf_add_text(&call->response->body, "{\"ok\":true}");
}

static void records_page(face_call *call, const face_params *params) {
    uint32_t shop;
    if (find_shop(call, params, &shop) &&
        !kept_records_page(call, shop, face_param_text(params, "kind"))) {
        face_refuse_plain(call, 400, "records?shop_id=..&kind=..: no such kind");
    }
}

/* A whole number of the parameter, 0 when it is absent. */
static bool limit_number(const face_params *params, const char *name, int64_t *out) {
    base_str text = face_param_text(params, name);
    *out = 0;
    return text.len == 0 || (base_str_to_i64(text, out) && *out >= 0 && *out <= FACE_LIMIT_MAX);
}

static void limit_page(face_call *call, const face_params *params) {
    base_str platform = face_param_text(params, "platform");
    base_str scope = face_param_text(params, "scope");
    face_rule rule = { .used = true,
                       .platform = face_platform_of(platform),
                       .whole_app = base_str_is(scope, "app") };
    if (!limit_number(params, "per_second", &rule.per_second) ||
        !limit_number(params, "per_day", &rule.per_day)) {
        face_refuse_plain(call, 400, "per_second and per_day are 0 (no limit) to 1000000 calls");
    } else if (platform.len > 0 && rule.platform == FACE_PLATFORMS) {
        face_refuse_plain(call, 400, "platform is douyin, taobao, alliance, qianchuan or solinkup");
    } else if (scope.len > 0 && !rule.whole_app) {
        face_refuse_plain(call, 400, "scope is app: all methods of an app together");
    } else if (rule.whole_app && (rule.per_day > 0 || face_param_text(params, "method").len > 0)) {
        face_refuse_plain(call, 400, "with scope=app only per_second and platform are taken");
    } else if (!base_copy(rule.method, sizeof rule.method, face_param_text(params, "method")) ||
               !face_limit_set(&call->sb->limits, &rule)) {
        face_refuse_plain(call, 400, "too many limits, or the method's name is too long");
    } else {
        base_buf_add_text(&call->response->body, "{\"ok\":true}");
    }
}

/* Solinkup's signature: which of its readings are accepted; none given = all. */
static void readings_page(face_call *call, const face_params *params) {
    struct open_state *state = open_state_of(call->sb);
    base_str set = face_param_text(params, "set");
    if (state == NULL || !solinkup_readings_check(set) ||
        !base_copy(state->readings, sizeof state->readings, set)) {
        face_refuse_plain(call, 400,
                          "readings?set=NAME,NAME/SIGNMETHOD: java_demo, java_dispatch, "
                          "text_example, text_php, text_list");
        return;
    }
    base_buf_add_text(&call->response->body, "{\"ok\":true}");
}

typedef struct page {
    const char *path;
    const char *method;
    void (*run)(face_call *call, const face_params *params);
} page;

static const page pages[] = {
    { "/_sandbox/truth", "GET", truth_page },        { "/_sandbox/stats", "GET", stats_page },
    { "/_sandbox/code", "GET", code_page },          { "/_sandbox/freeze", "POST", freeze_page },
    { "/_sandbox/thaw", "POST", thaw_page },         { "/_sandbox/advance", "POST", advance_page },
    { "/_sandbox/revoke", "POST", revoke_page },     { "/_sandbox/expire", "POST", expire_page },
    { "/_sandbox/records", "GET", records_page },    { "/_sandbox/faults", "POST", faults_page },
    { "/_sandbox/readings", "POST", readings_page }, { "/_sandbox/limit", "POST", limit_page },
};

void face_control(face_call *call, base_str path) {
    face_params params;
    if (!face_params_read(call, true, &params)) {
        face_refuse_plain(call, 400, "too many parameters");
        return;
    }
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (!base_str_is(path, pages[i].path)) {
            continue;
        }
        if (!base_str_is(call->request->method, pages[i].method)) {
            face_refuse_plain(call, 405,
                              strcmp(pages[i].method, "GET") == 0
                                  ? "this control page is asked with GET"
                                  : "this control page is asked with POST");
            return;
        }
        pages[i].run(call, &params);
        return;
    }
    face_refuse_plain(call, 404, "no such control page; docs/sandbox.md lists them");
}
