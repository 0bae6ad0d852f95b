/*
 * Word tables of the sandbox's world: names, places, goods and notes. All of it is made up for this
 * project; administrative names and codes are public knowledge. Some notes carry quotes, markup
 * characters, emoji and rare characters on purpose, so that clients meet them.
 */
#include "sandbox/world/words.h"

#define LIST(name)                                                                                 \
    { name, sizeof name / sizeof name[0] }

static const char *const surnames[] = {
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周",   "徐",   "孙",
    "马", "朱", "胡", "郭", "何", "林", "罗", "高", "郑", "梁",   "谢",   "宋",
    "唐", "许", "韩", "邓", "冯", "曹", "𠮷", "䶮", "亓", "欧阳", "诸葛", "上官"
};
const words words_surnames = LIST(surnames);

static const char *const given[] = { "伟",   "芳",   "娜",   "秀英", "敏",   "静",   "丽",
                                     "强",   "磊",   "军",   "洋",   "勇",   "艳",   "杰",
                                     "娟",   "涛",   "明",   "超",   "秀兰", "霞",   "平",
                                     "刚",   "桂英", "梓涵", "浩然", "子轩", "雨桐", "欣怡",
                                     "俊熙", "语嫣", "思远", "若曦", "昊天", "嘉懿", "㛃" };
const words words_given = LIST(given);

static const char *const adjectives[] = {
    "2026新款", "加厚",     "轻薄",   "复古",     "北欧风",     "大容量",   "便携式",    "儿童",
    "学生",     "高端",     "纯棉",   "手工",     "正品",       "网红爆款", "家用",      "男女同款",
    "秋冬",     "春夏季",   "防水",   "无糖",     "\"小满\"款", "A&B联名",  "<限量>",    "宽松",
    "小众设计", "简约百搭", "礼盒装", "旗舰品质", "日式",       "0添加",    "第3代 Pro", "国潮🐉"
};
const words words_adjectives = LIST(adjectives);

static const char *const shops[] = {
    "云杉", "青禾", "拾光", "半夏", "南巷", "木棉", "星野", "鹿鸣", "麦田", "江畔", "白露", "知味",
    "锦时", "远山", "初见", "团圆", "九州", "晨曦", "朝花", "望舒", "素年", "松间", "弄堂", "海棠"
};
const words words_shops = LIST(shops);

static const char *const shop_tails[] = { "旗舰店", "专营店", "生活馆", "优选",
                                          "企业店", "工厂店", "严选店", "专卖店" };
const words words_shop_tails = LIST(shop_tails);

static const char *const roads[] = { "人民路",   "解放大道", "建设路", "中山东路", "文化街",
                                     "科技园路", "滨江大道", "学府路", "迎宾路",   "和平里",
                                     "幸福小区", "金色家园", "万象城", "工业三路", "桃源村" };
const words words_roads = LIST(roads);

static const char *const buyer_notes[] = { "请尽快发货,谢谢",
                                           "要\"大红色\"那一款",
                                           "放门口就行 🙏",
                                           "周末送货 <务必> 打电话",
                                           "不要发韵达&圆通",
                                           "生日礼物🎂,帮忙包装好一点",
                                           "尺码拿不准,175cm/70kg",
                                           "发票抬头:星野科技\\有限公司",
                                           "先别发,等我确认",
                                           "麻烦送一份小样 ^_^",
                                           "给老人用的,操作要简单",
                                           "👨‍👩‍👧‍👦全家都在用,回购",
                                           "地址是𠮷祥小区,别写错",
                                           "快递放驿站\t谢谢",
                                           "please call before delivery" };
const words words_buyer_notes = LIST(buyer_notes);

static const char *const seller_notes[] = {
    "老客户,送赠品", "已电话确认地址",       "缺货,周三补",  "改发顺丰 <加急>", "核对型号 A&B 后发",
    "需开专票",      "客户要求\"轻拿轻放\"", "⚠️易碎", "VIP 5星"
};
const words words_seller_notes = LIST(seller_notes);

static const char *const reasons[] = { "不想要了",  "信息填写错误", "商品降价",
                                       "拍错/多拍", "配送时间过长", "其他原因" };
const words words_reasons = LIST(reasons);

static const char *const talents[] = { "小鹿爱生活", "老张说好物", "江南小厨", "跑步的阿凯",
                                       "一只大白🐶",  "穿搭研究所", "宝妈日记", "数码老王" };
const words words_talents = LIST(talents);

static const char *const complaints[] = { "包裹三天没有更新物流,请核实",
                                          "收到的颜色与下单不符,申请换货", "商家承诺的赠品没有收到",
                                          "电子发票一直没有开具",
                                          "包装破损,里面的\"玻璃杯\"碎了一个" };
