/*
 * Electronic fences of regional warehouses, and the stores that a warehouse serves: a fence is made
 * with its shape, bound to warehouses (directly, or through a store's warehouse), deleted with its
 * bonds.
 */
#include <string.h>

#include "sandbox/douyin/kept.h"

enum { MOST_STORES = 200 };

/* ---- fences ---- */

static bool has_shape(yyjson_val *info) {
    static const char *const shapes[] = { "circular", "polygon", "polygons", "polygon_new",
                                          "multi_polygons" };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (yyjson_is_ctn(yyjson_obj_get(info, shapes[i]))) {
            return true;
        }
    }
    return false;
}

/* createFence and setFence. */
static bool run_shape(kept *k) {
    yyjson_val *info = kept_object(k, k->call->params, "fence_info");
    base_str out_id = kept_text_of(k, info, "out_fence_id");
    bool is_new = strcmp(k->row->method, "warehouse.createFence") == 0;
    record *fence = kept_get(k, KEPT_FENCE, out_id);
    if (is_new && fence != NULL) {
        return kept_refuse(k, k->row->repeat, "%.*s is there already", (int)out_id.len, out_id.ptr);
    }
    if (!is_new && fence == NULL) {
        return kept_refuse(k, k->row->missing, "no fence has this out_fence_id");
    }
    if (!has_shape(info)) {
        return kept_refuse(k, k->row->state, "fence_info tells no circle and no polygon");
    }
    if (is_new) {
        fence = kept_add(k, KEPT_FENCE, out_id, NULL);
        if (fence == NULL) {
            return false;
        }
        (void)base_str_to_i64(kept_number(k, "", "fence", out_id, 16), &fence->num[KEPT_ID]);
    }
    kept_put_i64(k, k->out, "fence_id", fence->num[KEPT_ID]);
    return kept_params(k, fence);
}

static record *fence_by_id(kept *k, int64_t id) {
    record *fence = records_first(k->all, k->call->shop, KEPT_FENCE);
    while (fence != NULL && fence->num[KEPT_ID] != id) {
        fence = records_next(fence);
    }
    return fence;
}

static base_str bond_key(kept *k, const record *house, base_str fence) {
    return kept_pair(k, base_str_of(house->key), fence);
}

static bool run_delete(kept *k) {
    record *fence = dyface_has(k->call, "out_fence_id")
                        ? kept_get(k, KEPT_FENCE, kept_text(k, "out_fence_id"))
                        : fence_by_id(k, dyface_i64(k->call, "fence_id", -1));
    if (fence == NULL) {
        return kept_refuse(k, k->row->missing, "no such fence");
    }
    for (record *house = records_first(k->all, k->call->shop, KEPT_HOUSE); house != NULL;
         house = records_next(house)) {
        record *bond = kept_get(k, KEPT_BOUND, bond_key(k, house, base_str_of(fence->key)));
        if (bond != NULL) {
            records_remove(k->all, bond);
        }
    }
    records_remove(k->all, fence);
    return true;
}

static base_str item_text(kept *k, yyjson_val *item) {
    base_str text = { "", 0 };
    (void)codec_json_text(item, k->call->face->arena, &text);
    return text;
}

static void write_fence(kept *k, yyjson_mut_val *list, const record *fence) {
    static const char *const shapes[] = { "circular", "polygon", "polygon_new", "multi_polygons" };
    yyjson_val *info = kept_object(k, kept_document(k, fence), "fence_info");
    yyjson_mut_val *row = kept_push(k, list, fence->key);
    kept_put_text(k, row, "out_fence_id", base_str_of(fence->key));
    kept_put_i64(k, row, "fence_id", fence->num[KEPT_ID]);
    kept_put_i64(k, row, "shape", kept_i64_of(info, "shape", 0));
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        yyjson_val *shape = yyjson_obj_get(info, shapes[i]);
        if (shape != NULL) {
            kept_put_copy(k, row, shapes[i], shape);
        } else {
            (void)yyjson_mut_obj_add_null(k->doc, row, shapes[i]);
        }
    }
}

