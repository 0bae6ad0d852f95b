/*
 * The public ways to make a call: look the method up, check the parameters, start it. Blocking
 * calls are a loop over the asynchronous ones, on a loop from the app's pool.
 */
#include <stdlib.h>
#include <string.h>

#include "core/core_private.h"

static qd_status no_memory(qd_err *err) {
    return base_fail(err, QD_E_NOMEM, "out of memory for parameters");
}

static bool lacks(yyjson_val *params, const char *name) {
    yyjson_val *value = yyjson_obj_get(params, name);
    return !value || yyjson_is_null(value) || (yyjson_is_str(value) && yyjson_get_len(value) == 0);
}

/* Parameters whose value the handles know: the shop's own id, the app's key. */
enum { KNOWN = 2 };

static void known_values(const qd_shop *shop, const char *names[KNOWN], const char *values[KNOWN]) {
    names[0] = shop->app->platform->shop_param;
    values[0] = shop->shop_id;
    names[1] = shop->app->platform->key_param;
    values[1] = shop->app->key;
}

/* The method's parameter of that name, when the call gives it no value. */
static const cat_param *lacks_param(const cat_method *method, yyjson_val *params, const char *name,
                                    const char *value) {
    return name && value && method && lacks(params, name)
               ? cat_param_find(method, base_str_of(name))
               : NULL;
}

static bool lacks_known(const qd_shop *shop, const cat_method *method, yyjson_val *params) {
    const char *names[KNOWN];
    const char *values[KNOWN];
    known_values(shop, names, values);
    return lacks_param(method, params, names[0], values[0]) ||
           lacks_param(method, params, names[1], values[1]);
}

static bool add_known(const qd_shop *shop, const cat_method *method, yyjson_val *params,
                      yyjson_mut_doc *doc, yyjson_mut_val *root) {
    const char *names[KNOWN];
    const char *values[KNOWN];
    bool fine = true;
    known_values(shop, names, values);
    for (size_t i = 0; fine && i < KNOWN; i++) {
        const cat_param *param = lacks_param(method, params, names[i], values[i]);
        int64_t number = 0;
        if (!param) {
            continue;
        }
        bool as_number = param->type == CAT_INT && base_str_to_i64(base_str_of(values[i]), &number);
        yyjson_mut_val *value =
            as_number ? yyjson_mut_sint(doc, number) : yyjson_mut_strcpy(doc, values[i]);
        yyjson_mut_obj_remove_key(root, names[i]);
        fine = yyjson_mut_obj_add(root, yyjson_mut_strcpy(doc, names[i]), value);
    }
    return fine;
}

/* A copy of the parameters (NULL: an empty object) with what the call need not give. */
static qd_status copy_params(const qd_shop *shop, const cat_method *method, yyjson_val *params,
                             yyjson_doc **out_doc, qd_err *err) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *root = NULL;
    if (doc) {
        root = params ? yyjson_val_mut_copy(doc, params) : yyjson_mut_obj(doc);
    }
    bool fine = root && (!key_lacks(method, params) || key_fill(method, shop->app, doc, root)) &&
                add_known(shop, method, params, doc, root);
    *out_doc = NULL;
    if (fine) {
        yyjson_mut_doc_set_root(doc, root);
        *out_doc = yyjson_mut_doc_imut_copy(doc, NULL);
    }
    yyjson_mut_doc_free(doc);
    return *out_doc ? QD_OK : no_memory(err);
}

static bool has_public(const core_platform *platform, const cat_method *method,
                       yyjson_val *params) {
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(params, index, max, key, value) {
        base_str name = { yyjson_get_str(key), yyjson_get_len(key) };
        if (platform->is_public && platform->is_public(method, name)) {
            return true;
        }
    }
    return false;
}

/* The catalogue's rules, which know the method's own parameters only. */
static qd_status validate(const core_platform *platform, const cat_method *method,
                          yyjson_val *params, qd_err *err) {
    if (!has_public(platform, method, params)) {
        return cat_validate(method, params, 0, err);
    }
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *own = doc ? yyjson_mut_obj(doc) : NULL;
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    bool fine = own != NULL;
    yyjson_obj_foreach(params, index, max, key, value) {
        base_str name = { yyjson_get_str(key), yyjson_get_len(key) };
        if (fine && !platform->is_public(method, name)) {
            fine = yyjson_mut_obj_add(own, yyjson_val_mut_copy(doc, key),
                                      yyjson_val_mut_copy(doc, value));
        }
    }
    yyjson_mut_doc_set_root(doc, own);
    yyjson_doc *copy = fine ? yyjson_mut_doc_imut_copy(doc, NULL) : NULL;
    yyjson_mut_doc_free(doc);
    qd_status status =
        copy ? cat_validate(method, yyjson_doc_get_root(copy), 0, err) : no_memory(err);
    yyjson_doc_free(copy);
    return status;
}

static qd_status check_params(const qd_shop *shop, const cat_method *method, yyjson_val *params,
                              const qd_call_options *options, qd_err *err) {
    if (params && !yyjson_is_obj(params)) {
        return base_fail(err, QD_E_INVALID, "the parameters are no JSON object");
    }
    if (!method || (options && (options->flags & QD_CALL_NO_VALIDATE))) {
        return QD_OK;
    }
    const core_platform *platform = shop->app->platform;
    qd_status status = validate(platform, method, params, err);
    return status == QD_OK && platform->check ? platform->check(shop, method, params, err) : status;
}

