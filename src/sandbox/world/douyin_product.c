/*
 * Douyin products: a row of product.listV2, product.detail with its spec_prices, a row of sku.list.
 * Names and types after docs 14/633, 14/56 and 14/82.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/world/world_private.h"

/* clang-format off */
#define SLOTS(X) \
    X(id) X(name) X(description) X(img) X(pics) X(status) X(check) X(draft) X(market) X(price) \
    X(outer) X(mobile) X(remark) X(spec_id) X(created) X(modified) X(created_text) \
    X(modified_text) X(cid1) X(cid2) X(cid3) X(cname1) X(cname2) X(cname3) X(sold) X(skus) \
    X(specs) X(spec_pics) X(brand) X(sku_id) X(stock) X(code) X(outer_sku) X(v1) X(v2) X(v3) \
    X(n1) X(n2) X(n3) X(details) X(sku_price) X(sku_created) X(type)
/* clang-format on */

enum {
#define ENUM_OF(name) SLOT_##name,
    SLOTS(ENUM_OF)
#undef ENUM_OF
        SLOT_COUNT
};

#define CATEGORY                                                                                   \
    "'category_detail':{'first_cid':<cid1>,'second_cid':<cid2>,'third_cid':<cid3>,'fourth_cid':0," \
    "'first_cname':'<cname1>','second_cname':'<cname2>','third_cname':'<cname3>','fourth_cname':'" \
    "'}"
#define CUSTOMS                                                                                    \
    "'customs_report_info':{'hs_code':'','first_measure_qty':0,'second_measure_qty':0,"            \
    "'first_measure_unit':'','second_measure_unit':'','unit':'','report_name':'',"                 \
    "'report_brand_name':'','usage':'','g_model':'','bar_code':''}"

static const char *const row_form[] = {
    "{'product_id':<id>,'name':'<name>','name_prefix':'','name_suffix':'','title_limit':{"
    "'min_length':8,'max_length':30},'status':<status>,'check_status':<check>,'product_type':<type>"
    ","
    "'market_price':<market>,'discount_price':<price>,'img':'<img>','pay_type':1,'spec_id':<spec_"
    "id>,"
    "'cos_ratio':0,'create_time':<created>,'update_time':<modified>,'out_product_id':0,"
    "'outer_product_id':'<outer>','description':'<description>','mobile':'<mobile>','extra':'',"
    "'recommend_remark':'<remark>'," CATEGORY ",'sell_num':<sold>,'can_combine':true,"
    "'can_not_combine_reason':'','is_package_product':false,'package_product_list':[],"
    "'sub_product_list':[],'shop_category':{'leaf_category_ids':[]}}",
    NULL
};

