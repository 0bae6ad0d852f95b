/*
 * The shapes of a Douyin after-sale as afterSale.List and afterSale.Detail give it: names and types
 * after docs 17/1295 and 17/1095. What goes into the blanks is douyin_aftersale.c's and
 * douyin_aftersale_detail.c's.
 */
#include "sandbox/world/douyin_aftersale.h"

#define TAG "{'tag_detail':'七天无理由','tag_detail_en':'7_days_return','tag_link_url':''}"
#define SALE_TAG                                                                                   \
    "{'tag_detail':'时效延长','tag_detail_en':'time_extend','tag_detail_text':"                \
    "'该售后已延长${days}','tag_link_url':'','placeholder':{'days':{'text':'7天','url':''}}}"
#define EXCHANGE                                                                                   \
    "'exchange_sku_info':{'sku_id':'<exchange_sku>','code':'<exchange_code>',"                     \
    "'num':<exchange_num>,'out_sku_id':'','out_warehouse_id':'<warehouse>','supplier_id':'',"      \
    "'url':'<exchange_pic>','name':'<exchange_name>','price':'<exchange_price>',"                  \
    "'spec_desc':'<exchange_spec>'},"

static const char *const row_form[] = {
    "{'aftersale_info':{'aftersale_status_to_final_time':<final>,'aftersale_id':'<id>',"
    "'aftersale_order_type':<order_type>,'aftersale_type':<kind>,'aftersale_status':<status>,"
    "'related_id':'<related>','apply_time':<applied>,'update_time':<modified>,"
    "'status_deadline':<deadline>,'refund_amount':<fen>,'refund_post_amount':<post>,"
    "'aftersale_num':<num>,'part_type':<part>,'aftersale_refund_type':<pay_kind>,"
    "'refund_type':<assistant>,'arbitrate_status':<arb>,'create_time':<applied>,"
    "'refund_tax_amount':0,'left_urge_sms_count':<urge>,'return_logistics_code':'<back_no>',"
    "'risk_decision_code':0,'risk_decision_reason':'','risk_decision_description':'',"
    "'return_promotion_amount':<promo>,'refund_status':<refund_status>,'arbitrate_blame':0,",
    EXCHANGE "'return_logistics_company_name':'<back_name>',"
             "'exchange_logistics_company_name':'<sent_name>','remark':'<remark>',"
             "'got_pkg':<got>,'order_logistics':[<parcels>],'is_agree_refuse_sign':<sign>,"
             "'reason_second_labels':[<labels>],'aftersale_tags':[<?tag>" SALE_TAG
             "<.>],'store_id':0,'store_name':'','aftersale_sub_type':0,"
             "'auto_audit_bits':[<bits>]},",
    "'order_info':{'shop_order_id':'<order_id>','related_order_info':[<lines>],"
    "'order_flag':<star>},'text_part':{'logistics_text':'<logistics_text>',"
    "'aftersale_status_text':'<status_text>','aftersale_type_text':'<kind_text>',"
    "'return_logistics_text':'<back_text>','aftersale_refund_type_text':'<pay_text>',"
    "'reason_text':'<reason_text>','bad_item_text':'','arbitrate_status_text':'<arb_text>'},"
    "'seller_logs':[<logs>]}",
    NULL
};

static const char *const line_form[] = {
    "{'sku_order_id':'<line_id>','order_status':<line_status>,'pay_amount':<line_pay>,"
    "'post_amount':<line_post>,'item_num':<line_num>,'create_time':<created>,'tax_amount':0,"
    "'is_oversea_order':0,'product_name':'<name>','product_id':<product_id>,"
    "'product_image':'<pic>','tags':[" TAG "],'sku_spec':[<spec>],'shop_sku_code':'<code>',"
    "'logistics_code':'<track>','aftersale_pay_amount':<sale_pay>,"
    "'aftersale_post_amount':<sale_post>,'aftersale_tax_amount':0,"
    "'aftersale_item_num':<sale_num>,'promotion_pay_amount':<line_promo>,'price':<price>,"
    "'logistics_company_name':'<company>','given_sku_order_ids':[]}",
    NULL
};

