/*
 * The shape of a Douyin order, as order.searchList and order.orderDetail give it: names and types
 * after the order structures of the shop's open platform (docs 15/1342 and 15/1343). Money is fen,
 * times are unix seconds, ids beyond 2^53 stand as text where the platform's SDKs say text. Only
 * the shape; what goes into the blanks is douyin_order.c's and douyin_line.c's.
 */
#include "sandbox/world/douyin_slots.h"
#include "sandbox/world/world_private.h"

#define PLACE(which, id, name) "'" which "':{'id':'<" id ">','name':'<" name ">'}"
#define PLACES                                                                                     \
    PLACE("city", "city_id", "city")                                                               \
    "," PLACE("province", "province_id", "province") "," PLACE(                                    \
        "street", "street_id", "street") "," PLACE("town", "town_id", "town")

/* What an order and each of its lines have in common. */
#define SHARED                                                                                     \
    "'app_id':1128,'appointment_ship_time':0,'b_type':<b_type>,'b_type_desc':'<b_desc>',"          \
    "'biz':<biz>,'biz_desc':'<biz_desc>','sub_b_type':1,'sub_b_type_desc':'app内-原生',"        \
    "'cancel_reason':'<cancel_reason>','channel_payment_no':'<channel_no>',"                       \
    "'create_time':<created>,'update_time':<modified>,'pay_time':<paid>,"                          \
    "'ship_time':<ship_time>,'finish_time':<finish_time>,'exp_ship_time':<exp_ship>,"              \
    "'order_expire_time':1800,'order_status':<status>,'order_status_desc':'<status_desc>',"        \
    "'main_status':<main_status>,'main_status_desc':'<main_desc>','order_type':<order_type>,"      \
    "'order_type_desc':'<order_type_desc>','trade_type':<trade_type>,"                             \
    "'trade_type_desc':'<trade_desc>','pay_type':<pay_type>,'order_amount':<order_amount>,"        \
    "'pay_amount':<pay_amount>,'promotion_amount':<promo>,"                                        \
    "'promotion_shop_amount':<promo_shop>,'promotion_platform_amount':<promo_platform>,"           \
    "'promotion_talent_amount':<promo_talent>,'promotion_pay_amount':0,"                           \
    "'promotion_redpack_amount':<redpack>,'promotion_redpack_platform_amount':<redpack_platform>," \
    "'promotion_redpack_talent_amount':<redpack_talent>,'shop_cost_amount':<promo_shop>,"          \
    "'platform_cost_amount':<cost_platform>,'only_platform_cost_amount':<promo_platform>,"         \
    "'author_cost_amount':<promo_talent>,'post_amount':<post>,'post_insurance_amount':0,"          \
    "'modify_amount':0,'modify_post_amount':0,'tax_amount':0,'promise_info':'',"                   \
    "'encrypt_post_receiver':'<receiver>','encrypt_post_tel':'<tel>','post_receiver':'',"          \
    "'post_tel':'','mask_post_receiver':'<mask_receiver>','mask_post_tel':'<mask_tel>',"           \
    "'post_addr':{'encrypt_detail':'<detail>','detail':''," PLACES                                 \
    "},<?masked>'mask_post_addr':{'detail':'<mask_detail>'," PLACES                                \
    "},<.>'promotion_detail':<discounts>,"

static const char *const order_form[] = {
    "{'order_id':'<id>','order_level':2,'shop_id':<shop_id>,'shop_name':'<shop_name>'," SHARED,
    "'post_origin_amount':<post>,'post_promotion_amount':0,'total_promotion_amount':<promo>,"
    "'packing_amount':0,'open_id':'<open_id>','doudian_open_id':'<doudian_open_id>',"
    "'buyer_words':'<buyer_words>','seller_words':'<seller_words>',"
    "'seller_remark_stars':<stars>,'accept_order_status':<accept_status>,"
    "'early_arrival':false,'target_arrival_time':<arrival>,'earliest_receipt_time':0,"
    "'latest_receipt_time':0,'supermarket_order_serial_no':'','serial_number_list':["
    "<serials>],'user_coordinate':{'user_coordinate_latitude':'<latitude>',"
    "'user_coordinate_longitude':'<longitude>'},'user_id_info':{"
    "'encrypt_id_card_name':'<card_name>','encrypt_id_card_no':'<card_no>','id_card_name':'',"
    "'id_card_no':''},'address_tag_ui':[<?address_tag>{'key':'address_change',"
    "'text':'已改地址','hover_text':'买家在付款后修改过收货地址'}<.>],'shop_order_tag_ui':["
    "<?order_tag>{'key':'sug_home_deliver','text':'建议音尊达',"
    "'help_doc':'https://school.example.com/doudian/web/article/101835'}<.>],'user_tag_ui':["
    "<?user_tag>{'key':'user_profile_buy_frequency','text':'服务优先'}<.>]<?car>,"
    "'d_car_shop_biz_data':{'coupon_right':[{'quota':10000,'right_name':'现金抵扣',"
    "'right_type':1}],'poi_addr':'<city><town>汽车城6号','poi_adname':'<town>',"
    "'poi_city_name':'<city>','poi_id':'22535659043973690','poi_name':'星途汽车<city>店',"
    "'poi_pname':'<province>','poi_tel':'4008001234'}<.>,'order_phase_list':[<phases>],"
    "'logistics_info':[<packs>],'sku_order_list':[<lines>]}",
    NULL
};

