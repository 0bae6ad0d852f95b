/*
 * Nothing is missing: methods by platform and group, and the counts of what is special about them,
 * written down from the documents (245 classes of the dingtalk SDK, Douyin's groups), not from the
 * catalogue.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "catalog/catalog.h"

/* "group methods " of each platform. */
/* clang-format off */
static const char *const TAOBAO[] = {
    "1688-tui-ke 5 ae-dropshipper 7 ae-gong-ying-lian 4 ae-oversea-solution 20",
    "ailab-tu-xiang-suan-fa 3 ali-ba-ba-gong-ying-lian-ping-tai 2 ali-che-lian-wang 4",
    "ali-da-yu 23 ali-jian-kang 79 ali-jian-kang-hiot 5 ali-jian-kang-hui-yuan-guan-li 22",
    "ali-jian-kang-xin-ling-shou 1 ali-jian-kang-yao 5 ali-jian-kang-yi 1",
    "ali-jian-kang-yi-miao 11 ali-jian-kang-yi-sheng 11 ali-jian-kang-zhi-hui-yi-liao 1",
    "ali-jian-kang-zhui-su-ma 82 ali-jing-ling-ji-chu-neng-li-jie-kou 1",
    "ali-os-ying-yong-zhong-xin 7 ali-os-zhi-fu 1 ali-ti-yu 16 ali-tong-xin 57",
    "ali-yin-yue-yin-yue-jiao-yi 2 ali-yin-yue-yun-ying-huo-dong 1 ali-ying-ye-deng-ta 4",
    "ali-ying-ye-yun-zhi 3 ali-yun 90 ali-yun-ocs 10 alios-guang-gao-ping-tai 3",
    "an-quan-ping-ce 1 b2b-ren-zheng-ping-tai 1 bai-chuan 32 bai-chuan-ctg 1",
    "bai-chuan-tui-song 7 bao-dian 18 bao-xian 4 ben-di-sheng-huo 3 cai-niao-cang-pei 24",
    "cai-niao-guo-guo 9 cai-niao-ji-huo 6 cai-niao-kong-zhi-ta 2 cai-niao-nong-cun-wu-liu 1",
    "cai-niao-pei-song 2 cai-niao-wu-xian 9 cai-piao 8 cheng-shi-he-huo-ren 1 da-mai 1",
    "da-mai-piao-wu-yun-fen-xiao 13 di-dong-yi 1 dian-dong-che 2 dian-pu-hui-yuan-guan-li 27",
    "dian-ying-piao 6 dian-zi-fa-piao 32 dian-zi-mian-dan 44 dian-zi-wu-liu 28 ding-ding 406",
    "dmp 14 dpaas 15 dsp 38 du-jia-men-piao-jiao-yi-guan-li 9 du-jia-qian-zheng-guan-li 7",
    "du-jia-shang-pin-guan-li 25 duo-mei-ti-ping-tai 16 fa-wu-su-song-dui-wai 1",
    "fan-qi-zha-feng-kong 4 fei-zhu-ji-piao-qian-tai-lei-mu 6 fei-zhu-jiu-dian-biao-zhun-ku 7",
    "fei-zhu-poi-shu-ju 1 fei-zhu-xing-zheng-qu-hua 1 fen-si-pa 1 fen-xiao 72",
    "fu-wu-ping-tai 33 gong-ju 36 guan-lian-tui-jian 1 guo-ji-ji-piao-ding-dan 18",
    "guo-ji-ji-piao-zheng-ce 14 guo-ji-zhan-shang-pin 14 guo-ji-zhan-shu-ju-guan-jia 9",
    "guo-ji-zhan-wai-mao-zhi-tong-che 50 guo-nei-ji-piao-ding-dan 16",
    "guo-nei-ji-piao-jing-hang 9 hang-lv 1 homeai 1 hu-dong-ba 10 hu-dong-xiao-you-xi 10",
    "huan-huo 10 huan-xing-kai-fa-ping-tai 3 hui-jin 15 hui-yuan-zhong-xin 1 huo-che-piao 32",
    "i-home 3 icbu-chu-chuang 6 icbu-rfq 7 icbu-shang-pin 1 icbu-xin-bao 1 ioti 5 item 95",
    "jae 1 jae-zu-jian 4 ji-li 7 ji-piao 8 jiao-yu-zhang-hao 7 jiu-dian 7 jiu-dian-dao-gou 11",
    "jiu-dian-guan-wang-xin-yong-zhu 4 jiu-dian-hui-yuan 2 jiu-dian-shang-pin 38",
    "jiu-dian-xian-xia-xin-yong-zhu 7 jiu-dian-zai-xian-yu-ding 22 ju-an-quan 59 ju-hua-suan 1",
    "ju-shi-ta 35 ku-cun 4 kua-jing 2 lei-mu 5 ling-shou-plus 43",
    "ling-shou-tong-ding-dan-lv-xing 3 ling-shou-tong-gong-gong 8",
    "ling-shou-tong-xiao-dian-zhi-neng-she-bei 2 ling-shou-tong-zhi-neng-pos-kai-fang 9",
    "ling-shou-tong-zi-dong-shou-huo-ji 10 ling-shou-zhong-duan 8 lv-xing-yong-che 12",
    "ma-shang-tao 3 men-piao-shang-pin-guan-li 8 miao-jie 47 mozi-zhang-hao 4",
    "ons-xiao-xi-fu-wu 6 openim 32 ott-zhi-fu 5 pai-mai 3 pin-pai-hao-api 10 pin-xiao 10",
    "ping-jia 8 ping-tai-zhi-li 2 qi-che-piao 29 qi-men-cang-chu 54 qi-men-pos-jie-kou 20",
    "qi-ye-yun-ying-ping-tai-ji-tuan-cai-wu 2 qian-niu-jie-kou 22 qin-cheng-li-westcrm 16",
    "qu-dao-zhong-xin 17 quan-qu-dao 59 rar-hui-liu 5",
    "ren-gong-zhi-neng-shi-yan-shi-kai-fang-ping-tai 12 scm 1 shang-hu 5",
    "shang-jia-ying-xiao-zhong-xin 15 shang-lv 22 shen-jing-ying-yong 8 sheng-huo-fu-wu 1",
    "sheng-huo-hui 4 shop 15 shou-ji-tao-bao 1 shou-tao-fen-xiang 1 shou-tao-kai-fang 17",
    "shou-tao-yong-hu-zeng-zhang 1 shu-ju 3 shu-yu-mei-zi-shu-chu 2 si-fa-kai-fang-ping-tai 9",
    "si-fa-pai-mai 5 tae 7 tanx 16 tao-bao-chou-jiang-ping-tai 1 tao-bao-ka-quan-ping-tai 7",
    "tao-bao-ke 27 tao-bao-nei-rong 3 tao-bao-sou-suo 1 tao-bao-you-xi 4",
    "tao-dian-dian-wai-mai 8 ti-jian-ji-gou 16 tian-mao-fu-wu-shang-pin 41",
    "tian-mao-fu-wu-shu-ju 13 tian-mao-gong-ying-lian 1 tian-mao-guo-ji 5",
    "tian-mao-hu-dong-jie-kou 62 tian-mao-hui-yuan-ji-fen 1 tian-mao-jing-ling-kai-fang 21",
    "tian-mao-jing-pin-ku 1 tian-mao-mei-zhuang 5 tian-mao-men-dian 15 tian-mao-qi-che 14",
    "tian-mao-u-xian 2 tian-mao-xian-xia-da-ping 4 tian-mao-xin-ling-shou 26",
    "tian-mao-xin-pin-chuang-xin-zhong-xin 4 tmallcarcenter 4 trade 33 tui-kuan 14 tv-you-xi 4",
    "tv-zhi-fu 15 tvos-ying-yong-shen-he-ping-tai 4 wang-shang-fa-ting-dui-wai 8 wang-wang 14",
    "wen-ben-suan-fa 5 wu-dao-kou 180 wu-dao-kou-shang-pin 12 wu-lian 12 wu-liu 70",
    "wu-liu-bao 31 xia-mi 62 xia-mi-kai-fang-ping-tai 2 xian-yu 15 xian-yu-fa-bu 3 xiao-mi 3",
    "xiao-xi-fu-wu 17 xin-ling-shou 1 xin-ling-shou-gong-ying-lian 1 xin-ling-shou-pos 2",
    "xin-xi-liu 38 xin-xi-ping-tai-cai-gou 5 xin-zhi-zao 9 xu-ni-yuan-xian 11",
    "ye-wu-ping-tai-shi-ye-bu-shui-wu-ping-tai 1 ye-wu-ping-tai-xin-ling-shou 14 yi-yao-guan 1",
    "yi-zhi-lu-shi-pin 5 ying-ke-song-pai-zhao-shen-he-jie-kou 92 ying-xiao 108 yong-hu 34",
    "yong-hu-zeng-zhang 2 you-ku-bo-kong-huan-ying 1 you-ku-mei-zi 4 you-ku-wang-meng 2",
    "you-xi-ji-li-ping-tai 4 yun-ma 9 yun-os 14 yun-os-guang-gao 4 yun-osid2 5 yunos-account 3",
    "yunos-tui-song-fu-wu-api 6 zhang-wu 8 zheng-fu-xie-tong 6 zhi-hui-men-dian 39",
    "zhi-hui-yuan-qu 104 zhi-jian-pin-kong 7 zhi-neng-pos 1 zhi-neng-she-bei 53 zhi-shi-ku 5",
    "zhi-tong-che 106 zhuo-mian 4 zi-zhang-hao-guan-li 13 zi-zhi-gong-xiang 6 zuan-zhan 88",
    NULL
};
static const char *const DOUYIN[] = {
    "QA 1 address 15 afterSale 23 alliance 11 antispam 3 appMessage 3 brand 3 btas 16 buyin 99",
    "comment 1 compass 2 coupons 8 cpaypromotion 5 crossBorder 10 crossborder 7 dutyFree 3",
    "foodTakeout 4 freightTemplate 4 gis 2 instantShopping 4 iop 13 logistics 51 marketing 2",
    "material 22 member 7 microapp 2 open 6 openCloud 14 opptyProduct 3 order 63 orderCode 4",
    "pigeon 1 power 12 product 80 promise 3 qualification 1 recycle 9 refund 2 rights 1",
    "security 1 sendHome 12 shop 20 sku 10 sms 18 spec 4 spu 11 storage 1 superm 41",
    "supplyCenter 1 supplyChain 31 token 2 topup 2 trace 5 trade 8 warehouse 21 wms 3 yunc 38",
    NULL
};
/* clang-format on */
static const char *const ALLIANCE[] = {
    "alliance 11 buyin 46 colonel 1 h5 2 kol 8 materials 1 order 6", "product 2 token 1", NULL
};
static const char *const QIANCHUAN[] = {
    "account 3 ad 25 advertiser 1 audience 9 aweme 17 campaign 4 creative 3 file 7 finance 2",
    "keyword 2 material 4 oauth 6 product 4 report 17 shop 4 suggest 4 today_live 5 tools 5",
    "uni_aweme 3 uni_promotion 10", NULL
};
static const char *const SOLINKUP[] = { "jinritemai 4 juliangqianchuan 2 oauth2 4", NULL };

