/*
 * Regional warehouses of a shop (warehouse.*, and supplyChain.warehouse.* on the same ones): made,
 * edited, listed, the addresses they serve, which comes first at an address. Facts: pages from 0 to
 * 100, a size above 100 is 100; priorities 0 (first) to 5 (vendor's comments and docs 34/691 to
 * 34/699).
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/douyin/kept.h"

enum { LAST_PAGE = 100, PAGE_ROWS = 100, MOST_BATCH = 100, LAST_PRIORITY = 5, LEVELS = 4 };

/* ---- making and changing ---- */

record *kept_house(kept *k, base_str out_id) {
    return kept_get(k, KEPT_HOUSE, out_id);
}

static record *house_or_refuse(kept *k) {
    record *house = kept_house(k, kept_text(k, "out_warehouse_id"));
    if (house == NULL) {
        (void)kept_refuse(k, k->row->missing, "no warehouse has this out_warehouse_id");
    }
    return house;
}

/* What is told of a warehouse goes into its document; what is not stays. */
static bool fill(kept *k, record *house, yyjson_val *from) {
    static const char *const texts[] = { "name", "intro", "address_detail" };
    static const char *const levels[] = { "address_id1", "address_id2", "address_id3",
                                          "address_id4" };
    yyjson_val *old = kept_document(k, house);
    yyjson_val *inner = kept_object(k, from, "warehouse");
    yyjson_val *place = kept_object(k, inner != NULL ? inner : from, "warehouse_location");
    yyjson_mut_val *made = yyjson_mut_obj(k->doc);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        base_str text = kept_text_of(k, from, texts[i]);
        text = text.len > 0 ? text : kept_text_of(k, inner, texts[i]);
        kept_put_text(k, made, texts[i], text.len > 0 ? text : kept_text_of(k, old, texts[i]));
    }
    yyjson_mut_val *location = kept_put_object(k, made, "warehouse_location");
    for (size_t i = 0; i < LEVELS; i++) {
        int64_t was = kept_i64_of(kept_object(k, old, "warehouse_location"), levels[i], 0);
        int64_t id = kept_i64_of(place != NULL ? place : from, levels[i], was);
        kept_put_i64(k, location, levels[i], id);
    }
    return kept_keep(k, house, made);
}

static bool add_house(kept *k, yyjson_val *from, record **out_house) {
    base_str out_id = kept_text_of(k, from, "out_warehouse_id");
    if (kept_house(k, out_id) != NULL) {
        return kept_refuse(k, k->row->repeat, "%.*s is there already", (int)out_id.len, out_id.ptr);
    }
    record *house = kept_add(k, KEPT_HOUSE, out_id, NULL);
    if (house == NULL) {
        return false;
    }
    (void)base_str_to_i64(kept_number(k, "", "house", out_id, 16), &house->num[KEPT_ID]);
    *out_house = house;
    return fill(k, house, from);
}

static bool run_create(kept *k) {
    record *house = NULL;
    if (!add_house(k, k->call->params, &house)) {
        return false;
    }
    if (strcmp(k->row->method, "warehouse.create") == 0) {
        k->out = yyjson_mut_sint(k->doc, house->num[KEPT_ID]);
    } else {
        kept_put_i64(k, k->out, "warehouse_id", house->num[KEPT_ID]);
    }
    return true;
}

/* All or none: a code that is there, or stands twice, refuses the batch. */
static bool run_create_batch(kept *k) {
    yyjson_val *list = kept_list(k, k->call->params, k->row->lines);
    size_t count = yyjson_arr_size(list);
    if (count == 0 || count > MOST_BATCH) {
        return dyface_invalid(k->call, 1, k->row->lines, "holds 1 to 100 warehouses");
    }
    record *made[MOST_BATCH];
    for (size_t i = 0; i < count; i++) {
        made[i] = NULL;
        if (add_house(k, yyjson_arr_get(list, i), &made[i])) {
            char *name = base_arena_dup(k->call->face->arena, base_str_of(made[i]->key));
            kept_put_i64(k, k->out, name != NULL ? name : "", made[i]->num[KEPT_ID]);
            continue;
        }
        for (size_t n = 0; n <= i; n++) {
            if (made[n] != NULL) {
                records_remove(k->all, made[n]);
            }
        }
        return false;
    }
    return true;
}

static bool run_edit(kept *k) {
    record *house = house_or_refuse(k);
    if (house == NULL || !fill(k, house, k->call->params)) {
        return false;
    }
    k->out = yyjson_mut_bool(k->doc, true);
    return true;
}

