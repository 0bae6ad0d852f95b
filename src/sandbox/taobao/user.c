/*
 * The seller, the shop, the platform's time, and the token methods (taobao.top.auth.token.create
 * and refresh, whose token_result is JSON inside a text).
 */
#include "sandbox/taobao/taobao_private.h"

static bool run_user(tbface_call *call) {
    world_fields fields;
    const world_shop *shop = world_shop_at(call->world, call->shop);
    if (!tbface_fields(call, NULL, &fields)) {
        return false;
    }
    base_buf_reset(&call->scratch);
    base_buf_printf(&call->scratch, "{\"user_id\":%lld,\"nick\":", (long long)shop->shop_id);
    codec_json_quote(&call->scratch, base_str_of(shop->nick));
    base_buf_add_text(
        &call->scratch,
        ",\"sex\":\"m\",\"seller_credit\":{\"level\":11,\"score\":10240,"
        "\"total_num\":10400,\"good_num\":10240},\"type\":\"B\",\"status\":\"normal\","
        "\"has_more_pic\":true,\"item_img_num\":5,\"item_img_size\":3072,"
        "\"prop_img_num\":100,\"prop_img_size\":3072,\"auto_repost\":\"unlimited\","
        "\"promoted_type\":\"authentication\",\"alipay_bind\":\"bind\","
        "\"consumer_protection\":true,\"vip_info\":\"c\",\"has_shop\":true,"
        "\"has_sub_stock\":true,\"is_golden_seller\":false}");
    base_buf_add_text(call->out, "\"user\":");
    return tbface_document(call, &fields);
}

static bool write_shop(tbface_call *call, uint32_t index) {
    world_fields fields;
    const world_shop *shop = world_shop_at(call->world, index);
    if (!tbface_fields(call, NULL, &fields)) {
        return false;
    }
    base_buf_reset(&call->scratch);
    base_buf_printf(&call->scratch, "{\"sid\":%lld,\"cid\":14,\"nick\":", (long long)shop->sid);
    codec_json_quote(&call->scratch, base_str_of(shop->nick));
    base_buf_add_text(&call->scratch, ",\"title\":");
    codec_json_quote(&call->scratch, base_str_of(shop->name));
    base_buf_add_text(&call->scratch, ",\"desc\":\"\",\"bulletin\":\"\",\"pic_path\":\"/logo.jpg\","
                                      "\"created\":");
    tbface_add_time(&call->scratch, shop->created);
    base_buf_add_char(&call->scratch, '}');
    base_buf_add_text(call->out, "\"shop\":");
    return tbface_document(call, &fields);
}

static bool run_shop_seller(tbface_call *call) {
    return write_shop(call, call->shop);
}

static bool run_shop(tbface_call *call) {
    uint32_t shop = world_shop_by_nick(call->world, tbface_text(call, "nick"));
    if (shop == WORLD_NONE) {
        return tbface_fail(call, 15, "isv.shop-not-exist", "nick names no seller");
    }
    return write_shop(call, shop);
}

static bool run_time(tbface_call *call) {
    base_buf_add_text(call->out, "\"time\":");
    tbface_add_time(call->out, call->now);
    return true;
}

/* ---- tokens ---- */

static bool write_token(tbface_call *call, uint32_t index) {
    base_buf *json = &call->scratch;
    base_buf_reset(json);
    tbface_token_members(call->face, index, json);
    base_buf_add_text(call->out, "\"token_result\":");
    codec_json_quote(call->out, base_buf_str(json));
    return true;
}

static bool run_token_create(tbface_call *call) {
    uint32_t shop = WORLD_NONE;
    face_count(&call->face->sb->grants, BASE_STR("taobao.top.auth.token.create"));
    switch (face_code_use(call->face, WORLD_TAOBAO, tbface_text(call, "code"), &shop)) {
    case FACE_GRANT_OK:
        face_session_renew(call->face, shop);
        return write_token(call, shop);
    case FACE_GRANT_EXPIRED:
        return tbface_invalid(call, "code", "has expired");
    default:
        return tbface_invalid(call, "code", "is unknown, or was used");
    }
}

static bool run_token_refresh(tbface_call *call) {
    uint32_t shop = WORLD_NONE;
    face_count(&call->face->sb->grants, BASE_STR("taobao.top.auth.token.refresh"));
    face_grant grant = face_session_refresh(call->face, tbface_text(call, "refresh_token"), &shop);
    if (grant == FACE_GRANT_OK) {
        return write_token(call, shop);
    }
    return grant == FACE_GRANT_REVOKED
               ? tbface_fail(call, 27, "", "the seller has taken the authorisation back")
               : tbface_invalid(call, "refresh_token", "is unknown, or was replaced");
}

static const tbface_method methods[] = {
    { "taobao.user.seller.get", "fields*s", run_user, false },
    { "taobao.shop.seller.get", "fields*s", run_shop_seller, false },
    { "taobao.shop.get", "fields*s nick*s", run_shop, true },
    { "taobao.time.get", "", run_time, true },
    { "taobao.top.auth.token.create", "code*s uuid:s", run_token_create, true },
    { "taobao.top.auth.token.refresh", "refresh_token*s", run_token_refresh, true },
};

const tbface_method *tbface_user_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
