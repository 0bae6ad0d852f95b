/*
 * Solinkup's calls over the world: templates that can be deleted, authorisation, the orders of the
 * first Douyin shop (its documents are those that the shop gateway gives), and the advertiser's
 * reports. Rules of the guide (document 004): createTime* both required and within 90 days, pages
 * from 0, at most 100 rows a page and 50,000 rows a search.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sandbox/open/ads.h"
#include "sandbox/open/solinkup_calls.h"
#include "sandbox/open/state.h"

enum {
    BACK_S = 90 * 86400,
    SEARCH_ROWS = 50000,
    PAGE_ROWS = 100,
    CODE_INVALID = 40004, /* the shop gateway's, passed through */
    CODE_NOT_FOUND = 400  /* the sandbox's own */
};

static bool pass(solinkup_answer *out, int code, const char *sub_code, const char *why) {
    out->code = code;
    out->sub_code = sub_code;
    out->why = why;
    return true;
}

static bool own(open_call *call, solinkup_answer *out, const char *why) {
    out->code = -1;
    (void)open_fail(call, CODE_NOT_FOUND, "%s", why);
    return true;
}

/* ---- templates ---- */

static const char *const template_names[STATE_TEMPLATES] = { "抖店订单同步", "抖店库存同步",
                                                             "千川报表汇总" };