const words words_complaints = LIST(complaints);

const char *words_pick(const words *list, uint64_t number) {
    return list->items[number % list->count];
}

/* Codes of the national standard GB/T 2260; street codes have nine digits. */
static const region regions[] = {
    { "110000", "北京市", "110100", "北京市", "110108", "海淀区", "110108015", "中关村街道",
      "100080" },
    { "310000", "上海市", "310100", "上海市", "310115", "浦东新区", "310115005", "塘桥街道",
      "200127" },
    { "440000", "广东省", "440300", "深圳市", "440305", "南山区", "440305007", "粤海街道",
      "518057" },
    { "440000", "广东省", "440100", "广州市", "440106", "天河区", "440106014", "天园街道",
      "510665" },
    { "330000", "浙江省", "330100", "杭州市", "330110", "余杭区", "330110011", "仓前街道",
      "311121" },
    { "330000", "浙江省", "330700", "金华市", "330782", "义乌市", "330782001", "稠城街道",
      "322000" },
    { "320000", "江苏省", "320500", "苏州市", "320506", "吴中区", "320506005", "郭巷街道",
      "215124" },
    { "320000", "江苏省", "320100", "南京市", "320106", "鼓楼区", "320106002", "华侨路街道",
      "210029" },
    { "510000", "四川省", "510100", "成都市", "510107", "武侯区", "510107061", "石羊街道",
      "610041" },
    { "420000", "湖北省", "420100", "武汉市", "420111", "洪山区", "420111002", "珞南街道",
      "430070" },
    { "610000", "陕西省", "610100", "西安市", "610113", "雁塔区", "610113001", "小寨路街道",
      "710061" },
    { "370000", "山东省", "370200", "青岛市", "370202", "市南区", "370202009", "香港中路街道",
      "266071" },
    { "410000", "河南省", "410100", "郑州市", "410105", "金水区", "410105001", "经八路街道",
      "450003" },
    { "350000", "福建省", "350200", "厦门市", "350203", "思明区", "350203002", "中华街道",
      "361001" },
    { "500000", "重庆市", "500100", "重庆市", "500112", "渝北区", "500112010", "龙溪街道",
      "401147" },
    { "430000", "湖南省", "430100", "长沙市", "430104", "岳麓区", "430104001", "望月湖街道",
      "410006" },
    { "210000", "辽宁省", "210200", "大连市", "210204", "沙河口区", "210204002", "中山公园街道",
      "116021" },
    { "650000", "新疆维吾尔自治区", "650100", "乌鲁木齐市", "650102", "天山区", "650102002",
      "燕儿窝街道", "830002" },
    { "450000", "广西壮族自治区", "450100", "南宁市", "450103", "青秀区", "450103002", "新竹街道",
      "530022" },
    { "230000", "黑龙江省", "230100", "哈尔滨市", "230103", "南岗区", "230103011", "荣市街道",
      "150001" },
};

const region *words_region(uint64_t number) {
    return &regions[number % (sizeof regions / sizeof regions[0])];
}

static const char *const colours[] = { "白色", "黑色", "雾霾蓝", "酒红色", "奶茶色", "薄荷绿" };
static const char *const sizes[] = { "S", "M", "L", "XL", "2XL", "均码" };
static const char *const shoe_sizes[] = { "36", "37", "38", "39", "41", "43" };
static const char *const weights[] = { "250g", "500g", "1kg", "2.5kg", "5kg", "10kg" };
static const char *const tastes[] = { "原味", "麻辣", "五香", "蜂蜜", "芝士", "抹茶🍵" };
static const char *const volumes[] = { "30ml", "50ml", "100ml", "150ml", "200ml×2", "500ml" };
static const char *const models[] = { "标准版", "升级版", "Pro", "Pro Max", "套餐一", "套餐二" };
static const char *const face_values[] = { "10元", "20元", "50元", "100元", "200元", "500元" };
static const char *const heights[] = { "90cm", "100cm", "110cm", "120cm", "130cm", "140cm" };
static const char *const beds[] = {
    "1.2米床", "1.5米床", "1.8米床", "2.0米床", "学生宿舍", "定制"
};

static const char *const dresses[] = { "连衣裙", "针织衫", "牛仔裤", "羽绒服", "卫衣", "半身裙" };
static const char *const shoes[] = { "运动鞋", "帆布鞋", "乐福鞋", "雪地靴", "拖鞋", "老爹鞋" };
static const char *const snacks[] = { "牛肉干", "坚果大礼包", "豆腐干", "锅巴", "蛋黄酥", "凤爪" };
static const char *const fruits[] = { "赣南脐橙", "阿克苏苹果", "丹东草莓",
                                      "小台芒",   "红心猕猴桃", "车厘子" };