/* ---- addresses ---- */

static const char *const addr_ids[LEVELS] = { "addr_id1", "addr_id2", "addr_id3", "addr_id4" };

/* A level stands below all the levels above it. */
static bool read_addr(kept *k, yyjson_val *addr, int64_t ids[LEVELS]) {
    bool fine = true;
    for (size_t i = 0; i < LEVELS; i++) {
        ids[i] = kept_i64_of(addr, addr_ids[i], 0);
        fine = fine && ids[i] >= 0 && (i == 0 ? ids[0] > 0 : ids[i] == 0 || ids[i - 1] > 0);
    }
    return fine || kept_refuse(k, k->row->state, "%lld-%lld-%lld-%lld", (long long)ids[0],
                               (long long)ids[1], (long long)ids[2], (long long)ids[3]);
}

static base_str addr_text(kept *k, const int64_t ids[LEVELS]) {
    return base_str_of(base_arena_printf(k->call->face->arena, "%lld-%lld-%lld-%lld",
                                         (long long)ids[0], (long long)ids[1], (long long)ids[2],
                                         (long long)ids[3]));
}

static record *area_of(kept *k, const record *house, const int64_t ids[LEVELS]) {
    return kept_get(k, KEPT_AREA, kept_pair(k, base_str_of(house->key), addr_text(k, ids)));
}

/* Serving an address that is served is no mistake. */
static bool serve(kept *k, record *house, yyjson_val *addr) {
    int64_t ids[LEVELS];
    if (!read_addr(k, addr, ids)) {
        return false;
    }
    if (area_of(k, house, ids) != NULL) {
        return true;
    }
    record *area =
        kept_add(k, KEPT_AREA, kept_pair(k, base_str_of(house->key), addr_text(k, ids)), house);
    if (area == NULL) {
        return false;
    }
    memcpy(area->num, ids, sizeof area->num);
    house->modified = k->call->now;
    return true;
}

static bool run_set_addr(kept *k) {
    record *house = house_or_refuse(k);
    return house != NULL && serve(k, house, kept_object(k, k->call->params, "addr"));
}

/* Also supplyChain.warehouse.editAddr, which tells the whole list. */
static bool run_set_addrs(kept *k) {
    record *house = house_or_refuse(k);
    yyjson_val *list = kept_list(k, k->call->params, k->row->lines);
    int64_t ids[LEVELS];
    size_t i;
    size_t max;
    yyjson_val *addr;
    if (house == NULL) {
        return false;
    }
    yyjson_arr_foreach(list, i, max, addr) {
        if (!read_addr(k, addr, ids)) {
            return false;
        }
    }
    bool whole = strcmp(k->row->method, "supplyChain.warehouse.editAddr") == 0;
    record *area;
    while (whole && (area = records_first_of(house, KEPT_AREA)) != NULL) {
        records_remove(k->all, area);
    }
    yyjson_arr_foreach(list, i, max, addr) {
        if (!serve(k, house, addr)) {
            return false;
        }
    }
    return true;
}

static bool run_remove_addr(kept *k) {
    int64_t ids[LEVELS];
    record *house = house_or_refuse(k);
    if (house == NULL || !read_addr(k, kept_object(k, k->call->params, "addr"), ids)) {
        return false;
    }
    record *area = area_of(k, house, ids);
    if (area == NULL) {
        return kept_refuse(k, k->row->state, "the warehouse does not serve this address");
    }
    records_remove(k->all, area);
    house->modified = k->call->now;
    return true;
}

static bool run_priority(kept *k) {
    int64_t ids[LEVELS];
    yyjson_val *ranks = kept_object(k, k->call->params, "priorities");
    yyjson_val *name;
    size_t i;
    size_t max;
    yyjson_val *value;
    if (!read_addr(k, kept_object(k, k->call->params, "addr"), ids)) {
        return false;
    }
    yyjson_obj_foreach(ranks, i, max, name, value) {
        int64_t rank = -1;
        base_str out_id = { yyjson_get_str(name), yyjson_get_len(name) };
        if (kept_house(k, out_id) == NULL) {
            return kept_refuse(k, k->row->missing, "no warehouse %.*s", (int)out_id.len,
                               out_id.ptr);
        }
        if (!codec_json_i64(value, &rank) || rank < 0 || rank > LAST_PRIORITY) {
            return dyface_invalid(k->call, 2, "priorities", "are 0 to 5");
        }
    }
    record *kept_rank = kept_get(k, KEPT_RANK, addr_text(k, ids));
    if (kept_rank == NULL &&
        (kept_rank = kept_add(k, KEPT_RANK, addr_text(k, ids), NULL)) == NULL) {
        return false;
    }
    return kept_params(k, kept_rank);
}

