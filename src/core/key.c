/*
 * Keys of writes that are idempotent by one (the catalogue's "key"): filled in where a call gives
 * none, and told. The parameters of a call stand still from then on, so every attempt carries the
 * same key. Where each object of a list has its own, the path leads through the list.
 */
#include <stdio.h>
#include <string.h>

#include "core/core_private.h"

static bool is_empty(yyjson_val *value) {
    return !value || yyjson_is_null(value) || (yyjson_is_str(value) && yyjson_get_len(value) == 0);
}

/* What the walk over all places of a key has found. */
typedef struct places {
    size_t given, missing;
    base_buf *out;     /* NULL: only counted */
    base_arena *arena; /* of texts in out */
} places;

static void look(yyjson_val *value, const char *path, places *found) {
    size_t len = strcspn(path, ".");
    size_t i;
    size_t max;
    yyjson_val *item;
    if (yyjson_is_arr(value)) {
        yyjson_arr_foreach(value, i, max, item) {
            look(item, path, found);
        }
        return;
    }
    if (!yyjson_is_obj(value)) {
        return;
    }
    yyjson_val *member = yyjson_obj_getn(value, path, len);
    if (path[len]) {
        look(member, path + len + 1, found);
        return;
    }
    base_str text;
    if (is_empty(member)) {
        found->missing++;
        return;
    }
    found->given++;
    if (found->out && codec_json_text(member, found->arena, &text)) {
        base_buf_add_text(found->out, found->out->len > 0 ? "," : "");
        base_buf_add(found->out, text.ptr, text.len);
    }
}

static const char *path_of(const cat_method *method) {
    bool keyed = method && method->kind == CAT_WRITE_KEYED && method->key_param != 0;
    return keyed ? cat_str(method->key_param) : NULL;
}

bool key_lacks(const cat_method *method, yyjson_val *params) {
    places found = { .out = NULL };
    const char *path = path_of(method);
    if (!path) {
        return false;
    }
    if (!params) {
        return strchr(path, '.') == NULL;
    }
    look(params, path, &found);
    return found.missing > 0;
}

bool key_carried(const cat_method *method, yyjson_val *params) {
    places found = { .out = NULL };
    const char *path = path_of(method);
    if (path && params) {
        look(params, path, &found);
    }
    return found.given > 0 && found.missing == 0;
}

void key_write(const cat_method *method, yyjson_val *params, base_buf *out) {
    base_arena *arena = base_arena_new(LIMIT_REQUEST_BYTES);
    places found = { .out = out, .arena = arena };
    const char *path = path_of(method);
    if (path && params && arena) {
        look(params, path, &found);
    }
    base_arena_free(arena);
}

/* ---- filling in ---- */

typedef struct filler {
    const qd_app *app;
    yyjson_mut_doc *doc;
    const char *from; /* sibling whose value becomes the key; "" = none */
    bool number;      /* the parameter is an integer */
    uint64_t made;    /* keys of one call differ even where randomness stands still */
} filler;

static yyjson_mut_val *make(filler *f, yyjson_mut_val *object) {
    yyjson_mut_val *from = *f->from ? yyjson_mut_obj_get(object, f->from) : NULL;
    if (from && !yyjson_mut_is_null(from) && !yyjson_mut_is_ctn(from)) {
        return yyjson_mut_val_mut_copy(f->doc, from);
    }
    uint64_t high = app_random(f->app);
    uint64_t low = app_random(f->app) + f->made++;
    if (f->number) {
        return yyjson_mut_sint(f->doc, (int64_t)(low >> 2));
    }
    char text[40];
    snprintf(text, sizeof text, "%016llx%016llx", (unsigned long long)high,
             (unsigned long long)low);
    return yyjson_mut_strcpy(f->doc, text);
}

static bool fill(filler *f, yyjson_mut_val *value, const char *path) {
    size_t len = strcspn(path, ".");
    size_t i;
    size_t max;
    yyjson_mut_val *item;
    bool fine = true;
    if (yyjson_mut_is_arr(value)) {
        yyjson_mut_arr_foreach(value, i, max, item) {
            fine = fine && fill(f, item, path);
        }
        return fine;
    }
    if (!yyjson_mut_is_obj(value)) {
        return true;
    }
    yyjson_mut_val *member = yyjson_mut_obj_getn(value, path, len);
    if (path[len]) {
        return fill(f, member, path + len + 1);
    }
    bool empty = !member || yyjson_mut_is_null(member) ||
                 (yyjson_mut_is_str(member) && yyjson_mut_get_len(member) == 0);
    if (!empty) {
        return true;
    }
    yyjson_mut_obj_remove_keyn(value, path, len);
    return yyjson_mut_obj_add(value, yyjson_mut_strncpy(f->doc, path, len), make(f, value));
}

bool key_fill(const cat_method *method, const qd_app *app, yyjson_mut_doc *doc,
              yyjson_mut_val *root) {
    const char *path = path_of(method);
    const cat_outcome *outcome = cat_outcome_of(method);
    const cat_param *param = cat_param_find(method, base_str_of(path));
    filler f = { .app = app,
                 .doc = doc,
                 .from = outcome ? cat_str(outcome->key_from) : "",
                 .number = param && param->type == CAT_INT };
    return fill(&f, root, path);
}
