/*
 * Sensitive data: order.batchDecrypt, batchSensitive, batchEncrypt, BatchSearchIndex and
 * getSearchIndex over the world's own cipher. Single texts fail inside a success, as the guide's
 * sample of Solinkup shows; of item codes only 200001 (the order is closed) is documented, the
 * others are the sandbox's own. Solinkup's batchDecrypts is the same function.
 */
#include <string.h>

#include "sandbox/douyin/douyin_private.h"

enum {
    MOST = 50,
    PHONE_DIGITS = 11,
    ITEM_CLOSED = 200001,
    ITEM_UNREADABLE = 300003, /* of batchDecrypt's documented codes the one without a reason */
    CODE_LIST = 100000,
    CODE_PHONE = 300002
};

static base_str member_of(yyjson_val *object, const char *name, base_arena *arena) {
    base_str text = { NULL, 0 };
    yyjson_val *value = yyjson_obj_get(object, name);
    return value != NULL && codec_json_text(value, arena, &text) ? text : (base_str){ NULL, 0 };
}

static void add_text(base_buf *out, const char *name, base_str text) {
    base_buf_printf(out, "\"%s\":", name);
    codec_json_quote(out, text);
}

/* ---- decrypting and masking ---- */

/* The shop whose order this is, or WORLD_NONE. */
static uint32_t shop_of_order(const world *w, base_str auth_id) {
    for (uint32_t shop = 0; shop < world_shop_count(w); shop++) {
        bool douyin = world_shop_at(w, shop)->platform == WORLD_DOUYIN;
        if (douyin && world_order_find(w, shop, auth_id) != WORLD_NONE) {
            return shop;
        }
    }
    return WORLD_NONE;
}

typedef struct opened {
    world_secret kind;
    int err_no;
    const char *err_msg;
    bool is_virtual;
    world_receiver to;
} opened;

static void open_one(const face_call *call, uint32_t shop, base_str auth_id, base_str cipher,
                     bool mask, opened *out, base_buf *plain) {
    world *w = call->sb->world;
    world_order_state state;
    uint32_t order = shop != WORLD_NONE ? world_order_find(w, shop, auth_id) : WORLD_NONE;
    bool exists = order != WORLD_NONE && world_order_state_at(w, order, call->now, &state);
    if (shop == WORLD_NONE || !world_unseal(w, shop, auth_id, cipher, &out->kind, plain)) {
        out->err_no = ITEM_UNREADABLE;
        out->err_msg = "密文与授权的订单不符,或已被改动";
    } else if (exists && !mask &&
               (state.status == WORLD_CANCELLED || state.status == WORLD_REFUNDED)) {
        out->err_no = ITEM_CLOSED;
        out->err_msg = "订单已关闭,不允许解密";
    } else if (exists && out->kind == WORLD_SECRET_PHONE && !mask) {
        out->is_virtual = world_receiver_of(w, order, &out->to) && out->to.is_virtual;
    }
}

/* Type, and for virtual numbers what is told instead of the true one. */
static void write_kind(const opened *one, base_buf *plain, base_buf *out) {
    if (one->is_virtual) {
        base_buf_reset(plain);
        base_buf_printf(plain, "%s-%s", one->to.number, one->to.extension);
        base_buf_printf(out,
                        ",\"is_virtual_tel\":true,\"phone_no_a\":\"%s\",\"phone_no_b\":\"%s\","
                        "\"expire_time\":%lld",
                        one->to.number, one->to.extension, (long long)one->to.expires);
    } else {
        base_buf_add_text(out, ",\"is_virtual_tel\":false,\"phone_no_a\":\"\",\"phone_no_b\":\"\","
                               "\"expire_time\":0");
    }
    base_buf_printf(out, ",\"data_type\":%d,", (int)one->kind);
}

static void write_opened(const face_call *call, uint32_t shop, yyjson_val *item, bool mask,
                         base_buf *out) {
    base_str auth_id = member_of(item, "auth_id", call->arena);
    base_str cipher = member_of(item, "cipher_text", call->arena);
    opened one = { .err_msg = "" };
    base_buf plain, shown;
    base_buf_init(&plain, WORLD_PLAIN_BYTES);
    base_buf_init(&shown, 2 * WORLD_PLAIN_BYTES);
    open_one(call, shop == WORLD_NONE ? shop_of_order(call->sb->world, auth_id) : shop, auth_id,
             cipher, mask, &one, &plain);
    base_buf_add_char(out, '{');
    add_text(out, "auth_id", auth_id);
    base_buf_add_char(out, ',');
    add_text(out, "cipher_text", cipher);
    base_buf_printf(out, ",\"err_no\":%d,\"err_msg\":\"%s\"", one.err_no, one.err_msg);
    if (one.err_no != 0) {
        base_buf_reset(&plain);
    }
    if (mask) {
        world_mask(one.kind, base_buf_str(&plain), &shown);
        base_buf_add_char(out, ',');
    } else if (one.err_no != 0) {
        base_buf_add_text(out, ",\"is_virtual_tel\":false,");
    } else {
        write_kind(&one, &plain, out);
        base_buf_add_str(&shown, base_buf_str(&plain));
    }
    add_text(out, "decrypt_text", one.err_no != 0 ? BASE_STR("") : base_buf_str(&shown));
    base_buf_add_char(out, '}');
    base_buf_clear(&plain);
    base_buf_clear(&shown);
}

