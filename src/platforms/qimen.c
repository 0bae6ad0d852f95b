/*
 * Qimen (奇门): calls whose parameters are an XML body, signed together with it, and answers
 * <response><flag>. The public parameters stand in the query, as the guide has them. How an answer
 * becomes a tree is codec's.
 */
#include <string.h>

#include "platforms/qimen.h"

static const char SERVICE[] = "/router/qimen/service";
static const char TOP_PATH[] = "/router/rest";

/* ---- the body ---- */

/* The element of one item in a list of that name: orderLines -> orderLine, criteriaList ->
 * criteria, itemInventories -> itemInventory; materialitems and productitems hold item (Qimen WMS
 * document). Empty: the list has no element of its own, its items repeat under its name. */
static base_str item_name(base_arena *arena, base_str list) {
    static const struct {
        const char *tail, *instead;
    } rules[] = { { "List", "" }, { "ies", "y" }, { "s", "" } };
    if (list.len > 5 && memcmp(list.ptr + list.len - 5, "items", 5) == 0) {
        return BASE_STR("item");
    }
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        size_t tail = strlen(rules[i].tail);
        if (list.len > tail && memcmp(list.ptr + list.len - tail, rules[i].tail, tail) == 0) {
            char *name = base_arena_printf(arena, "%.*s%s", (int)(list.len - tail), list.ptr,
                                           rules[i].instead);
            return base_str_of(name);
        }
    }
    return (base_str){ "", 0 };
}

/* The parameters of a method, or the fields of a parameter. */
typedef struct known {
    const cat_method *method; /* NULL: the fields of param */
    const cat_param *param;   /* NULL: nothing is known */
} known;

static size_t known_count(known of) {
    return of.method ? of.method->param_count : of.param ? of.param->field_count : 0;
}

static const cat_param *known_at(known of, size_t index) {
    return of.method ? cat_param_at(of.method, index) : cat_field(of.param, index);
}

typedef struct shaper {
    yyjson_mut_doc *doc;
    base_arena *arena;
    bool failed;
} shaper;

static yyjson_mut_val *shape_object(shaper *s, known of, yyjson_val *object, unsigned depth);

static yyjson_mut_val *shape(shaper *s, const cat_param *param, yyjson_val *value, unsigned depth) {
    if (yyjson_is_obj(value)) {
        return shape_object(s, (known){ NULL, param }, value, depth + 1);
    }
    if (!yyjson_is_arr(value)) {
        return yyjson_val_mut_copy(s->doc, value);
    }
    yyjson_mut_val *list = yyjson_mut_arr(s->doc);
    size_t index;
    size_t max;
    yyjson_val *item;
    yyjson_arr_foreach(value, index, max, item) {
        if (!yyjson_mut_arr_append(list, shape(s, param, item, depth + 1))) {
            s->failed = true;
        }
    }
    return list;
}

static void add_member(shaper *s, yyjson_mut_val *to, const cat_param *param, base_str name,
                       yyjson_val *value, unsigned depth) {
    yyjson_mut_val *made = shape(s, param, value, depth);
    base_str item = yyjson_is_arr(value) ? item_name(s->arena, name) : (base_str){ "", 0 };
    if (made && item.len > 0) {
        yyjson_mut_val *holder = yyjson_mut_obj(s->doc);
        yyjson_mut_val *key = yyjson_mut_strncpy(s->doc, item.ptr, item.len);
        made = yyjson_mut_obj_add(holder, key, made) ? holder : NULL;
    }
    yyjson_mut_val *key = yyjson_mut_strncpy(s->doc, name.ptr, name.len);
    if (!made || !yyjson_mut_obj_add(to, key, made)) {
        s->failed = true;
    }
}

/* What the catalogue knows comes in its order, the rest behind it in the caller's. */
static yyjson_mut_val *shape_object(shaper *s, known of, yyjson_val *object, unsigned depth) {
    yyjson_mut_val *made = yyjson_mut_obj(s->doc);
    size_t count = known_count(of);
    if (!made || depth >= LIMIT_JSON_DEPTH) {
        s->failed = true;
        return made;
    }
    for (size_t i = 0; i < count; i++) {
        const cat_param *param = known_at(of, i);
        yyjson_val *value = yyjson_obj_get(object, cat_str(param->name));
        if (value) {
            add_member(s, made, param, base_str_of(cat_str(param->name)), value, depth);
        }
    }
    size_t index;
    size_t max;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(object, index, max, key, value) {
        base_str name = { yyjson_get_str(key), yyjson_get_len(key) };
        bool done = false;
        for (size_t i = 0; i < count && !done; i++) {
            done = base_str_is(name, cat_str(known_at(of, i)->name));
        }
        if (!done) {
            add_member(s, made, NULL, name, value, depth);
        }
    }
    return made;
}

/* Public parameters that only Qimen has; the caller gives them among the others. */
static const char *const EXTRA[] = { "customerId", "target_app_key" };
enum { EXTRAS = 2 };

static bool is_extra(const core_request *request, size_t index) {
    return cat_param_find(request->method, base_str_of(EXTRA[index])) == NULL;
}

