/*
 * The shapes of a Taobao Trade with its orders and of an Item, as TOP's structures name them
 * (taobao.trade.fullinfo.get, taobao.trades.sold.get, taobao.item.seller.get), in the shape that
 * simplify=false gives: a list stands inside an object that names its elements. Money is yuan text,
 * times are "yyyy-MM-dd HH:mm:ss" at +08:00; a time that is not set is left out, as TOP does.
 */
#include "sandbox/world/taobao_slots.h"
#include "sandbox/world/world_private.h"

static const char *const trade_form[] = {
    "{'tid':<tid>,'tid_str':'<tid>','sid':'<tid>','title':'<title>','type':'<type>',"
    "'seller_nick':'<seller_nick>','buyer_nick':'<buyer_nick>','buyer_open_uid':'<buyer_uid>',"
    "'acookie_id':'','status':'<status>','created':'<created>','modified':'<modified>',"
    "'async_modified':'<modified>'<?pay_time>,'pay_time':'<pay_time>'<.><?consign_time>,"
    "'consign_time':'<consign_time>','send_time':'<consign_time>'<.><?end_time>,"
    "'end_time':'<end_time>'<.><?timeout>,'timeout_action_time':'<timeout>'<.>,"
    "'payment':'<payment>','total_fee':'<total_fee>','discount_fee':'<discount_fee>',"
    "'adjust_fee':'0.00','post_fee':'<post_fee>','received_payment':'<received>',"
    "'available_confirm_fee':'0.00','commission_fee':'<commission>','credit_card_fee':'<payment>',"
    "'alipay_no':'<alipay_no>','alipay_id':<alipay_id>,'alipay_point':0,'buyer_alipay_no':'***',"
    "'buyer_area':'<state><city>','buyer_email':'','seller_alipay_no':'***','seller_name':'***',"
    "'seller_email':'','seller_mobile':'***','seller_phone':'','pic_path':'<pic>',"
    "'num_iid':<num_iid>,'price':'<price>','num':<num>,'cod_fee':'0.00'<?has_cod>,"
    "'cod_status':'<cod_status>','buyer_cod_fee':'0.00','seller_cod_fee':'0.00',"
    "'express_agency_fee':'0.00'<.>,'shipping_type':'<shipping_type>','point_fee':0,"
    "'real_point_fee':0,'buyer_obtain_point_fee':<point>,'receiver_name':'<name>',"
    "'receiver_country':'','receiver_state':'<state>','receiver_city':'<city>',"
    "'receiver_district':'<district>','receiver_town':'<town>','receiver_address':'<address>',"
    "'receiver_zip':'<zip>','receiver_mobile':'<mobile>','receiver_phone':'','oaid':'<oaid>',"
    "'seller_flag':<flag>,'buyer_flag':0,'seller_memo':'<seller_memo>','buyer_memo':'',"
    "'buyer_message':'<buyer_message>','has_buyer_message':<has_message>,'trade_memo':'',",
    "'seller_rate':false,'buyer_rate':false,'can_rate':true,'seller_can_rate':false,"
    "'has_post_fee':true,'is_3D':false,'is_lgtype':false,'lg_aging':'','lg_aging_type':'',"
    "'is_brand_sale':false,'is_force_wlb':false,'is_part_consign':<part_consign>,"
    "'is_daixiao':false,'is_wt':false,'is_sh_ship':false,'is_o2o_passport':false,"
    "'is_force_dc':false,'is_gift':false,'is_istore':false,'is_openmall':false,"
    "'is_cycle_buy':false,'has_yfx':false,'yfx_fee':'0.00','yfx_id':'','yfx_type':'',"
    "'trade_from':'<trade_from>','trade_source':'','mark_desc':'','promotion':'',"
    "'snapshot_url':'<tid>_1','step_trade_status':'<step_status>','step_paid_fee':'<step_paid>',"
    "'eticket_ext':'<eticket>','nut_feature':'','arrive_interval':0,'arrive_cut_time':'',"
    "'consign_interval':0,'o2o':'','o2o_guide_id':'','o2o_guide_name':'','o2o_shop_id':'',"
    "'o2o_shop_name':'','o2o_delivery':'','o2o_out_trade_id':'','shop_code':'','shop_pick':'',"
    "'zero_purchase':false,'pcc_af':0,'order_tax_fee':'0','order_tax_promotion_fee':'0',"
    "'rx_audit_status':'','es_date':'','es_range':'','os_date':'','os_range':'','coupon_fee':0,"
    "'platform_subsidy_fee':'<discount_fee>','paid_coupon_fee':'0.00','post_gate_declare':false,"
    "'cross_bonded_declare':false,'trade_attr':'{\\'erpHold\\':\\'0\\'}','top_hold':0,"
    "'forbid_consign':0,'team_buy_hold':0,'share_group_hold':0,'ofp_hold':0,"
    "'delay_create_delivery':0,'toptype':0,'service_type':'','market':'<market>','obs':'0',"
    "'omni_attr':'','omni_param':'','identity':'','sorted':0,'new_presell':false,"
    "'you_xiang':false,'pay_channel':'ALIPAY','tmall_delivery':false,'threepl_timing':false,"
    "'cn_service':'','cutoff_minutes':'','es_time':'','delivery_time':'','collect_time':'',"
    "'dispatch_time':'','sign_time':'','delivery_cps':'','asdp_biz_type':'','asdp_ads':'',"
    "'drug_register':'','promise_sign_time':'','scenario_group':'','invoice_detail_pay':'',"
    "'trade_ext':{'before_enable_flag':0,'before_close_flag':0,'before_pay_flag':0,"
    "'before_ship_flag':0,'before_confirm_flag':0,'before_rate_flag':0,'before_refund_flag':0,"
    "'before_modify_flag':0,'third_party_status':0,'extra_data':'','ext_attributes':''},"
    "'logistics_agreement':{'logistics_service_msg':'','asdp_biz_type':'','asdp_ads':'',"
    "'sign_time':'','promise_sign_time':''},'promotion_details':{'promotion_detail':[<promotions>]}"
    ","
    "'service_orders':{'service_order':[]},'service_tags':{'logistics_tag':[]},"
    "'logistics_infos':{'logistics_info':[<logistics>]},'orders':{'order':[<orders>]}}",
    NULL
};