void face_secret_open(const face_call *call, uint32_t shop, yyjson_val *items, bool mask,
                      base_buf *out) {
    size_t i, count;
    yyjson_val *item;
    base_buf_add_char(out, '[');
    yyjson_arr_foreach(items, i, count, item) {
        base_buf_add_text(out, i > 0 ? "," : "");
        write_opened(call, shop, item, mask, out);
    }
    base_buf_add_char(out, ']');
}

/* ---- the methods ---- */

static bool check_member(dyface_call *call, const char *list, size_t at, yyjson_val *item,
                         const char *name) {
    yyjson_val *value = yyjson_obj_get(item, name);
    if (value == NULL || yyjson_is_null(value) || yyjson_equals_str(value, "")) {
        return dyface_fail(call, 40002, "isv.missing-parameter:100000", "%s[%zu].%s is required",
                           list, at, name);
    }
    bool flag;
    bool mistyped = yyjson_is_ctn(value) ||
                    (strcmp(name, "is_support_index") == 0 && !codec_json_bool(value, &flag));
    return !mistyped || dyface_fail(call, 40004, "isv.parameter-invalid:100000",
                                    "%s[%zu].%s has another type", list, at, name);
}

/* The list of 1 to 50 objects that have these members; NULL with the refusal set. */
static yyjson_val *read_list(dyface_call *call, const char *name, const char *const *members,
                             const char *too_long) {
    yyjson_val *list = dyface_array(call, name), *item;
    size_t i, count;
    if (yyjson_arr_size(list) == 0) {
        (void)dyface_invalid(call, CODE_LIST, name, "is empty");
        return NULL;
    }
    if (yyjson_arr_size(list) > MOST) {
        (void)dyface_fail(call, 40004, "isv.parameter-invalid:100000", "%s", too_long);
        return NULL;
    }
    yyjson_arr_foreach(list, i, count, item) {
        for (size_t m = 0; members[m] != NULL; m++) {
            if (!check_member(call, name, i, item, members[m])) {
                return NULL;
            }
        }
    }
    return list;
}

static const char *const no_custom_err = ",\"custom_err\":{\"err_code\":0,\"err_msg\":\"\"}}";

static bool run_open(dyface_call *call, bool mask) {
    static const char *const members[] = { "auth_id", "cipher_text", NULL };
    yyjson_val *list =
        read_list(call, "cipher_infos", members, "参数错误: 输入的密文列表过长，上限为:50");
    if (list == NULL) {
        return false;
    }
    base_buf_add_text(call->out, "{\"decrypt_infos\":");
    face_secret_open(call->face, call->shop, list, mask, call->out);
    base_buf_add_text(call->out, no_custom_err);
    return true;
}

static bool run_decrypt(dyface_call *call) {
    return run_open(call, false);
}

static bool run_mask(dyface_call *call) {
    return run_open(call, true);
}

/* 1 address, 2 name, 3 phone. */
static bool read_kind(yyjson_val *item, const char *name, world_secret *out) {
    int64_t kind = dyface_i64_of(item, name, 0);
    *out = (world_secret)kind;
    return kind >= WORLD_SECRET_ADDRESS && kind <= WORLD_SECRET_PHONE;
}

static void write_sealed(dyface_call *call, yyjson_val *item, bool after_sale) {
    base_arena *arena = call->face->arena;
    base_str auth_id = member_of(item, "auth_id", arena);
    base_str plain = member_of(item, "plain_text", arena);
    bool with_index = true;
    world_secret kind;
    base_buf cipher;
    base_buf_init(&cipher, WORLD_CIPHER_BYTES);
    (void)codec_json_bool(yyjson_obj_get(item, "is_support_index"), &with_index);
    bool known = after_sale || world_order_find(call->world, call->shop, auth_id) != WORLD_NONE;
    bool ok = known && read_kind(item, "sensitive_type", &kind) &&
              world_seal(call->world, call->shop, auth_id, kind, plain, with_index, &cipher);
    base_buf_add_char(call->out, '{');
    add_text(call->out, "auth_id", auth_id);
    base_buf_add_char(call->out, ',');
    add_text(call->out, "cipher_text", base_buf_str(&cipher));
    base_buf_add_char(call->out, ',');
    add_text(call->out, "decrypt_text", plain);
    base_buf_printf(call->out, ",\"err_no\":%d,\"err_msg\":\"%s\"}", ok ? 0 : ITEM_UNREADABLE,
                    ok      ? ""
                    : known ? "明文不能加密"
                            : "订单不存在或不属于该店铺");
    base_buf_clear(&cipher);
}