static const char *const detail_form[] = {
    "{'process_info':{'after_sale_info':{'after_sale_id':<id>,'after_sale_status':<status>,"
    "'after_sale_status_desc':'<status_text>','refund_type':<pay_kind>,"
    "'refund_type_text':'<pay_text>','refund_status':<refund_status>,"
    "'refund_total_amount':<fen>,'refund_post_amount':<post>,'refund_promotion_amount':<returned>,"
    "'apply_time':<applied>,'update_time':<modified>,'reason':'<reason_text>',"
    "'reason_code':<reason>,'after_sale_type':<kind>,'after_sale_type_text':'<kind_text>',"
    "'reason_remark':'<reason_remark>','evidence':[<evidence>],'after_sale_apply_count':<num>,"
    "'need_return_count':<back_num>,'deduction_amount':0,'disable_coupon_id':'',"
    "'platform_discount_return_amount':<platform_fen>,'platform_discount_return_status':<got>,"
    "'kol_discount_return_amount':<kol_fen>,'kol_discount_return_status':<got>,"
    "'post_receiver':'<receiver>','post_tel_sec':'<tel>','post_address':{<address>},",
    "'risk_decsison_code':0,'risk_decsison_reason':'','risk_decsison_description':'',"
    "'return_address':{<return_address>},'real_refund_amount':<real_fen>,'got_pkg':<got>,"
    "'status_deadline':<deadline>,'return_address_id':<address_id>," EXCHANGE
    "'post_discount_return_amount':0,'post_discount_return_status':0,'part_type':<part>,"
    "'reason_second_labels':[<labels>],'refund_voucher_num':<voucher>,"
    "'refund_voucher_times':<voucher>,'gold_coin_return_amount':0,'refund_fail_reason':'',"
    "'aftersale_tags':[<?tag>" SALE_TAG "<.>],'store_id':'','store_name':'',"
    "'after_sale_order_type':<order_type>,'refund_packing_charge_amount':0,"
    "'shop_discount_return_amount':<shop_fen>,'after_sale_sub_type':0,"
    "'agree_refuse_sign':<sign>,'apply_role':<role>,'refund_time':<refunded>,"
    "'aftersale_status_to_final_time':<final>,'return_method':<method>,"
    "'auto_audit_bits':[<bits>],'open_address_id':'<open_address>'},",
    "'arbitrate_info':{'arbitrate_id':'<arb_id>','arbitrate_status':<arb>,"
    "'is_required_evidence':<arb_needed>,'arbitrate_status_deadline':'<arb_deadline>',"
    "'arbitrate_opinion':'<arb_opinion>','arbitrate_conclusion':<arb_end>,"
    "'arbitrate_create_time':<arb_created>,'arbitrate_update_time':<arb_updated>,"
    "'arbitrate_evidence_tmpl':{'images':['https://p3-aio.example.com/obj/evidence/sample'],"
    "'describe':'请上传能说明商品与物流情况的图片','dead_line':<deadline>},"
    "'arbitrate_evidence':{'images':[<arb_images>],'describe':'<arb_describe>'},"
    "'arbitrate_blame':0},'after_sale_service_tag':{'after_sale_service_tag':[" TAG "]},",
    "'logistics_info':{'return':{'tracking_no':'<back_no>','company_name':'<back_name>',"
    "'company_code':'<back_code>','logistics_time':<back_time>},'exchange':{"
    "'tracking_no':'<sent_no>','company_name':'<sent_name>','company_code':'<sent_code>',"
    "'logistics_time':<sent_time>},'order':[<parcels>],'resend':{'tracking_no':'<resend_no>',"
    "'company_name':'<resend_name>','company_code':'<resend_code>',"
    "'logistics_time':<resend_time>}},'after_sale_shop_remarks':[<remarks>],",
    "<?price_detail>'price_protection_detail':{'title':'价保',"
    "'price_protection_formulas':'基准价-核准价=退款金额','standard_price':{<price_from>},"
    "'check_price':{<price_to>},'refund_detail':{'actual_amount':{'price_text':'退款金额',"
    "'amount':<fen>},'origin_amount':{'price_text':'差价','amount':<fen>},"
    "'deduction_price_detail':[{'price_text':'已退金额','amount':0}]},"
    "'refund_bearer_list':[{'price_text':'商家承担','amount':<fen>}],"
    "'platform_to_merchant_refund_status':1,'platform_recycle_amount':0},<.>",
    "'record_logs_list':[<records>]},'order_info':{'shop_order_id':<order_number>,"
    "'sku_order_infos':[<lines>]}}",
    NULL
};

static const char *const detail_line_form[] = {
    "{'sku_order_id':<line_id>,'order_status':<line_status>,'pay_amount':<line_pay>,"
    "'post_amount':<line_post>,'item_quantity':<line_num>,'create_time':<created>,"
    "'tax_amount':0,'is_oversea_order':0,'product_name':'<name>','product_id':<product_id>,"
    "'product_image':'<pic>','tags':[" TAG "],'sku_spec':[<spec>],'shop_sku_code':'<code>',"
    "'sku_id':<sku_id>,'item_sum_amount':<line_sum>,'sku_pay_amount':<line_paid>,"
    "'promotion_amount':<line_promo>,'pay_type':<pay_type>,'insurance_tags':[{"
    "'tag_detail':'运费险','tag_detail_en':'freight_insurance','tag_link_url':''}],"
    "'after_sale_item_count':<sale_num>,'given_sku_details':[]}",
    NULL
};

qd_status form_douyin_sale(doc_form **out_row, doc_form **out_line, doc_form **out_detail,
                           doc_form **out_detail_line, qd_err *err) {
#define NAME_OF(name) #name,
    static const char *const names[] = { SALE_SLOTS(NAME_OF) };
#undef NAME_OF
    qd_status status = form_new(row_form, names, SALE_SLOT_COUNT, out_row, err);
    if (status == QD_OK) {
        status = form_new(line_form, names, SALE_SLOT_COUNT, out_line, err);
    }
    if (status == QD_OK) {
        status = form_new(detail_form, names, SALE_SLOT_COUNT, out_detail, err);
    }
    if (status == QD_OK) {
        status = form_new(detail_line_form, names, SALE_SLOT_COUNT, out_detail_line, err);
    }
    return status;
}
