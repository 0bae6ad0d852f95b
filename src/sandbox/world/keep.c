/*
 * What writes bring and the world keeps: texts, idempotency keys, growing arrays; and the express
 * companies, which are the same for everybody.
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/world/world_private.h"

bool grow(void **array, size_t *cap, size_t count, size_t element) {
    if (count < *cap) {
        return true;
    }
    size_t wanted = *cap ? *cap * 2 : 16;
    void *bigger = realloc(*array, wanted * element);
    if (!bigger) {
        return false;
    }
    *array = bigger;
    *cap = wanted;
    return true;
}

bool text_fine(base_str text, size_t max) {
    return text.len <= max && base_utf8_valid(text);
}

const char *keep_text(world *w, base_str text) {
    if (text.len > TEXT_BYTES) {
        return NULL;
    }
    return base_arena_dup(w->texts, text);
}

/* Two independent 64-bit hashes of (shop, what, key): a clash is out of question. */
static void key_hash(const world *w, uint32_t shop, const char *what, base_str key,
                     uint64_t out[2]) {
    uint64_t a = base_mix(w->seed, shop);
    uint64_t b = base_mix(~w->seed, shop);
    base_str parts[2] = { base_str_of(what), key };
    for (unsigned p = 0; p < 2; p++) {
        for (size_t i = 0; i < parts[p].len; i++) {
            a = base_mix(a, (unsigned char)parts[p].ptr[i]);
            b = base_mix(b + 1, (unsigned char)parts[p].ptr[i]);
        }
        a = base_mix(a, 256);
        b = base_mix(b, 257);
    }
    out[0] = a | 1; /* never 0: that is an empty row */
    out[1] = b;
}

static key_row *key_row_of(const world *w, const uint64_t hash[2]) {
    size_t at = (size_t)hash[0] & (w->key_cap - 1);
    while (w->keys[at].hash[0] != 0 &&
           (w->keys[at].hash[0] != hash[0] || w->keys[at].hash[1] != hash[1])) {
        at = (at + 1) & (w->key_cap - 1);
    }
    return &w->keys[at];
}

bool key_find(const world *w, uint32_t shop, const char *what, base_str key, int64_t result[2]) {
    if (key.len == 0 || w->key_cap == 0) {
        return false;
    }
    uint64_t hash[2];
    key_hash(w, shop, what, key, hash);
    const key_row *row = key_row_of(w, hash);
    if (row->hash[0] == 0) {
        return false;
    }
    memcpy(result, row->result, sizeof row->result);
    return true;
}

static bool keys_grow(world *w) {
    if (w->key_count * 2 < w->key_cap) {
        return true;
    }
    if (w->key_cap >= MAX_KEYS) {
        return false;
    }
    key_row *old = w->keys;
    size_t old_cap = w->key_cap;
    size_t cap = old_cap ? old_cap * 2 : 64;
    key_row *bigger = calloc(cap, sizeof *bigger);
    if (!bigger) {
        return false;
    }
    w->keys = bigger;
    w->key_cap = cap;
    for (size_t i = 0; i < old_cap; i++) {
        if (old[i].hash[0] != 0) {
            *key_row_of(w, old[i].hash) = old[i];
        }
    }
    free(old);
    return true;
}

bool key_keep(world *w, uint32_t shop, const char *what, base_str key, const int64_t result[2]) {
    if (key.len == 0) {
        return true;
    }
    if (!keys_grow(w)) {
        return false;
    }
    uint64_t hash[2];
    key_hash(w, shop, what, key, hash);
    key_row *row = key_row_of(w, hash);
    w->key_count += row->hash[0] == 0;
    memcpy(row->hash, hash, sizeof row->hash);
    memcpy(row->result, result, sizeof row->result);
    return true;
}

/* ---- express companies ---- */

/* Douyin codes as order.logisticsCompanyList writes them, Taobao codes as
 * taobao.logistics.companies.get does. */
static const world_company companies[] = {
    { 7, "yuantong", "YTO", "圆通快递" },
    { 8, "shentong", "STO", "申通快递" },
    { 9, "yunda", "YUNDA", "韵达快递" },
    { 12, "shunfeng", "SF", "顺丰速运" },
    { 15, "zhongtong", "ZTO", "中通快递" },
    { 17, "jtexpress", "HTKY", "极兔速递" },
    { 19, "youzhengguonei", "POSTB", "邮政快递包裹" },
    { 20, "ems", "EMS", "EMS" },
    { 21, "debangkuaidi", "DBKD", "德邦快递" },
    { 24, "jd", "JD", "京东快递" },
};

const world_company *world_companies(size_t *out_count) {
    *out_count = sizeof companies / sizeof companies[0];
    return companies;
}

const world_company *company_find(const world_pack *pack) {
    for (size_t i = 0; i < sizeof companies / sizeof companies[0]; i++) {
        const world_company *c = &companies[i];
        bool match = pack->company_id != 0 ? c->id == pack->company_id
                     : pack->company_code.len > 0
                         ? base_str_is(pack->company_code, c->douyin_code) ||
                               base_str_is(pack->company_code, c->taobao_code)
                         : base_str_is(pack->company_name, c->name);
        if (match) {
            return c;
        }
    }
    return NULL;
}

/* ---- what a refusal means ---- */

static const struct {
    const char *name;
    const char *meaning;
} deeds[WORLD_DEEDS] = {
    [WORLD_DONE] = { "done", "成功" },
    [WORLD_REPEATED] = { "repeated", "重复请求,返回首次结果" },
    [WORLD_NOT_FOUND] = { "not_found", "对象不存在" },
    [WORLD_WRONG_STATE] = { "wrong_state", "当前状态不允许该操作" },
    [WORLD_BAD_VALUE] = { "bad_value", "参数值不合法" },
    [WORLD_IN_USE] = { "in_use", "对象正在使用中或已存在" },
    [WORLD_NO_COMPANY] = { "no_company", "物流公司不存在" },
    [WORLD_TOO_MANY] = { "too_many", "数量超过上限" },
    [WORLD_NO_MEMORY] = { "no_memory", "系统繁忙,请稍后重试" },
};

const char *world_deed_meaning(world_deed deed) {
    return deed < WORLD_DEEDS ? deeds[deed].meaning : "";
}

const char *world_deed_name(world_deed deed) {
    return deed < WORLD_DEEDS ? deeds[deed].name : "";
}