static bool run_encrypt(dyface_call *call) {
    static const char *const members[] = { "plain_text", "auth_id", "is_support_index",
                                           "sensitive_type", NULL };
    base_str scene = dyface_text(call, "sensitive_scene");
    bool after_sale = base_str_is(scene, "AftersaleCode");
    yyjson_val *list =
        read_list(call, "batch_encrypt_list", members, "参数错误: 输入的明文列表过长，上限为:50");
    yyjson_val *item;
    size_t i, count;
    if (list == NULL) {
        return false;
    }
    if (scene.len > 0 && !after_sale && !base_str_is(scene, "OrderCode")) {
        return dyface_invalid(call, CODE_LIST, "sensitive_scene", "is OrderCode or AftersaleCode");
    }
    base_buf_add_text(call->out, "{\"encrypt_infos\":[");
    yyjson_arr_foreach(list, i, count, item) {
        base_buf_add_text(call->out, i > 0 ? "," : "");
        write_sealed(call, item, after_sale);
    }
    base_buf_add_char(call->out, ']');
    base_buf_add_text(call->out, no_custom_err);
    return true;
}

static bool write_index(dyface_call *call, base_str plain, world_secret kind) {
    base_buf index;
    if (kind == WORLD_SECRET_PHONE && plain.len > PHONE_DIGITS) {
        return dyface_fail(call, 40004, "isv.parameter-invalid:300002", "业务错误: 手机号长度过长");
    }
    base_buf_init(&index, WORLD_CIPHER_BYTES);
    bool ok = world_search_index(call->world, kind, plain, &index);
    if (ok) {
        codec_json_quote(call->out, base_buf_str(&index));
    }
    base_buf_clear(&index);
    return ok || dyface_invalid(call, CODE_LIST, "plain_text", "is empty or too long");
}

static bool run_indexes(dyface_call *call) {
    static const char *const members[] = { "plain_text", "encrypt_type", NULL };
    yyjson_val *list =
        read_list(call, "plain_text_list", members, "参数错误: 输入的明文列表过长，上限为:50");
    yyjson_val *item;
    size_t i, count;
    if (list == NULL) {
        return false;
    }
    base_buf_add_text(call->out, "{\"plain_to_encrypt_index_list\":[");
    yyjson_arr_foreach(list, i, count, item) {
        base_str plain = member_of(item, "plain_text", call->face->arena);
        world_secret kind;
        if (!read_kind(item, "encrypt_type", &kind)) {
            return dyface_invalid(call, CODE_LIST, "encrypt_type", "is 1, 2 or 3");
        }
        base_buf_add_text(call->out, i > 0 ? ",{" : "{");
        add_text(call->out, "plain", plain);
        base_buf_add_text(call->out, ",\"search_index\":");
        if (!write_index(call, plain, kind)) {
            return false;
        }
        base_buf_add_char(call->out, '}');
    }
    base_buf_add_char(call->out, ']');
    base_buf_add_text(call->out, no_custom_err);
    return true;
}

static bool run_index(dyface_call *call) {
    world_secret kind;
    if (!read_kind(call->params, "sensitive_type", &kind)) {
        return dyface_invalid(call, CODE_LIST, "sensitive_type", "is 1, 2 or 3");
    }
    base_buf_add_text(call->out, "{\"encrypt_index_text\":");
    if (!write_index(call, dyface_text(call, "plain_text"), kind)) {
        return false;
    }
    base_buf_add_char(call->out, '}');
    return true;
}

static const dyface_method methods[] = {
    { "order.batchDecrypt", "cipher_infos*a account_id:s account_type:s", CODE_LIST, CODE_LIST,
      run_decrypt, false },
    { "order.batchSensitive", "cipher_infos*a", CODE_LIST, CODE_LIST, run_mask, false },
    { "order.batchEncrypt", "batch_encrypt_list*a sensitive_scene:s", CODE_LIST, CODE_LIST,
      run_encrypt, false },
    { "order.BatchSearchIndex", "plain_text_list*a", CODE_LIST, CODE_LIST, run_indexes, false },
    { "order.getSearchIndex", "plain_text*s sensitive_type*i", CODE_LIST, CODE_PHONE, run_index,
      false },
};

const dyface_method *dyface_secret_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
