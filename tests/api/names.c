/*
 * The rules for names (docs/typed-api.md), said by the compiler: every name below must be there,
 * with its type, in the headers that catalogc makes from tests/api/catalog. Compiled, not run.
 */
#include "qiandian/api/p.h"

#define IS(type, expression)                                                                       \
    _Static_assert(_Generic((expression), type : 1, default : 0), #expression)

typedef qd_p_cs_example_com_Add_Disk_2014_05_26_args odd;
extern const odd o;
IS(const char *, o.delete_);
IS(int64_t, o.class_);
IS(const char *, o.Tag_1_key);
IS(const char *, o.Tag_1_key_2);
IS(qd_opt_bool, o.x1st);
IS(const char *, o.x_under);
IS(const char *, o.x_);
IS(const char *, o.unix_);
IS(const char *, o.errno_);
IS(const char *, o.extra_json_2);
IS(const char *, o.extra_json);
IS(const char *, o.tree_json);
IS(const char *, o.param_json);
IS(const qd_p_cs_example_com_Add_Disk_2014_05_26_args_new *, o.new_);
IS(const char *, o.new_->operator_);
IS(size_t, o.new_->this_.count);
IS(qd_opt_int, o.new_->this_.items->a_b);

int look(qd_shop *shop, qd_reply *reply, qd_err *err);
int look(qd_shop *shop, qd_reply *reply, qd_err *err) {
    qd_view v = qd_reply_view(reply), order = v, line = v;
    IS(int64_t, qd_p_list_total(v));
    IS(qd_list, qd_p_list_orders(v));
    IS(qd_view, qd_p_other_get_order(v));
    IS(qd_list, qd_p_rows_get_data(v));
    /* The group's own name is not said twice; a number here and a text there is a text; a list here
     * and a scalar there is a view. */
    IS(const char *, qd_p_order_id(order));
    IS(qd_view, qd_p_order_tags(order));
    IS(const char *, qd_p_order_class(order));
    IS(int64_t, qd_p_order_data_id(v));
    /* line_status of an order, status of a line: neither has the plain name. */
    IS(const char *, qd_p_order_line_status_of_order(order));
    IS(const char *, qd_p_order_line_status_of_line(line));
    IS(bool, qd_p_order_line_paid(line));
#ifdef PLAIN
    return qd_p_order_line_status(line) != 0;
#endif
    /* Wire names stay as they are. */
    const qd_api *api = qd_p_cs_example_com_Add_Disk_2014_05_26_api();
    const qd_p_other_get_args unknown = { .extra_json = "{}" };
    return api->arg_count == 14 && qd_p_other_get(shop, &unknown, &reply, err) == QD_OK;
}