static const char *const order_form[] = {
    "{'oid':<oid>,'oid_str':'<oid>','num_iid':<num_iid>,'title':'<item_title>',"
    "'pic_path':'<item_pic>','price':'<item_price>','num':<item_num>,'sku_id':'<sku_id>',"
    "'sku_properties_name':'<sku_names>','outer_iid':'<outer_iid>','outer_sku_id':'<outer_sku>',"
    "'cid':<cid>,'status':'<order_status>','refund_status':'<refund>'<?refund_id>,"
    "'refund_id':'<refund_id>'<.>,'total_fee':'<order_total>','payment':'<order_payment>',"
    "'discount_fee':'<order_discount>','adjust_fee':'0.00','divide_order_fee':'<divide>',"
    "'part_mjz_discount':'<part>','item_meal_id':0,'item_meal_name':'','snapshot_url':'<oid>_1',"
    "'item_memo':'','buyer_rate':false,'seller_rate':false,'seller_type':'B','is_oversold':false"
    "<?order_consign>,'consign_time':'<order_consign>'<.><?order_end>,'end_time':'<order_end>'<.>,"
    "'order_from':'<trade_from>','is_service_order':false,'shipping_type':'<shipping_type>'"
    "<?invoice>,'logistics_company':'<company>','invoice_no':'<invoice>'<.>,'bind_oid':0,"
    "'bind_oids':'','is_daixiao':false,'ticket_outer_id':'','ticket_expdate_key':'','is_www':false,"
    "'store_code':'','tmser_spu_code':'','sub_order_tax_fee':'0','sub_order_tax_rate':'0',"
    "'sub_order_tax_promotion_fee':'0','estimate_con_time':'付款后48小时内','zhengji_status':'',"
    "'md_qualification':'','md_fee':'','customization':'','inv_type':'6','is_sh_ship':false,"
    "'shipper':'','order_attr':'{\\'pid\\':\\'<num_iid>\\'}','tax_free':false,"
    "'tax_coupon_discount':'0','special_refund_type':'','is_devalue_fee':false,'is_idle':'0',"
    "'promise_collect_time':'','is_force_dc':false,'modify_address':'','credit_buy':'',"
    "'timing_promise':'','promise_service':'','cutoff_minutes':'','es_time':'','delivery_time':'',"
    "'collect_time':'','dispatch_time':'','sign_time':'','gift_mids':'','is_free_gift':false,"
    "'has_gift':false,'need_return':false,'shp_info':{'transport_type':[]}}",
    NULL
};