static void template_id(const open_call *call, unsigned index, char out[33]) {
    const sandbox *sb = call->face->sb;
    char *id = face_hex_shape(base_mix(sb->seed, 5000 + index), sb->seed, call->face->arena,
                              "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    (void)base_copy(out, 33, base_str_of(id));
}

static bool run_templates(open_call *call, solinkup_answer *out) {
    const struct open_state *state = open_state_of(call->face->sb);
    bool any = false;
    if (state == NULL) {
        return own(call, out, "the sandbox is out of memory");
    }
    if (!base_str_is(call->segment, call->app->key)) {
        return own(call, out, "the path's appKey is not the body's");
    }
    base_buf_add_char(&out->data, '[');
    for (unsigned i = 0; i < STATE_TEMPLATES; i++) {
        char id[33];
        template_id(call, i, id);
        if (!state->template_gone[i]) {
            base_buf_printf(&out->data,
                            "%s{\"templateId\":\"%s\",\"name\":\"%s\",\"description\":\"%s\","
                            "\"unAuthorized\":[],\"templates\":null}",
                            any ? "," : "", id, template_names[i], template_names[i]);
            any = true;
        }
    }
    base_buf_add_char(&out->data, ']');
    return true;
}

static bool run_delete_flow(open_call *call, solinkup_answer *out) {
    static const char prefix[] = "ParentTemplateId_";
    struct open_state *state = open_state_of(call->face->sb);
    base_str id = open_text(call, "parentTemplateId");
    out->shape = SOLINKUP_OWN_200;
    if (!base_str_is(open_text(call, "openId"), call->app->account)) {
        return own(call, out, "openId has not authorised this app");
    }
    if (id.len > sizeof prefix - 1 && memcmp(id.ptr, prefix, sizeof prefix - 1) == 0) {
        id = (base_str){ id.ptr + sizeof prefix - 1, id.len - (sizeof prefix - 1) };
    }
    for (unsigned i = 0; state != NULL && i < STATE_TEMPLATES; i++) {
        char known[33];
        template_id(call, i, known);
        if (!state->template_gone[i] && id.len == strlen(known) &&
            strncasecmp(id.ptr, known, id.len) == 0) {
            state->template_gone[i] = true;
            base_buf_add_text(&out->data, "null");
            return true;
        }
    }
    return own(call, out, "parentTemplateId names no template that is there");
}

/* ---- the shop ---- */

/* The Douyin shop behind the openId: the world's first. */
static uint32_t shop_of(const open_call *call) {
    const world *w = call->face->sb->world;
    uint32_t i = 0;
    while (i < world_shop_count(w) && world_shop_at(w, i)->platform != WORLD_DOUYIN) {
        i++;
    }
    return i < world_shop_count(w) ? i : WORLD_NONE;
}

static bool run_auth_info(open_call *call, solinkup_answer *out) {
    uint32_t shop = shop_of(call);
    char until[BASE_TIME_TEXT];
    if (shop == WORLD_NONE) {
        return own(call, out, "the world has no Douyin shop");
    }
    base_time_to_cn(world_start(call->face->sb->world) + 365 * 86400, until);
    base_buf_printf(&out->data,
                    "[{\"expire_time\":\"%s\",\"rights_type\":1,\"spec_type\":0,"
                    "\"spec_val\":\"至尊版\",\"shop_id\":%lld}]",
                    until, (long long)world_shop_at(call->face->sb->world, shop)->shop_id);
    return true;
}

/* ---- orders ---- */

static int64_t number_of(open_call *call, const char *name, int64_t fallback) {
    int64_t number = fallback;
    yyjson_val *value = yyjson_obj_get(call->body, name);
    return value != NULL && codec_json_i64(value, &number) ? number : fallback;
}

/* Every world status whose code in the shop gateway it is. */
static uint32_t status_mask(int64_t code) {
    uint32_t mask = 0;
    for (int i = 0; i < WORLD_STATUSES * 2; i++) {
        world_order_state state;
        memset(&state, 0, sizeof state);
        state.status = (world_status)(i / 2);
        state.cod = i % 2 == 1;
        mask |= world_douyin_status(&state) == code ? 1U << state.status : 0;
    }
    return code == 105 ? mask | 1U << WORLD_PAID : mask;
}

/* NULL when it is fine. */
static const char *read_query(open_call *call, world_order_query *query) {
    int64_t status = number_of(call, "orderStatus", 0);
    memset(query, 0, sizeof *query);
    query->shop = shop_of(call);
    query->descending = true;
    query->created_from = number_of(call, "createTimeStart", -1);
    query->created_to = number_of(call, "createTimeEnd", -1);
    if (query->created_from < 0 || query->created_to < query->created_from ||
        query->created_to > INT64_MAX / 2) {
        return "createTimeStart and createTimeEnd: unix seconds, the start before the end";
    }
    if (query->created_from < call->face->now - BACK_S) {
        return "createTimeStart: only the last 90 days are served";
    }
    query->created_to += 1; /* inclusive, as in the shop gateway */
    query->status_mask = status != 0 ? status_mask(status) : 0;
    if (status != 0 && query->status_mask == 0) {
        query->created_to = query->created_from; /* nobody's status */
    }
    return query->shop == WORLD_NONE ? "the world has no Douyin shop" : NULL;
}

static bool run_list_order(open_call *call, solinkup_answer *out) {
    uint32_t orders[PAGE_ROWS];
    uint32_t count = 0;
    uint64_t total = 0;
    world_order_query query;
    int64_t page = number_of(call, "page", 0);
    int64_t size = number_of(call, "size", 10);
    out->shape = SOLINKUP_DOUDIAN;
    const char *why = read_query(call, &query);
    if (why == NULL && (page < 0 || size < 1 || size > PAGE_ROWS)) {
        why = "page begins with 0, size is 1 to 100";
    }
    /* "size*page <= 50,000", read literally: at size 100 page 500 is the last that is served. */
    if (why == NULL && page > SEARCH_ROWS / size) {
        why = "page: size*page lies beyond 50,000 rows";
    }
    if (why != NULL) {
        return pass(out, CODE_INVALID, "isv.parameter-invalid", why);
    }
    if (query.created_to > query.created_from &&
        world_orders(call->face->sb->world, &query, call->face->now, (uint64_t)(page * size),
                     (uint32_t)size, &total, orders, &count, NULL) != QD_OK) {
        return pass(out, 20000, "isp.service-error", "the sandbox is out of memory");
    }
    base_buf_printf(&out->data, "{\"page\":%lld,\"size\":%lld,\"total\":%llu,\"shop_order_list\":[",
                    (long long)page, (long long)size, (unsigned long long)total);
    for (uint32_t i = 0; i < count; i++) {
        base_buf_add_text(&out->data, i > 0 ? "," : "");
        (void)world_render_order(call->face->sb->world, orders[i], call->face->now, &out->data);
    }
    base_buf_add_text(&out->data, "]}");
    face_shift(call->face, call->name, orders, count);
    return true;
}

static bool run_detail_order(open_call *call, solinkup_answer *out) {
    world_order_state state;
    uint32_t shop = shop_of(call);
    world *w = call->face->sb->world;
    uint32_t order =
        shop != WORLD_NONE ? world_order_find(w, shop, open_text(call, "orderId")) : WORLD_NONE;
    out->shape = SOLINKUP_DOUDIAN;
    if (order == WORLD_NONE || !world_order_state_at(w, order, call->face->now, &state)) {
        return pass(out, CODE_INVALID, "isv.parameter-invalid", "orderId names no order");
    }
    base_buf_add_text(&out->data, "{\"shop_order_detail\":");
    (void)world_render_order(w, order, call->face->now, &out->data);
    base_buf_add_char(&out->data, '}');
    return true;
}

/* ---- reports ---- */

static bool run_report(open_call *call, solinkup_answer *out) {
    const char *why = "";
    out->shape = SOLINKUP_OCEAN;
    int code = ads_report(call, &out->data, &why);
    return code == 0 || pass(out, code, "", why);
}

bool solinkup_modelled(open_call *call, solinkup_answer *out) {
    static const struct {
        const char *name;
        bool (*run)(open_call *call, solinkup_answer *out);
    } methods[] = { { "template.list", run_templates },
                    { "deleteFlowByParentTemplateId", run_delete_flow },
                    { "jinritemai.getAuthInfo", run_auth_info },
                    { "jinritemai.listOrder", run_list_order },
                    { "jinritemai.detailOrder", run_detail_order },
                    { "juliangqianchuan.getAdvertiser", run_report },
                    { "juliangqianchuan.getReportAd", run_report } };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (strcmp(cat_str(call->known->name), methods[i].name) == 0) {
            return methods[i].run(call, out);
        }
    }
    return false;
}
