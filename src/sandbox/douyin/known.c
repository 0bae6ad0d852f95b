/*
 * Gateway methods that the catalogue knows and the world does not model: checked by the catalogue's
 * parameters, answered with made-up data of the known tree. The numbers after the colon of their
 * sub codes are the sandbox's own (1).
 */
#include <string.h>

#include "sandbox/douyin/kept.h"
#include "sandbox/open/open.h"

static bool run_known(dyface_call *call) {
    generic_answer answer = generic_begin(call->face, call->known, call->params);
    generic_write_data(&answer, call->out);
    return true;
}

/* Alliance's methods with a recipe of their own are called through this gateway. */
static const cat_method *find(const dyface_call *call, base_str name) {
    const cat_method *method = generic_find(call->by_alliance ? "alliance" : "douyin", name);
    bool here = method == NULL || !call->by_alliance || *cat_str(method->recipe) != '\0';
    return here ? method : NULL;
}

face_grant dyface_alliance_token(dyface_call *call, base_str token) {
    return open_token_check(call->face, FACE_ALLIANCE, token);
}

bool dyface_known_find(dyface_call *call, base_str name) {
    call->known = find(call, name);
    if (call->known == NULL) {
        return dyface_fail(call, 70000, "isp.api-service-off", "no such method: %.*s",
                           (int)name.len, name.ptr);
    }
    if (generic_is_retired(call->face, call->known)) {
        return dyface_fail(call, 70000, "isp.api-service-off", "%.*s is retired", (int)name.len,
                           name.ptr);
    }
    call->known_made = (dyface_method){
        .name = cat_str(call->known->name),
        .params = "",
        .missing_n = 1,
        .invalid_n = 1,
        .run = kept_find(name) != NULL && !call->by_alliance ? kept_run : run_known,
        .no_token = call->known->auth != CAT_AUTH_SHOP,
    };
    call->method = &call->known_made;
    return true;
}

bool dyface_known_check(dyface_call *call) {
    generic_problem problem;
    if (generic_check(call->known, call->params, &problem)) {
        return true;
    }
    if (problem.kind == GENERIC_MISSING) {
        return dyface_fail(call, 40002, "isv.missing-parameter:1", "%s is required", problem.name);
    }
    return dyface_invalid(call, call->method->invalid_n, problem.name, problem.why);
}