static const char *const skins[] = { "爽肤水", "精华液", "面膜", "洗面奶", "防晒霜", "眼霜" };
static const char *const gadgets[] = { "蓝牙耳机", "充电宝",   "手机支架",
                                       "机械键盘", "智能手表", "数据线" };
static const char *const kitchens[] = { "保温杯",   "不粘锅", "空气炸锅",
                                        "菜刀套装", "饭盒",   "电热水壶" };
static const char *const cards[] = { "话费充值", "视频会员",   "加油卡",
                                     "音乐会员", "咖啡电子券", "购物卡" };
static const char *const kids[] = { "儿童套装", "羽绒背心", "校服", "爬服", "泳衣", "外套" };
static const char *const beddings[] = { "四件套", "羽绒被", "乳胶枕", "床笠", "毛毯", "凉席" };
static const char *const teas[] = { "龙井茶",   "普洱熟茶", "铁观音",
                                    "茉莉花茶", "正山小种", "白毫银针" };
static const char *const pets[] = { "猫粮", "狗粮", "猫砂", "宠物零食", "猫抓板", "牵引绳" };

static const category categories[] = {
    { 20005,
      20174,
      20218,
      "服饰内衣",
      "女装",
      "上装",
      50010850,
      dresses,
      { "颜色", "尺码" },
      { 1627207, 20509 },
      { colours, sizes },
      3900,
      49900 },
    { 20007,
      20291,
      20335,
      "鞋靴箱包",
      "运动鞋",
      "休闲鞋",
      50012027,
      shoes,
      { "颜色", "鞋码" },
      { 1627207, 20549 },
      { colours, shoe_sizes },
      5900,
      69900 },
    { 20009,
      20402,
      20447,
      "食品饮料",
      "休闲零食",
      "肉干豆制",
      50010550,
      snacks,
      { "口味", "净含量" },
      { 122276111, 147956252 },
      { tastes, weights },
      990,
      12900 },
    { 20011,
      20513,
      20556,
      "生鲜",
      "新鲜水果",
      "时令鲜果",
      50050725,
      fruits,
      { "规格", NULL },
      { 122216515, 0 },
      { weights, NULL },
      1990,
      19900 },
    { 20013,
      20624,
      20669,
      "美妆",
      "面部护肤",
      "精华水乳",
      50011977,
      skins,
      { "容量", NULL },
      { 122216608, 0 },
      { volumes, NULL },
      4900,
      89900 },
    { 20015,
      20735,
      20778,
      "3C数码",
      "数码配件",
      "影音配件",
      50012059,
      gadgets,
      { "颜色", "版本" },
      { 1627207, 5919063 },
      { colours, models },
      1900,
      129900 },
    { 20017,
      20846,
      20889,
      "厨具",
      "烹饪餐饮",
      "杯壶锅具",
      50003860,
      kitchens,
      { "颜色", "版本" },
      { 1627207, 5919063 },
      { colours, models },
      2900,
      59900 },
    { 20019,
      20957,
      20990,
      "本地生活",
      "电子卡券",
      "充值缴费",
      50015759,
      cards,
      { "面值", NULL },
      { 3320030, 0 },
      { face_values, NULL },
      990,
      49900 },
    { 20021,
      21068,
      21101,
      "母婴",
      "童装",
      "套装外套",
      50013618,
      kids,
      { "颜色", "身高" },
      { 1627207, 122216343 },
      { colours, heights },
      2900,
      32900 },
    { 20023,
      21179,
      21212,
      "家居家纺",
      "床上用品",
      "套件被芯",
      50008779,
      beddings,
      { "颜色", "适用床型" },
      { 1627207, 148242406 },
      { colours, beds },
      6900,
      99900 },
    { 20025,
      21280,
      21323,
      "茶酒",
      "茶叶",
      "绿茶红茶",
      50002766,
      teas,
      { "净含量", NULL },
      { 147956252, 0 },
      { weights, NULL },
      3900,
      129900 },
    { 20027,
      21391,
      21434,
      "宠物",
      "宠物食品",
      "主粮零食",
      50008604,
      pets,
      { "口味", "净含量" },
      { 122276111, 147956252 },
      { tastes, weights },
      1500,
      39900 },
};

const category *words_category(unsigned index) {
    return &categories[index % (sizeof categories / sizeof categories[0])];
}

unsigned words_category_count(void) {
    return (unsigned)(sizeof categories / sizeof categories[0]);
}