qd_status core_check_params(const qd_shop *shop, const cat_method *method, yyjson_val *params,
                            qd_err *err) {
    return check_params(shop, method, params, NULL, err);
}

qd_status submit_call(qd_loop *loop, qd_shop *shop, const cat_method *method, yyjson_val *params,
                      const qd_call_options *options, qd_call_done_fn done, void *user,
                      core_call **out_call, qd_err *err) {
    yyjson_doc *doc = NULL;
    qd_status status = copy_params(shop, method, params, &doc, err);
    if (status == QD_OK) {
        status = check_params(shop, method, yyjson_doc_get_root(doc), options, err);
    }
    if (status != QD_OK) {
        yyjson_doc_free(doc);
        return status;
    }
    const call_setup setup = { .shop = shop,
                               .method = method,
                               .name = cat_str(method->name),
                               .params = doc,
                               .options = options,
                               .done = done,
                               .user = user,
                               .key_made = key_lacks(method, params) };
    return call_start(loop, &setup, out_call, err);
}

qd_status core_submit(qd_loop *loop, qd_shop *shop, const cat_method *method, yyjson_val *params,
                      const qd_call_options *options, qd_call_done_fn done, void *user,
                      qd_err *err) {
    return submit_call(loop, shop, method, params, options, done, user, NULL, err);
}

/* The catalogue's method, or none for a raw call. */
static qd_status find_method(const qd_app *app, const char *name, const qd_call_options *options,
                             const cat_method **out_method, qd_err *err) {
    *out_method = cat_find(app->catalog, base_str_of(name));
    if (*out_method || (options && options->raw_path)) {
        return QD_OK;
    }
    if (!name || !*name) {
        return base_fail(err, QD_E_INVALID, "a call needs a method");
    }
    const cat_method *near = cat_nearest(app->catalog, base_str_of(name));
    return base_fail(err, QD_E_NOT_FOUND, "%s has no method \"%s\"%s%s%s", app->platform->name,
                     name, near ? ": did you mean " : "", near ? cat_str(near->name) : "",
                     near ? "?" : "");
}

/* The parsed text is the call's own document unless something has to be added. */
static qd_status read_params(const qd_shop *shop, const cat_method *method, const char *text,
                             yyjson_doc **out_doc, bool *out_key_made, qd_err *err) {
    *out_doc = NULL;
    *out_key_made = false;
    if (!text || !*text) {
        *out_key_made = key_lacks(method, NULL);
        return copy_params(shop, method, NULL, out_doc, err);
    }
    qd_status status = codec_json_read(base_str_of(text), LIMIT_REQUEST_BYTES, out_doc, err);
    if (status != QD_OK) {
        qd_status told = status == QD_E_PROTOCOL ? QD_E_INVALID : status;
        if (err) {
            err->status = told;
        }
        base_err_prefix(err, "parameters");
        return told;
    }
    yyjson_val *root = yyjson_doc_get_root(*out_doc);
    *out_key_made = yyjson_is_obj(root) && key_lacks(method, root);
    if (yyjson_is_obj(root) && (*out_key_made || lacks_known(shop, method, root))) {
        yyjson_doc *read = *out_doc;
        status = copy_params(shop, method, root, out_doc, err);
        yyjson_doc_free(read);
    }
    return status;
}

qd_status qd_submit(qd_loop *loop, qd_shop *shop, const char *method, const char *params_json,
                    const qd_call_options *options, qd_call_done_fn done, void *user, qd_err *err) {
    const cat_method *found = NULL;
    yyjson_doc *doc = NULL;
    bool key_made = false;
    qd_status status = find_method(shop->app, method ? method : "", options, &found, err);
    if (status == QD_OK) {
        status = read_params(shop, found, params_json, &doc, &key_made, err);
    }
    if (status == QD_OK) {
        status = check_params(shop, found, yyjson_doc_get_root(doc), options, err);
    }
    if (status != QD_OK) {
        yyjson_doc_free(doc);
        return status;
    }
    const call_setup setup = { .shop = shop,
                               .method = found,
                               .name = found ? cat_str(found->name) : (method ? method : ""),
                               .params = doc,
                               .options = options,
                               .done = done,
                               .user = user,
                               .key_made = key_made };
    return call_start(loop, &setup, NULL, err);
}

/* ---- blocking ---- */

typedef struct waiting {
    bool ended;
    qd_reply *reply;
    qd_err err;
} waiting;

static void note(void *user, qd_reply *reply, const qd_err *err) {
    waiting *wait = user;
    wait->ended = true;
    wait->reply = reply;
    wait->err = *err;
}

qd_status qd_call_with(qd_shop *shop, const char *method, const char *params_json,
                       const qd_call_options *options, qd_reply **out_reply, qd_err *err) {
    enum { LOOK_MS = 60000 };
    waiting wait = { .ended = false };
    qd_loop *loop = NULL;
    *out_reply = NULL;
    qd_status status = app_take_loop(shop->app, &loop, err);
    if (status != QD_OK) {
        return status;
    }
    status = qd_submit(loop, shop, method, params_json, options, note, &wait, err);
    if (status == QD_OK) {
        while (!wait.ended) {
            qd_loop_run(loop, LOOK_MS);
        }
        *out_reply = wait.reply;
        status = wait.err.status;
        if (err) {
            *err = wait.err;
        }
    }
    app_give_loop(shop->app, loop);
    return status;
}

qd_status qd_call(qd_shop *shop, const char *method, const char *params_json, qd_reply **out_reply,
                  qd_err *err) {
    return qd_call_with(shop, method, params_json, NULL, out_reply, err);
}