/* The rest of the line, or the next one. */
static const char *next(const char *rest, const char *const **lines) {
    if (*rest || !*++*lines) {
        return rest;
    }
    return **lines;
}

static void check_groups(const char *name, const char *const *lines, size_t groups,
                         size_t methods) {
    const cat_platform *platform = cat_platform_find(name);
    size_t total = 0, count = 0;
    char group[64];
    unsigned wanted;
    int taken = 0;
    assert_non_null(platform);
    const char *p = *lines;
    for (; sscanf(p, "%63s %u %n", group, &wanted, &taken) == 2; p = next(p + taken, &lines)) {
        const cat_group *found = cat_group_find(platform, base_str_of(group));
        if (!found || found->method_count != wanted) {
            fail_msg("%s %s: %u methods, wanted %u", name, group, found ? found->method_count : 0,
                     wanted);
        }
        total += wanted;
        count++;
    }
    assert_int_equal(count, groups);
    assert_int_equal(platform->group_count, groups);
    assert_int_equal(total, methods);
    assert_int_equal(platform->method_count, methods);
}

static void every_group_is_complete(void **state) {
    (void)state;
    check_groups("taobao", TAOBAO, 245, 4220);
    check_groups("douyin", DOUYIN, 57, 749);
    check_groups("alliance", ALLIANCE, 9, 15 + 63);
    check_groups("qianchuan", QIANCHUAN, 20, 2 + 133);
    check_groups("solinkup", SOLINKUP, 3, 10);
    assert_int_equal(cat_platform_count(), 5);
}

