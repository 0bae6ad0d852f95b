/*
 * What belongs to the shop: specs (docs 14/62 to 14/65), brands (13/54), categories (13/821).
 * Brands and categories are a small fixed set: the world sells from them.
 */
#include "sandbox/douyin/douyin_private.h"

static bool run_spec_add(dyface_call *call) {
    int64_t id = 0;
    world_deed deed = world_spec_add(call->world, call->shop, dyface_text(call, "specs"),
                                     dyface_text(call, "name"), call->now, &id);
    return dyface_deed(call, deed) && (world_render_spec(call->world, call->shop, id, call->out) ||
                                       dyface_invalid(call, 4, "specs", "made no spec"));
}

static bool run_spec_detail(dyface_call *call) {
    return world_render_spec(call->world, call->shop, dyface_i64(call, "id", 0), call->out) ||
           dyface_invalid(call, 4, "id", "names no spec");
}

static bool run_spec_list(dyface_call *call) {
    return world_render_specs(call->world, call->shop, call->out) ||
           dyface_fail(call, 20000, "isp.service-error:7", "the list was not made");
}

static bool run_spec_del(dyface_call *call) {
    if (!dyface_deed(call, world_spec_delete(call->world, call->shop, dyface_i64(call, "id", 0)))) {
        return false;
    }
    base_buf_add_text(call->out, "true");
    return true;
}

static bool run_brand_list(dyface_call *call) {
    base_buf_add_text(call->out,
                      "[{\"id\":1001,\"brand_chinese_name\":\"千店\",\"brand_english_name\":"
                      "\"QIANDIAN\",\"brand_reg_num\":\"10010001\"},"
                      "{\"id\":1002,\"brand_chinese_name\":\"山茶\",\"brand_english_name\":"
                      "\"CAMELLIA\",\"brand_reg_num\":\"10010002\"}]");
    return true;
}

static const dyface_category categories[] = {
    { 20000, 0, 1, false, "服饰内衣" },  { 20005, 20000, 2, false, "女装" },
    { 20597, 20005, 3, true, "牛仔裤" }, { 20598, 20005, 3, true, "连衣裙" },
    { 21000, 0, 1, false, "食品饮料" },  { 21007, 21000, 2, false, "茶" },
    { 21701, 21007, 3, true, "乌龙茶" },
};

const dyface_category *dyface_categories(size_t *out_count) {
    *out_count = sizeof categories / sizeof categories[0];
    return categories;
}

static bool run_categories(dyface_call *call) {
    int64_t parent = dyface_i64(call, "cid", 0);
    bool first = true;
    base_buf_add_char(call->out, '[');
    for (size_t i = 0; i < sizeof categories / sizeof categories[0]; i++) {
        const dyface_category *row = &categories[i];
        if (row->parent != parent) {
            continue;
        }
        base_buf_printf(call->out,
                        "%s{\"id\":%d,\"name\":\"%s\",\"level\":%d,\"parent_id\":%d,"
                        "\"is_leaf\":%s,\"enable\":true}",
                        first ? "" : ",", row->id, row->name, row->level, row->parent,
                        row->leaf ? "true" : "false");
        first = false;
    }
    base_buf_add_char(call->out, ']');
    return true;
}

static const dyface_method methods[] = {
    { "spec.add", "specs*s name:s", 3, 4, run_spec_add, false },
    { "spec.specDetail", "id*i", 3, 4, run_spec_detail, false },
    { "spec.list", "", 3, 4, run_spec_list, false },
    { "spec.del", "id*i", 3, 4, run_spec_del, false },
    { "shop.brandList", "", 3, 4, run_brand_list, false },
    { "shop.getShopCategory", "cid*i", 3, 4, run_categories, false },
};

const dyface_method *dyface_shop_methods(size_t *out_count) {
    *out_count = sizeof methods / sizeof methods[0];
    return methods;
}