static const char *const detail_form[] = {
    "{'product_id':<id>,'product_id_str':'<id>','out_product_id':0,'outer_product_id':'<outer>',"
    "'open_user_id':0,'name':'<name>','description':'<description>','delivery_method':7,"
    "'cdf_category':'1','status':<status>,'spec_id':<spec_id>,'check_status':<check>,"
    "'mobile':'<mobile>','brand_id':<brand>,'standard_brand_id':<brand>,'is_sub_product':false,"
    "'draft_status':<draft>," CATEGORY ",'pay_type':1,'recommend_remark':'<remark>','extra':'',"
    "'is_create':1,'create_time':'<created_text>','update_time':'<modified_text>',"
    "'format_update_time':'<modified_text>','pic':[<pics>],'img':'<img>','product_type':<type>,"
    "'product_format':'{\\'货号\\':\\'<outer>\\'}','product_format_new':'{\\'1088\\':[{\\'Value\\':"
    "0,"
    "\\'Name\\':\\'<cname3>\\',\\'PropertyId\\':1088,\\'PropertyName\\':\\'适用类型\\',"
    "\\'diy_type\\':0}]}','spec_pics':[<spec_pics>],'spec_prices':[<skus>],'specs':[<specs>],"
    "'presell_type':0,'presell_config_level':0,'presell_delay':0,'presell_end_time':'',"
    "'maximum_per_order':200,'minimum_per_order':1,'limit_per_buyer':0,'quality_list':[{"
    "'quality_key':'3457949470978','quality_name':'进货凭证','quality_attachments':[{'media_type':"
    "1,"
    "'url':'<img>'}]}],'logistics_info':{'customs_clear_type':0,'origin_country_id':0,"
    "'source_country_id':0,'brand_country_id':0,'tax_payer':0,'net_weight_qty':0},",
    "'after_sale_service':'{\\'supply_7day_return\\':\\'1\\'}','price_has_tax':0,"
    "'appoint_delivery_day':0,'market_price':<market>,'discount_price':<price>,'car_vin_code':'',"
    "'need_recharge_mode':false,'account_template_id':'','delivery_delay_day':2,'poi_resource':{"
    "'coupon_return_methods':[]},'delay_rule':{'enable':false,'config_type':0,'config_value':0,"
    "'start_time':0,'end_time':0},'long_pic_url':'','sell_channel':[0],'freight_id':0,"
    "'material_video_id':'','pickup_method':'0','size_info_template_id':0,"
    "'white_back_ground_pic_url':'','sale_channel_type':'onlineAndOffline','store_id':0,"
    "'main_product_id':0,'sale_limit_id':0,'name_prefix':'','presell_delivery_type':0,"
    "'start_sale_type':0,'reduce_type':1,'weight_value':0,'weight_unit':0,'reference_price':0,"
    "'reference_price_certificate':{'certificate_type':'','certificate_urls':''},"
    "'quality_inspection_info':{'mode':0,'certificate_code':'','agency':'','supported':false},"
    "'unit_price_info':{'price_rule_type':0},'main_image_three_to_four':'','main_pic_3_4':[],"
    "'is_c2b_switch_on':false,'micro_app_id':'','is_auto_charge':false,'spu_id':0,"
    "'short_product_name':'','after_sale_service_v2':{'is_large_product':0},'sell_num':<sold>,"
    "'product_audit_info':{'material_audit_reason':[]},'shop_category':{'leaf_category_ids':''}}",
    NULL
};

/* One SKU: a row of sku.list; product.detail's spec_prices rows have the same facts. */
static const char *const sku_form[] = {
    "{'id':<sku_id>,'sku_id':<sku_id>,'open_user_id':0,'out_sku_id':0,'outer_sku_id':'<outer_sku>',"
    "'product_id':<id>,'product_id_str':'<id>','spec_id':<spec_id>,'spec_detail_id1':<v1>,"
    "'spec_detail_id2':<v2>,'spec_detail_id3':<v3>,'spec_detail_name1':'<n1>',"
    "'spec_detail_name2':'<n2>','spec_detail_name3':'<n3>','spec_detail_ids':[<details>]," CUSTOMS
    ",'price':<sku_price>,'settlement_price':0,'create_time':<sku_created>,'code':'<code>',"
    "'sku_type':0,'supplier_id':'','stock_num':<stock>,'prehold_stock_num':0,'prom_stock_num':0,"
    "'step_stock_num':0,'prehold_step_stock_num':0,'prom_step_stock_num':0,'promotion_stock_num':0,"
    "'promotion_step_stock_num':0,'lock_stock_num':0,'lock_step_stock_num':0,'stock_map':{},"
    "'stock_num_map':{},'prehold_stock_map':{},'ship_rule_map':{},'is_suit':0,'suit_num':0,"
    "'volume':0,'normal_stock_num':<stock>,'channel_stock_num':0,'presell_delay':0,"
    "'tax_exemption_sku_info':{'is_suit':0,'suit_num':0,'volume':0},'delivery_infos':[],"
    "'sell_properties':[<?n1>{'value_spec_detail_id':<v1>,'value_name':'<n1>'}<.><?n2>,{"
    "'value_spec_detail_id':<v2>,'value_name':'<n2>'}<.>]}",
    NULL
};

qd_status form_douyin_product(doc_form **out_row, doc_form **out_detail, doc_form **out_sku,
                              qd_err *err) {
#define NAME_OF(name) #name,
    static const char *const names[] = { SLOTS(NAME_OF) };
#undef NAME_OF
    qd_status status = form_new(row_form, names, SLOT_COUNT, out_row, err);
    if (status == QD_OK) {
        status = form_new(detail_form, names, SLOT_COUNT, out_detail, err);
    }
    if (status == QD_OK) {
        status = form_new(sku_form, names, SLOT_COUNT, out_sku, err);
    }
    return status;
}