static void groups_count_what_they_hold(void **state) {
    (void)state;
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        for (size_t g = 0; g < platform->group_count; g++) {
            const cat_group *group = cat_group_at(platform, g);
            size_t count = 0;
            for (size_t i = 0; i < platform->method_count; i++) {
                count += cat_group_of(cat_method_at(platform, i)) == group;
            }
            assert_int_equal(count, group->method_count);
            assert_true(count > 0);
        }
        assert_null(cat_group_at(platform, platform->group_count));
    }
}

static void every_method_stands_once(void **state) {
    (void)state;
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        for (size_t i = 1; i < platform->method_count; i++) {
            assert_true(strcmp(cat_str(cat_method_at(platform, i - 1)->name),
                               cat_str(cat_method_at(platform, i)->name)) < 0);
        }
    }
}

/* ---- what is special ---- */

typedef struct tally {
    size_t offline, not_dotted, renamed, wrappers, xml, files, results, answers, params;
    size_t unknown, names_only, errors, with_errors, beyond, partial, own_host, get, enum_titles;
    size_t fallbacks, documented;
} tally;

/* taobao_trade_get -> taobao.trade.get is the wire name, but for a few. */
static bool is_dotted_alias(const cat_method *method) {
    char alias[192];
    size_t len = cat_alias(method, alias, sizeof(alias));
    assert_true(len > 0 && len < sizeof(alias));
    for (size_t i = 0; i < len; i++) {
        alias[i] = (char)(alias[i] == '_' ? '.' : alias[i]);
    }
    return strcmp(alias, cat_str(method->name)) == 0;
}