static qd_status build_body(const core_request *request, core_built *built, qd_err *err) {
    const char *wrapper = cat_str(request->method->wrapper);
    yyjson_val *inner = yyjson_obj_get(request->params, wrapper);
    base_buf text;
    shaper s = { .doc = yyjson_mut_doc_new(NULL), .arena = request->arena };
    yyjson_mut_val *root = s.doc ? shape_object(&s, (known){ request->method, NULL },
                                                yyjson_is_obj(inner) ? inner : request->params, 0)
                                 : NULL;
    yyjson_doc *doc = NULL;
    if (root && !s.failed) {
        for (size_t i = 0; i < EXTRAS; i++) {
            if (is_extra(request, i)) {
                yyjson_mut_obj_remove_key(root, EXTRA[i]);
            }
        }
        yyjson_mut_doc_set_root(s.doc, root);
        doc = yyjson_mut_doc_imut_copy(s.doc, NULL);
    }
    yyjson_mut_doc_free(s.doc);
    if (!doc) {
        return base_fail(err, QD_E_NOMEM, "%s: parameters too deep, or out of memory",
                         request->method_name);
    }
    base_buf_init(&text, LIMIT_REQUEST_BYTES);
    qd_status status = codec_xml_write(yyjson_doc_get_root(doc), wrapper, &text, err);
    yyjson_doc_free(doc);
    if (status != QD_OK) {
        base_buf_clear(&text);
        return status;
    }
    return platforms_settle(request->arena, &text, "a request body", &built->body, err);
}

/* ---- the call ---- */

/* The shop's id is Qimen's customerId unless the call gives one. */
static base_str extra_value(const core_request *request, size_t index) {
    base_str text = { "", 0 };
    if (is_extra(request, index)) {
        text = platforms_text(request->params, EXTRA[index], request->arena);
        if (text.len == 0 && index == 0) {
            text = base_str_of(request->shop_id);
        }
    }
    return text;
}

static const char *host_of(const core_request *request) {
    if (request->own_host) {
        return request->base_url;
    }
    if (strcmp(request->environment, "sandbox") == 0) {
        return "http://qimenapi.tbsandbox.com"; /* no https is known of it */
    }
    bool own = request->method->host != 0;
    return own ? request->base_url : "https://qimen.api.taobao.com";
}

static qd_status build_url(const core_request *request, const codec_pair *pairs, size_t count,
                           core_built *built, qd_err *err) {
    base_buf url;
    base_buf query;
    base_str text = { NULL, 0 };
    const char *base = host_of(request);
    size_t len = strlen(base);
    size_t tail = sizeof TOP_PATH - 1;
    if (len >= tail && strcmp(base + len - tail, TOP_PATH) == 0) {
        len -= tail;
    }
    base_buf_init(&url, LIMIT_URL_BYTES);
    base_buf_init(&query, LIMIT_URL_BYTES);
    base_buf_add(&url, base, len);
    base_buf_add_text(&url, SERVICE);
    for (size_t i = 0; i < count; i++) {
        platforms_query_add(&query, pairs[i].name, pairs[i].value);
    }
    base_buf_add_char(&url, '?');
    base_buf_add_str(&url, base_buf_str(&query));
    url.failed = url.failed || query.failed;
    base_buf_clear(&query);
    qd_status status = platforms_settle(request->arena, &url, "a URL", &text, err);
    built->url = text.ptr;
    return status;
}

qd_status qimen_build(const core_request *request, core_built *built, qd_err *err) {
    enum { MOST = 12 };
    char time[BASE_TIME_TEXT];
    base_time_to_cn(request->now, time);
    char *timestamp = base_arena_printf(request->arena, "%s", time);
    codec_pair *pairs = base_arena_alloc(request->arena, MOST * sizeof *pairs);
    if (!timestamp || !pairs || !request->signer) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a request");
    }
    const codec_pair all[] = { { BASE_STR("method"), base_str_of(request->method_name) },
                               { BASE_STR("app_key"), request->app_key },
                               { BASE_STR("session"), request->token },
                               { BASE_STR("timestamp"), base_str_of(timestamp) },
                               { BASE_STR("format"), BASE_STR("xml") },
                               { BASE_STR("v"), BASE_STR("2.0") },
                               { BASE_STR("sign_method"), request->sign_method },
                               { BASE_STR("customerId"), extra_value(request, 0) },
                               { BASE_STR("target_app_key"), extra_value(request, 1) } };
    size_t count = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i].value.len > 0) {
            pairs[count++] = all[i];
        }
    }
    qd_status status = build_body(request, built, err);
    if (status != QD_OK) {
        return status;
    }
    built->signed_input =
        (sign_input){ pairs, count, built->body, request->sign_method, { NULL, 0 } };
    status = platforms_sign(request, built, &pairs[count], err);
    if (status != QD_OK) {
        return status;
    }
    built->http_method = "POST";
    platforms_header(built, "Content-Type", "text/xml;charset=utf-8");
    platforms_header(built, "Accept", "text/xml");
    return build_url(request, pairs, count + 1, built, err);
}

/* ---- the answer ---- */

bool qimen_decode(yyjson_val *holder, yyjson_val *data, base_arena *arena, core_decoded *out) {
    yyjson_val *response = yyjson_obj_get(holder, "response");
    base_str flag = platforms_text(response, "flag", arena);
    if (flag.len == 0) {
        return false;
    }
    out->ok = base_str_is(flag, "success");
    out->data = data;
    out->request_id = platforms_text(response, "request_id", arena);
    if (!out->ok) {
        out->code = platforms_text(response, "code", arena);
        out->code = out->code.len ? out->code : flag;
        out->sub_code = platforms_text(response, "sub_code", arena);
        out->message = platforms_join(arena, platforms_text(response, "message", arena),
                                      platforms_text(response, "sub_message", arena));
        out->ban_seconds = platforms_ban_seconds(out->message);
        out->signature_refused = base_str_is(out->code, "sign-check-failure");
    }
    return true;
}