/* Those named, or all; one that does not exist is left out. */
static bool run_get(kept *k) {
    yyjson_val *wanted = kept_list(k, k->call->params, "out_fence_id_list");
    yyjson_mut_val *list = kept_put_list(k, k->out, "fences");
    size_t i;
    size_t max;
    yyjson_val *one;
    yyjson_arr_foreach(wanted, i, max, one) {
        const record *fence = kept_get(k, KEPT_FENCE, item_text(k, one));
        if (fence != NULL) {
            write_fence(k, list, fence);
        }
    }
    const record *fence =
        yyjson_arr_size(wanted) == 0 ? records_first(k->all, k->call->shop, KEPT_FENCE) : NULL;
    for (; fence != NULL; fence = records_next(fence)) {
        write_fence(k, list, fence);
    }
    return true;
}

/* ---- bonds ---- */

/* All fences of the row's list, bound or unbound; checked before anything changes. */
static bool bonds(kept *k, record *house, bool bind) {
    yyjson_val *list = kept_list(k, k->call->params, k->row->lines);
    size_t i;
    size_t max;
    yyjson_val *one;
    yyjson_arr_foreach(list, i, max, one) {
        base_str out_id = item_text(k, one);
        bool there = bind ? kept_get(k, KEPT_FENCE, out_id) != NULL
                          : kept_get(k, KEPT_BOUND, bond_key(k, house, out_id)) != NULL;
        if (!there) {
            return kept_refuse(k, k->row->state, bind ? "no fence %.*s" : "%.*s is not bound",
                               (int)out_id.len, out_id.ptr);
        }
    }
    yyjson_arr_foreach(list, i, max, one) {
        base_str out_id = item_text(k, one);
        record *bond = kept_get(k, KEPT_BOUND, bond_key(k, house, out_id));
        if (!bind && bond != NULL) {
            records_remove(k->all, bond);
        } else if (bind && bond == NULL) {
            bond = kept_add(k, KEPT_BOUND, bond_key(k, house, out_id), house);
            if (bond == NULL || !kept_tag(k, bond, out_id)) {
                return false;
            }
        }
    }
    house->modified = k->call->now;
    return true;
}

/* The warehouse named, or that of the store named; NULL with the refusal set. */
static record *house_named(kept *k) {
    base_str out_id = kept_text(k, "out_warehouse_id");
    if (out_id.len == 0) {
        const record *store = kept_get(k, KEPT_STORE, kept_text(k, "store_id"));
        out_id = base_str_of(store != NULL ? store->tag : "");
    }
    record *house = kept_house(k, out_id);
    if (house == NULL) {
        (void)kept_refuse(k, k->row->missing, "no such warehouse, or the store has none");
    }
    return house;
}

static bool run_bind(kept *k) {
    record *house = house_named(k);
    return house != NULL && bonds(k, house, true);
}

static bool run_unbind(kept *k) {
    record *house = house_named(k);
    return house != NULL && bonds(k, house, false);
}

/* ---- stores ---- */

static bool run_bind_store(kept *k) {
    yyjson_val *list = kept_list(k, k->call->params, "store_ids");
    record *house = house_named(k);
    size_t i;
    size_t max;
    yyjson_val *one;
    if (house == NULL) {
        return false;
    }
    yyjson_arr_foreach(list, i, max, one) {
        const record *store = kept_get(k, KEPT_STORE, item_text(k, one));
        if (store != NULL && strcmp(store->tag, house->key) != 0) {
            return kept_refuse(k, k->row->repeat, "store %s is %s's", store->key, store->tag);
        }
    }
    yyjson_arr_foreach(list, i, max, one) {
        record *store = kept_get(k, KEPT_STORE, item_text(k, one));
        if (store == NULL && (store = kept_add(k, KEPT_STORE, item_text(k, one), NULL)) == NULL) {
            return false;
        }
        if (!kept_tag(k, store, base_str_of(house->key))) {
            return false;
        }
    }
    return true;
}