/* ---- reading ---- */

static void write_areas(kept *k, yyjson_mut_val *into, const record *house) {
    yyjson_mut_val *list = kept_put_list(k, into, "addr");
    for (const record *area = records_first_of(house, KEPT_AREA); area != NULL;
         area = records_next(area)) {
        yyjson_mut_val *addr = kept_push(k, list, area->key);
        for (size_t i = 0; i < LEVELS; i++) {
            kept_put_i64(k, addr, addr_ids[i], area->num[i]);
        }
        kept_put_i64(k, addr, "create_time", area->created);
        kept_put_i64(k, addr, "update_time", area->modified);
    }
}

static void write_fences(kept *k, yyjson_mut_val *into, const char *name, const record *house) {
    yyjson_mut_val *list = kept_put_list(k, into, name);
    for (const record *bound = records_first_of(house, KEPT_BOUND); bound != NULL;
         bound = records_next(bound)) {
        kept_push_text(k, list, base_str_of(bound->tag));
    }
}

static void write_house(kept *k, yyjson_mut_val *into, const record *house) {
    yyjson_val *told = kept_document(k, house);
    kept_put_i64(k, into, "warehouse_id", house->num[KEPT_ID]);
    kept_put_text(k, into, "out_warehouse_id", base_str_of(house->key));
    kept_put_text(k, into, "name", kept_text_of(k, told, "name"));
    kept_put_text(k, into, "intro", kept_text_of(k, told, "intro"));
    kept_put_text(k, into, "address_detail", kept_text_of(k, told, "address_detail"));
    kept_put_copy(k, into, "warehouse_location", yyjson_obj_get(told, "warehouse_location"));
    kept_put_i64(k, into, "create_time", house->created);
    kept_put_i64(k, into, "update_time", house->modified);
    kept_put_i64(k, into, "shop_id", kept_shop(k)->shop_id);
    write_areas(k, into, house);
    write_fences(k, into, "out_fence_ids", house);
}

static bool run_info(kept *k) {
    const record *house = house_or_refuse(k);
    if (house == NULL) {
        return false;
    }
    kept_put_text(k, k->out, "#", base_str_of(house->key));
    write_house(k, k->out, house);
    return true;
}

static bool is_in(kept *k, yyjson_val *list, const char *text) {
    size_t i;
    size_t max;
    yyjson_val *one;
    yyjson_arr_foreach(list, i, max, one) {
        base_str value = { "", 0 };
        if (codec_json_text(one, k->call->face->arena, &value) && base_str_is(value, text)) {
            return true;
        }
    }
    return yyjson_arr_size(list) == 0;
}

static bool matches(kept *k, const record *house, yyjson_val *out_ids, const int64_t *ids) {
    base_str out_id = kept_text(k, "out_warehouse_id");
    base_str name = kept_text(k, "warehouse_name");
    if ((out_id.len > 0 && !base_str_is(out_id, house->key)) || !is_in(k, out_ids, house->key)) {
        return false;
    }
    if (name.len > 0) {
        /* The document is our own writing: the name stands in it as it was told. */
        base_buf quoted;
        base_buf_init(&quoted, LIMIT_DOCUMENT_BYTES);
        codec_json_quote(&quoted, name);
        const char *begin = strstr(house->document, "\"name\":\"");
        const char *end = strstr(house->document, "\",\"intro\"");
        base_str inner = { base_buf_text(&quoted) + 1, quoted.len > 2 ? quoted.len - 2 : 0 };
        bool found = begin != NULL && end != NULL &&
                     memmem(begin + 8, (size_t)(end - begin) - 8, inner.ptr, inner.len) != NULL;
        base_buf_clear(&quoted);
        if (!found) {
            return false;
        }
    }
    return ids == NULL || area_of(k, house, ids) != NULL;
}

static int by_created(const void *a, const void *b) {
    const record *x = *(const record *const *)a;
    const record *y = *(const record *const *)b;
    return (x->serial > y->serial) - (x->serial < y->serial);
}

static int by_modified(const void *a, const void *b) {
    const record *x = *(const record *const *)a;
    const record *y = *(const record *const *)b;
    return x->modified != y->modified ? (x->modified > y->modified ? 1 : -1) : by_created(a, b);
}