/* A product while it is rendered. */
typedef struct goods_page {
    world *w;
    uint32_t index;
    const item_row *item;
    base_buf name, img, outer;
    form_value values[SLOT_COUNT];
} goods_page;

#define SET(slot, v) (p->values[SLOT_##slot] = (v))

static void write_skus(void *context, base_buf *out) {
    const goods_page *p = context;
    for (unsigned i = 0; i < p->item->sku_count; i++) {
        if (i > 0) {
            base_buf_add_char(out, ',');
        }
        (void)render_douyin_sku(p->w, p->index, i, out);
    }
}

/* The spec's groups: what world_render_spec() gives, without its head. */
static void write_specs(void *context, base_buf *out) {
    const goods_page *p = context;
    if (p->item->spec != WORLD_NONE) {
        spec_groups_write(&p->w->specs[p->item->spec], p->item->spec, out);
    }
}

static void write_pics(void *context, base_buf *out) {
    const goods_page *p = context;
    for (unsigned i = 0; i < 5; i++) {
        base_buf_add_text(out, i > 0 ? ",\"" : "\"");
        base_buf_reset(&p->w->scratch);
        item_pic_url(p->item, i, &p->w->scratch);
        form_escape(out, base_buf_str(&p->w->scratch));
        base_buf_add_char(out, '"');
    }
}

static void write_spec_pics(void *context, base_buf *out) {
    const goods_page *p = context;
    if (p->item->spec == WORLD_NONE) {
        return;
    }
    const spec_row *sp = &p->w->specs[p->item->spec];
    for (unsigned i = 0; i < sp->groups[0].count; i++) {
        base_buf_printf(out, "%s{\"spec_detail_id\":%lld,\"pic\":\"", i ? "," : "",
                        (long long)spec_value_id(p->item->spec, 0, i));
        base_buf_reset(&p->w->scratch);
        item_pic_url(p->item, 10 + i, &p->w->scratch);
        form_escape(out, base_buf_str(&p->w->scratch));
        base_buf_add_text(out, "\"}");
    }
}

static void write_description(void *context, base_buf *out) {
    const goods_page *p = context;
    if (p->item->description || !p->item->born) {
        form_escape(out, base_str_of(p->item->description ? p->item->description : ""));
        return;
    }
    for (unsigned i = 20; i < 23; i++) {
        base_buf_add_text(out, "<img src=\\\"");
        item_pic_url(p->item, i, out);
        base_buf_add_text(out, "\\\" style=\\\"width:100%;\\\">");
    }
}

static void fill_category(goods_page *p) {
    const category *c = words_category(p->item->category);
    SET(cid1, value_int(c->first_cid));
    SET(cid2, value_int(c->second_cid));
    SET(cid3, value_int(p->item->category_id ? p->item->category_id : c->third_cid));
    SET(cname1, value_word(c->first));
    SET(cname2, value_word(c->second));
    SET(cname3, value_word(c->third));
}