static void count_params(const cat_method *method, tally *t) {
    t->params += method->param_count;
    for (size_t i = 0; i < method->param_count; i++) {
        const cat_param *param = cat_param_at(method, i);
        bool titled = false;
        t->renamed += param->alias != 0;
        t->files += param->type == CAT_FILE;
        t->fallbacks += param->fallback != 0;
        for (size_t v = 0; v < param->enum_count; v++) {
            titled = titled || *cat_enum_title(param, v) != '\0';
        }
        t->enum_titles += titled;
    }
}

static tally count(const char *name) {
    const cat_platform *platform = cat_platform_find(name);
    tally t = { 0 };
    for (size_t i = 0; i < platform->method_count; i++) {
        const cat_method *method = cat_method_at(platform, i);
        t.offline += (method->flags & CAT_OFFLINE) != 0;
        t.unknown += (method->flags & CAT_PARAMS_UNKNOWN) != 0;
        t.names_only += (method->flags & CAT_PARAMS_NAMES_ONLY) != 0;
        t.partial += (method->flags & CAT_PARAMS_PARTIAL) != 0;
        t.beyond += (method->flags & CAT_BEYOND_DOCUMENTS) != 0;
        t.not_dotted += strcmp(name, "taobao") == 0 && !is_dotted_alias(method);
        t.wrappers += method->wrapper != 0;
        t.xml += method->wrap == CAT_WRAP_XML;
        t.results += method->result_key != 0;
        t.answers += cat_answer_known(method);
        t.errors += cat_method_error_count(method);
        t.with_errors += cat_method_error_count(method) > 0;
        t.own_host += method->host != 0;
        t.get += method->http == CAT_GET;
        t.documented += strncmp(cat_doc_str(method->doc), "api ", 4) == 0;
        count_params(method, &t);
    }
    return t;
}