static bool read_order(kept *k, bool *out_modified, bool *out_down) {
    base_str by = kept_text(k, "order_by");
    base_str rank = kept_text(k, "rank");
    *out_modified = base_str_is(by, "update_time");
    *out_down = base_str_is(rank, "desc");
    bool fine = (by.len == 0 || *out_modified || base_str_is(by, "create_time")) &&
                (rank.len == 0 || *out_down || base_str_is(rank, "asc"));
    return fine || kept_refuse(k, k->row->state,
                               "order_by is create_time or update_time, rank asc or desc");
}

/* Pages of warehouses into `list`; the total of all pages. */
static bool list_houses(kept *k, yyjson_mut_val *list, int first, int64_t *out_total) {
    int64_t page = dyface_i64(k->call, "page", first) - first;
    int64_t size = dyface_i64(k->call, "size", PAGE_ROWS);
    bool modified;
    bool down;
    int64_t ids[LEVELS];
    yyjson_val *addr = kept_object(k, k->call->params, "addr");
    yyjson_val *out_ids = kept_list(k, k->call->params, "out_warehouse_ids");
    if (page < 0 || page > LAST_PAGE || size < 1) {
        return kept_refuse(k, k->row->state, "page begins with %d and ends with %d", first,
                           first + LAST_PAGE);
    }
    if (!read_order(k, &modified, &down) || (addr != NULL && !read_addr(k, addr, ids))) {
        return false;
    }
    size = size > PAGE_ROWS ? PAGE_ROWS : size;
    size_t count = 0;
    const record **found = malloc((records_count(k->all) + 1) * sizeof *found);
    if (found == NULL) {
        return kept_full(k);
    }
    for (const record *it = records_first(k->all, k->call->shop, KEPT_HOUSE); it != NULL;
         it = records_next(it)) {
        if (matches(k, it, out_ids, addr != NULL ? ids : NULL)) {
            found[count++] = it;
        }
    }
    qsort(found, count, sizeof *found, modified ? by_modified : by_created);
    for (int64_t i = page * size; i < (page + 1) * size && i < (int64_t)count; i++) {
        size_t at = down ? count - 1 - (size_t)i : (size_t)i;
        write_house(k, kept_push(k, list, found[at]->key), found[at]);
    }
    free(found);
    *out_total = (int64_t)count;
    return true;
}

static bool run_list(kept *k) {
    int64_t total = 0;
    bool ours = strcmp(k->row->method, "warehouse.list") == 0;
    yyjson_mut_val *list = kept_put_list(k, k->out, ours ? "warehouses" : "warehouse_list");
    bool ok = list_houses(k, list, ours ? 0 : 1, &total);
    kept_put_i64(k, k->out, "total", total);
    return ok;
}

static const kept_row rows[] = {
    { "warehouse.create", run_create, .key = "out_warehouse_id", .repeat = "50002:2" },
    { "warehouse.createV2", run_create, .key = "out_warehouse_id", .repeat = "50002:2" },
    { "warehouse.createBatch", run_create_batch, .key = "out_warehouse_id",
      .lines = "out_warehouse_list", .repeat = "50002:2" },
    { "warehouse.edit", run_edit, .key = "out_warehouse_id", .missing = "50002:20002" },
    { "warehouse.info", run_info, .key = "out_warehouse_id", .missing = "50002:20002" },
    { "warehouse.list", run_list, .state = "50002:2" },
    { "warehouse.setAddr", run_set_addr, .missing = "50002:20002", .state = "50002:2" },
    { "warehouse.setAddrBatch", run_set_addrs, .lines = "addr_list", .missing = "50002:20002",
      .state = "50002:2" },
    { "warehouse.removeAddr", run_remove_addr, .missing = "50002:20002", .state = "40004:2" },
    { "warehouse.setPriority", run_priority, .missing = "50002:20002", .state = "50002:2" },
    { "supplyChain.warehouse.create", run_create, .key = "out_warehouse_id", .repeat = "50002:2" },
    { "supplyChain.warehouse.editAddr", run_set_addrs, .lines = "warehouse_addr_list",
      .missing = "50002:20002", .state = "50002:2" },
    { "supplyChain.warehouse.list", run_list, .state = "50002:2" },
};

const kept_row *kept_warehouse_rows(size_t *out_count) {
    *out_count = sizeof rows / sizeof rows[0];
    return rows;
}