static const char *const line_form[] = {
    "{'order_id':'<line_id>','parent_order_id':'<id>','order_level':3," SHARED,
    "'product_id':<product_id>,'product_id_str':'<product_id>','product_name':'<name>',"
    "'product_pic':'<pic>','sku_id':<sku_id>,'code':'<code>','out_sku_id':'<outer_sku>',"
    "'out_product_id':'<outer_product>','spec':[<spec>],'item_num':<num>,"
    "'origin_amount':<price>,'sum_amount':<sum>,'first_cid':<cid1>,'second_cid':<cid2>,"
    "'third_cid':<cid3>,'fourth_cid':0,'after_sale_info':{'after_sale_status':<sale_status>,"
    "'after_sale_type':<sale_type>,'refund_status':<refund_status>},'account_list':{"
    "'account_info':[<?account>{'account_name':'充值账号','account_type':'Mobile',"
    "'account_id':'','encrypt_account_id':'<tel>'}<.>]},<?voucher>'card_voucher':{"
    "'valid_days':<voucher>,'valid_start':<paid>,'valid_end':0},<.>'ad_env_type':'<ad_type>',"
    "'author_id':<author_id>,'author_name':'<author_name>','c_biz':<cbiz>,"
    "'c_biz_desc':'<cbiz_desc>','cid':0,'content_id':'<video_id>','origin_id':'<page_id>',"
    "'page_id':<page_id>,'room_id':<room_id>,'room_id_str':'<room_id>',"
    "'video_id':'<video_id>','theme_type':'<theme>','theme_type_desc':'<theme_desc>',"
    "'send_pay':<send_pay>,'send_pay_desc':'<send_pay_desc>','source_platform':'',"
    "'given_product_type':'',<?rare>'given_product_activity_info':{"
    "'given_product_activity_type':'','given_product_activity_value':''},"
    "<.>'goods_type':<goods_type>,'has_tax':false,'inventory_type':'1',"
    "'inventory_type_desc':'普通库存','inventory_list':[{'count':<num>,'inventory_type':1,"
    "'inventory_type_desc':'普通库存','warehouse_id':'<warehouse>',"
    "'out_warehouse_id':'<out_warehouse>','warehouse_type':0}],'warehouse_ids':["
    "'<warehouse>'],'out_warehouse_ids':['<out_warehouse>'],'is_activity':<campaign>,"
    "'is_comment':<is_comment>,'confirm_receipt_time':<confirm_time>,"
    "'logistics_receipt_time':<receipt_time>,'master_sku_order_id':'',"
    "'master_sku_order_id_list':[],'need_serial_number':false,'pre_sale_type':<presale>,"
    "'receive_type':1,'reduce_stock_type':1,'reduce_stock_type_desc':'下单减库存',"
    "'supplier_id':'',<?rare>'contract_info':{'mobile_no':'','encrypt_mobile_no':''},"
    "'quality_check_info':{'check_fail_msg':'','check_result_code':'','resend_check_time':0},"
    "'relation_order':{'relation_order_id':'','write_off_no':''},<.>'bundle_sku_info':["
    "<?bundle>{'code':'<code>-B','item_num':1,'picture_url':'<pic>',"
    "'product_id':'<product_id>','product_name':'<name>','sku_id':'<sku_id>'}<.>],"
    "'campaign_info':[<?has_shop>{'campaign_id':<campaign_id>,'campaign_name':'店铺满减',"
    "'campaign_type':100,'campaign_sub_type':0,'campaign_amount':<promo_shop>,"
    "'share_discount_cost':{'shop_cost':<promo_shop>,'platform_cost':0,'author_cost':0}}<.>],"
    "'sku_customization_info':[<?custom>{'detail':{'extra':'','pic':[{'id':1,'url':'<pic>'}],"
    "'text':[{'id':1,'key':'刻字','content':'平安喜乐❤'}]}}<.>],'sku_yun_warehouse_info':["
    "<?cloud>{'sku_id':'<sku_id>','sku_count':<num>,'current_business_stage':1,"
    "'pre_allocated_yun_warehouse_info':{'yun_warehouse_code':'YC-HZ-01',"
    "'yun_warehouse_name':'杭州一号云仓'},'real_yun_warehouse_info':{"
    "'yun_warehouse_code':'YC-HZ-01','yun_warehouse_name':'杭州一号云仓'}}<.>],"
    "'writeoff_info':[<?write_off>{'verify_order_id':'<line_id>','writeoff_no':'',"
    "'writeoff_no_mask':'9527****0001','writeoff_start_time':<created>,"
    "'writeoff_expire_time':<exp_ship>,'writeoff_status':1,'writeoff_status_desc':'待核销',"
    "'writeoff_total_count':1,'writtenoff_count':0}<.>]<?store>,'store_info':{"
    "'store_id':'68021','store_name':'<shop_name>门店','store_tel':'057188001234','extra':'',"
    "'store_address':{'detail':'迎宾路88号'," PLACES
    "}}<.>,'sku_order_tag_ui':[<?line_tag>{'key':'pre_sale_label','text':'全款预售',"
    "'tag_type':'orange','sort':1,'hover_text':'该商品为预售商品,请按承诺时间发货',"
    "'help_doc':'https://school.example.com/doudian/web/article/101835','extra':'{"
    "\\'key\\':\\'value\\'}'}<.>]}",
    NULL
};

qd_status form_douyin_order(doc_form **out_order, doc_form **out_line, qd_err *err) {
#define NAME_OF(name) #name,
    static const char *const names[] = { DOUYIN_SLOTS(NAME_OF) };
#undef NAME_OF
    qd_status status = form_new(order_form, names, SLOT_COUNT, out_order, err);
    if (status == QD_OK) {
        status = form_new(line_form, names, SLOT_COUNT, out_line, err);
    }
    return status;
}