static void taobao_has_all_that_the_documents_say(void **state) {
    (void)state;
    tally t = count("taobao");
    assert_int_equal(t.offline, 442);
    assert_int_equal(t.not_dotted, 138);
    assert_int_equal(t.wrappers, 77);
    assert_int_equal(t.xml, 48); /* Qimen */
    assert_int_equal(t.results, 1358);
    assert_int_equal(t.answers, 2786);
    assert_int_equal(t.documented, 4220); /* each has its api id */
    assert_int_equal(t.unknown, 0);
    /* 14,788 of the documents and 310 that only newer sources have: 61 and 4 files among them */
    assert_int_equal(t.params, 14788 + 310);
    assert_int_equal(t.renamed, 1157);
    assert_int_equal(t.files, 61 + 4);
}

static void douyin_has_all_that_is_known(void **state) {
    (void)state;
    tally t = count("douyin");
    assert_int_equal(t.unknown, 11);
    assert_int_equal(t.names_only, 57);
    assert_int_equal(t.answers, 676);
    assert_int_equal(t.errors, 2819);
    assert_int_equal(t.with_errors, 468);
    assert_int_equal(t.offline, 0);
    assert_int_equal(t.wrappers, 0);
}

static void the_small_platforms_say_what_is_of_the_documents(void **state) {
    (void)state;
    tally alliance = count("alliance"), qianchuan = count("qianchuan");
    tally solinkup = count("solinkup");
    assert_int_equal(alliance.beyond, 63);
    /* client_token and two H5 calls go to hosts of their own, the 63 to the Doudian gateway */
    assert_int_equal(alliance.own_host, 63 + 1 + 2);
    assert_int_equal(alliance.get, 2);
    assert_int_equal(alliance.partial, 3); /* orders, search, details: their bodies are not known */
    assert_int_equal(qianchuan.beyond, 133);
    assert_int_equal(solinkup.beyond, 0);
}

/* ---- certainty ---- */

/* Nothing refuses a call on a hint: "required" of SDKs that are not the vendor's only warns. */
static void hints_of_strangers_refuse_nothing(void **state) {
    (void)state;
    const cat_platform *qianchuan = cat_platform_find("qianchuan");
    for (size_t i = 0; i < qianchuan->method_count; i++) {
        const cat_method *method = cat_method_at(qianchuan, i);
        bool strange = (method->flags & CAT_BEYOND_DOCUMENTS) &&
                       strcmp(cat_str(cat_group_of(method)->name), "oauth") != 0;
        for (size_t p = 0; strange && p < method->param_count; p++) {
            const cat_param *param = cat_param_at(method, p);
            assert_int_equal(param->flags & CAT_REQUIRED_SURE, 0);
            assert_true(param->enum_count == 0 || !(param->flags & CAT_ENUM_SURE));
        }
    }
    for (size_t p = 0; p < cat_platform_count(); p++) {
        assert_int_equal(cat_platform_at(p)->required_sure, 1);
    }
}

/* Every rule for pages names parameters that are there: sync and `--all-pages` rely on it. */
static void pages_fit_their_methods(void **state) {
    (void)state;
    size_t pages = 0;
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        for (size_t i = 0; i < platform->method_count; i++) {
            const cat_method *method = cat_method_at(platform, i);
            const cat_page *page = cat_page_of(method);
            if (!page) {
                assert_int_equal(method->window_count, 0);
                continue;
            }
            pages++;
            assert_int_equal(method->kind, CAT_READ);
            assert_non_null(cat_param_find(method, base_str_of(cat_str(page->page_param))));
            if (page->size_param) {
                assert_non_null(cat_param_find(method, base_str_of(cat_str(page->size_param))));
            }
            assert_true(page->style != CAT_PAGE_CURSOR || page->next_path != 0);
        }
    }
    assert_true(pages > 200);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_group_is_complete),
        cmocka_unit_test(groups_count_what_they_hold),
        cmocka_unit_test(every_method_stands_once),
        cmocka_unit_test(taobao_has_all_that_the_documents_say),
        cmocka_unit_test(douyin_has_all_that_is_known),
        cmocka_unit_test(the_small_platforms_say_what_is_of_the_documents),
        cmocka_unit_test(hints_of_strangers_refuse_nothing),
        cmocka_unit_test(pages_fit_their_methods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
