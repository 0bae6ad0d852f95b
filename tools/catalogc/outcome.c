/*
 * "outcome" of a method: which codes and item lists inside its answer tell that something failed,
 * and which sub codes tell that the key of a write was used before.
 */
#include <string.h>

#include "catalog.h"

static const char *const MEMBERS[] = { "code", "message",  "ok",       "items", "failed", "done",
                                       "item", "repeated", "key_from", "note",  NULL };
static const char *const ITEM_MEMBERS[] = { "id", "code", "message", "ok", NULL };
static const char FINE[] = "0"; /* what `ok` is when it is not given */

static uint32_t text_of(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                        const char *member, const char *fallback) {
    return catc_pool_add(&catalog->texts, catc_text(place, object, member, fallback));
}

static void load_item(catc_catalog *catalog, const catc_place *place, yyjson_val *object,
                      catc_outcome *row) {
    yyjson_val *item = catc_object(place, object, "item");
    catc_place at = catc_member(place, "item");
    if (item && !row->items && !row->failed) {
        catc_bad(&at, "belongs to \"items\" or \"failed\"");
    }
    catc_known(&at, item, ITEM_MEMBERS);
    row->item_id = text_of(catalog, &at, item, "id", "");
    row->item_code = text_of(catalog, &at, item, "code", "");
    row->item_message = text_of(catalog, &at, item, "message", "");
    row->item_ok = text_of(catalog, &at, item, "ok", row->item_code ? FINE : "");
    if (row->items && !row->item_code) {
        catc_bad(&at, "\"items\" needs the code of an item: else every one would have failed");
    }
}

void catc_outcome_load(catc_catalog *catalog, const catc_place *place, yyjson_val *value,
                       catc_method *method) {
    catc_outcome row = { 0 };
    catc_known(place, value, MEMBERS);
    row.code = catc_answer_path(catalog, place, value, "code", method);
    row.message = catc_answer_path(catalog, place, value, "message", method);
    row.items = catc_answer_path(catalog, place, value, "items", method);
    row.failed = catc_answer_path(catalog, place, value, "failed", method);
    row.done = catc_answer_path(catalog, place, value, "done", method);
    row.ok = text_of(catalog, place, value, "ok", row.code ? FINE : "");
    row.repeated = text_of(catalog, place, value, "repeated", "");
    row.key_from = text_of(catalog, place, value, "key_from", "");
    load_item(catalog, place, value, &row);
    if (row.items && row.failed) {
        catc_bad(place, "\"items\" and \"failed\" exclude each other");
    }
    if (row.done && !row.failed) {
        catc_bad(place, "\"done\" stands beside \"failed\"");
    }
    if ((row.repeated || row.key_from) && !method->key) {
        catc_bad(place, "\"repeated\" and \"key_from\" belong to methods of kind keyed");
    }
    method->outcome = catc_set_add(&catalog->outcomes, &row, 1) + 1;
    if (method->outcome > UINT8_MAX) {
        catc_bad(place, "more than 255 different outcomes: widen cat_method.outcome");
    }
}

/* A dotted path of parameters, through lists of objects. */
bool catc_param_path(const catc_catalog *catalog, const catc_method *method, const char *path) {
    uint32_t first = method->param_first, count = method->param_count;
    while (true) {
        size_t len = strcspn(path, ".");
        const catc_param *found = NULL;
        for (uint32_t i = 0; !found && i < count; i++) {
            const catc_param *param = catc_param_at(catalog, first, i);
            const char *name = catc_pool_text(&catalog->texts, param->name);
            found = strlen(name) == len && strncmp(name, path, len) == 0 ? param : NULL;
        }
        if (!found || !path[len]) {
            return found != NULL;
        }
        first = found->field_first;
        count = found->field_count;
        path += len + 1;
    }
}
