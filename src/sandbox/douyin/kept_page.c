/*
 * GET /_sandbox/records: what is kept for a shop's warehouses, distribution and supply, for people
 * and tests: few of these methods tell what they changed. No platform has this page.
 */
#include "sandbox/douyin/kept.h"

static const char *const names[KEPT_KINDS] = {
    [KEPT_CARGO] = "cargo",   [KEPT_STOCK] = "stock",   [KEPT_IN] = "inbound",
    [KEPT_OUT] = "outbound",  [KEPT_ADJUST] = "adjust", [KEPT_WAYBILL] = "waybill",
    [KEPT_CALL] = "rider",    [KEPT_PHONE] = "phone",   [KEPT_QIC] = "qic",
    [KEPT_FILE] = "file",     [KEPT_LOST] = "parcel",   [KEPT_HOUSE] = "warehouse",
    [KEPT_RANK] = "priority", [KEPT_FENCE] = "fence",   [KEPT_STORE] = "store",
    [KEPT_GOODS] = "product", [KEPT_RETURN] = "return", [KEPT_DISTR] = "distribution",
};

/* Kinds that stand inside others. */
static const char *const inner[KEPT_KINDS] = {
    [KEPT_LOG] = "log",     [KEPT_LINE] = "line",   [KEPT_EVENT] = "event",
    [KEPT_EXTRA] = "extra", [KEPT_AREA] = "area",   [KEPT_BOUND] = "fence",
    [KEPT_SKU] = "sku",     [KEPT_SHARE] = "share", [KEPT_PACK] = "parcel",
};

enum { DEEPEST = 4 };

static void write_one(const record *it, const char *name, unsigned depth, base_buf *out) {
    bool first = true;
    base_buf_printf(out, "{\"kind\":\"%s\",\"key\":", name);
    codec_json_quote(out, base_str_of(it->key));
    base_buf_add_text(out, ",\"tag\":");
    codec_json_quote(out, base_str_of(it->tag));
    base_buf_printf(out, ",\"state\":%u,\"numbers\":[%lld,%lld,%lld],\"created\":%lld,",
                    (unsigned)it->state, (long long)it->num[0], (long long)it->num[1],
                    (long long)it->num[2], (long long)it->created);
    base_buf_printf(out, "\"modified\":%lld,\"holds\":[", (long long)it->modified);
    for (const record *held = it->first; held != NULL && depth < DEEPEST; held = held->next) {
        const char *held_name = held->kind < KEPT_KINDS ? inner[held->kind] : NULL;
        if (held_name != NULL) {
            base_buf_add_text(out, first ? "" : ",");
            write_one(held, held_name, depth + 1, out);
            first = false;
        }
    }
    base_buf_add_text(out, "]}");
}

bool kept_records_page(face_call *call, uint32_t shop, base_str kind) {
    base_buf *out = &call->response->body;
    bool first = true;
    bool known = kind.len == 0;
    base_buf_add_text(out, "{\"records\":[");
    for (unsigned i = 0; i < KEPT_KINDS; i++) {
        if (names[i] == NULL || (kind.len > 0 && !base_str_is(kind, names[i]))) {
            continue;
        }
        known = true;
        for (const record *it = records_first(world_records(call->sb->world), shop, i); it != NULL;
             it = records_next(it)) {
            base_buf_add_text(out, first ? "" : ",");
            write_one(it, names[i], 1, out);
            first = false;
        }
    }
    base_buf_add_text(out, "]}");
    return known;
}