static void write_house(kept *k, yyjson_mut_val *into, const record *house) {
    static const char *const names[][2] = { { "address_id1", "addressId1" },
                                            { "address_id2", "addressId2" },
                                            { "address_id3", "addressId3" },
                                            { "address_id4", "addressId4" } };
    yyjson_val *told = kept_document(k, house);
    yyjson_val *place = kept_object(k, told, "warehouse_location");
    kept_put_i64(k, into, "warehouseId", house->num[KEPT_ID]);
    kept_put_text(k, into, "outWarehouseId", base_str_of(house->key));
    kept_put_text(k, into, "name", kept_text_of(k, told, "name"));
    kept_put_text(k, into, "introduction", kept_text_of(k, told, "intro"));
    kept_put_text(k, into, "addressDetail", kept_text_of(k, told, "address_detail"));
    kept_put_i64(k, into, "createTime", house->created);
    kept_put_i64(k, into, "updateTime", house->modified);
    kept_put_i64(k, into, "shopId", kept_shop(k)->shop_id);
    yyjson_mut_val *location = kept_put_object(k, into, "warehouseLocation");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        kept_put_i64(k, location, names[i][1], kept_i64_of(place, names[i][0], 0));
    }
    yyjson_mut_val *fences = kept_put_list(k, into, "OutFenceIds");
    for (const record *bond = records_first_of(house, KEPT_BOUND); bond != NULL;
         bond = records_next(bond)) {
        kept_push_text(k, fences, base_str_of(bond->tag));
    }
}

/* Stores without a warehouse are left out. */
static bool run_by_store(kept *k) {
    yyjson_val *list = kept_list(k, k->call->params, "store_ids");
    yyjson_mut_val *map = kept_put_object(k, k->out, "warehouse_info_map");
    size_t i;
    size_t max;
    yyjson_val *one;
    if (yyjson_arr_size(list) > MOST_STORES) {
        return kept_refuse(k, k->row->state, "at most 200 stores");
    }
    yyjson_arr_foreach(list, i, max, one) {
        base_str id = item_text(k, one);
        const record *store = kept_get(k, KEPT_STORE, id);
        const record *house = store != NULL ? kept_house(k, base_str_of(store->tag)) : NULL;
        const char *name = base_arena_dup(k->call->face->arena, id);
        if (house != NULL && name != NULL && yyjson_mut_obj_get(map, name) == NULL) {
            yyjson_mut_val *into = kept_put_object(k, map, name);
            kept_put_text(k, into, "#", base_str_of(house->key));
            write_house(k, into, house);
        }
    }
    return true;
}

static const kept_row rows[] = {
    { "warehouse.createFence", run_shape, .key = "fence_info", .repeat = "50002:1006",
      .state = "40002:2" },
    { "warehouse.setFence", run_shape, .key = "fence_info", .missing = "40004:2",
      .state = "40004:2" },
    { "warehouse.delFence", run_delete, .missing = "40004:2" },
    { "warehouse.getFences", run_get, .key = NULL },
    { "warehouse.bindFences", run_bind, .lines = "out_fence_ids", .missing = "40004:2",
      .state = "40004:2" },
    { "warehouse.unbindFences", run_unbind, .lines = "out_fence_ids", .missing = "50002:20002",
      .state = "40004:2" },
    { "warehouse.bindFencesByStore", run_bind, .lines = "add_out_fence_ids", .missing = "40004:2",
      .state = "40004:2" },
    { "warehouse.unbindFencesByStore", run_unbind, .lines = "remove_out_fence_ids",
      .missing = "40004:2", .state = "40004:2" },
    { "warehouse.bindStore", run_bind_store, .missing = "40004:2", .repeat = "50002:500" },
    { "warehouse.getWarehouseByStore", run_by_store, .state = "50002:2" },
};

const kept_row *kept_fence_rows(size_t *out_count) {
    *out_count = sizeof rows / sizeof rows[0];
    return rows;
}