static const char *const item_form[] = {
    "{'num_iid':<num_iid>,'title':'<item_title>','nick':'<seller_nick>','type':'fixed',"
    "'approve_status':'<approve>','cid':<cid>,'seller_cids':',','created':'<created>',"
    "'modified':'<modified>','list_time':'<list_time>','delist_time':'<delist_time>',"
    "'valid_thru':7,'num':<num>,'price':'<price>','outer_id':'<outer_iid>','pic_url':'<item_pic>',"
    "'detail_url':'http://item.example.com/item.htm?id=<num_iid>','desc':'<desc>','wap_desc':'',"
    "'wireless_desc':'','sell_point':'','props':'<props>','props_name':'<props_name>',"
    "'property_alias':'','input_pids':'','input_str':'','location':{'state':'<state>',"
    "'city':'<city>'},'post_fee':'0.00','express_fee':'6.00','ems_fee':'0.00','postage_id':10011,"
    "'freight_payer':'seller','stuff_status':'new','sub_stock':2,'with_hold_quantity':0,"
    "'sold_quantity':<sold>,'period_sold_quantity':0,'volume':<sold>,'score':0,'increment':'0.00',"
    "'auction_point':5,'auto_fill':'','after_sale_id':0,'cod_postage_id':0,'product_id':0,"
    "'barcode':'','features':'','item_size':'','item_weight':'0.5','template_id':'','video_id':0,"
    "'has_discount':true,'has_invoice':true,'has_showcase':false,'has_warranty':true,"
    "'is_3D':false,'is_ex':true,'is_fenxiao':0,'is_lightning_consignment':false,'is_prepay':false,"
    "'is_taobao':true,'is_timing':false,'is_virtual':false,'is_xinpin':false,'is_cspu':false,"
    "'is_area_sale':false,'one_station':false,'sell_promise':true,'violation':false,"
    "'ww_status':true,'auto_repost':true,'second_kill':'','newprepay':'','promoted_service':'2',"
    "'first_starts_time':'<created>','item_imgs':{'item_img':[<imgs>]},'prop_imgs':{'prop_img':"
    "[<prop_imgs>]},'videos':{'video':[]},'skus':{'sku':[<skus>]}}",
    NULL
};

qd_status form_taobao(doc_form **out_trade, doc_form **out_sub, doc_form **out_item, qd_err *err) {
#define NAME_OF(name) #name,
    static const char *const names[] = { TAOBAO_SLOTS(NAME_OF) };
#undef NAME_OF
    qd_status status = form_new(trade_form, names, SLOT_COUNT, out_trade, err);
    if (status == QD_OK) {
        status = form_new(order_form, names, SLOT_COUNT, out_sub, err);
    }
    if (status == QD_OK) {
        status = form_new(item_form, names, SLOT_COUNT, out_item, err);
    }
    return status;
}