static void fill_product(goods_page *p) {
    const item_row *it = p->item;
    int64_t lowest = INT64_MAX;
    for (unsigned i = 0; i < it->sku_count; i++) {
        lowest = it->skus[i].price_fen < lowest ? it->skus[i].price_fen : lowest;
    }
    lowest = it->sku_count ? lowest : it->price_fen;
    item_name(it, &p->name);
    item_pic_url(it, 0, &p->img);
    item_outer(p->w, p->index, &p->outer);
    SET(id, value_int(item_id(p->w, p->index)));
    SET(name, value_text(base_buf_str(&p->name)));
    SET(img, value_text(base_buf_str(&p->img)));
    SET(outer, value_text(base_buf_str(&p->outer)));
    SET(description, value_call(write_description, p));
    /* status 0 on sale, 1 off, 2 deleted; check_status 3 = approved (docs 14/633). */
    SET(status, value_int(it->sale));
    SET(check, value_int(3));
    SET(draft, value_int(3));
    SET(type, value_int(it->category == CATEGORY_CARDS ? 3 : 0));
    SET(market, value_int(it->market_price_fen ? it->market_price_fen : lowest * 13 / 10));
    SET(price, value_int(lowest));
    SET(mobile, value_text(base_str_of(it->mobile ? it->mobile : "4001234567")));
    SET(remark, value_text(base_str_of(it->remark ? it->remark : "")));
    SET(spec_id, value_int(it->spec == WORLD_NONE ? 0 : spec_id(it->spec)));
    SET(brand, value_int(596120136));
    SET(sold, value_int((int64_t)(roll(it->seed, 150) % 100000)));
    SET(created, value_int(it->created));
    SET(modified, value_int(it->modified));
    SET(created_text, value_time(it->created));
    SET(modified_text, value_time(it->modified));
    SET(pics, value_call(write_pics, p));
    SET(spec_pics, value_call(write_spec_pics, p));
    SET(skus, value_call(write_skus, p));
    SET(specs, value_call(write_specs, p));
    fill_category(p);
}

static void render_product(world *w, uint32_t index, unsigned which, base_buf *out) {
    goods_page page = { .w = w, .index = index, .item = &w->items[index] };
    base_buf_init(&page.name, TEXT_BYTES);
    base_buf_init(&page.img, TEXT_BYTES);
    base_buf_init(&page.outer, TEXT_BYTES);
    fill_product(&page);
    form_write(w->forms[which], page.values, out);
    base_buf_clear(&page.name);
    base_buf_clear(&page.img);
    base_buf_clear(&page.outer);
}

bool render_douyin_row(world *w, uint32_t index, base_buf *out) {
    render_product(w, index, FORM_PRODUCT_ROW, out);
    return true;
}

bool world_render_product_detail(world *w, uint32_t product, int64_t now, base_buf *out) {
    const item_row *it = item_at(w, product, now);
    if (!it || w->shops[it->shop].open.platform != WORLD_DOUYIN) {
        return false;
    }
    render_product(w, product, FORM_DETAIL, out);
    return true;
}

static void write_details(void *context, base_buf *out) {
    const form_value *values = context;
    for (unsigned i = SLOT_v1; i <= SLOT_v3; i++) {
        if (values[i].as.number != 0) {
            if (i > SLOT_v1) {
                base_buf_add_char(out, ',');
            }
            base_buf_add_i64(out, values[i].as.number);
        }
    }
}

bool render_douyin_sku(world *w, uint32_t index, unsigned slot, base_buf *out) {
    const item_row *it = &w->items[index];
    const sku_row *s = &it->skus[slot];
    form_value values[SLOT_COUNT] = { 0 };
    base_buf code;
    base_buf_init(&code, TEXT_BYTES);
    sku_code(w, index, slot, &code);
    values[SLOT_id] = value_int(item_id(w, index));
    values[SLOT_sku_id] = value_int(sku_id(w, index, slot));
    values[SLOT_spec_id] = value_int(it->spec == WORLD_NONE ? 0 : spec_id(it->spec));
    values[SLOT_code] = value_text(base_buf_str(&code));
    values[SLOT_outer_sku] = value_text(base_str_of(s->outer ? s->outer : ""));
    values[SLOT_sku_price] = value_int(s->price_fen);
    values[SLOT_stock] = value_int(s->stock);
    values[SLOT_sku_created] = value_int(s->created);
    values[SLOT_details] = value_call(write_details, values);
    const spec_row *sp = it->spec == WORLD_NONE ? NULL : &w->specs[it->spec];
    for (unsigned g = 0; g < SPEC_GROUPS; g++) {
        bool has = sp && g < sp->group_count;
        values[SLOT_v1 + g] = value_int(has ? spec_value_id(it->spec, g, s->value[g]) : 0);
        if (has) {
            values[SLOT_n1 + g] = value_text(base_str_of(sp->groups[g].values[s->value[g]]));
        }
    }
    form_write(w->forms[FORM_SKU], values, out);
    base_buf_clear(&code);
    return true;
}
