/*
 * Parameters of any shape for any method. First line: platform and method with a blank between, or
 * nothing: then a method is picked by the length. The rest is a JSON object, or a shell's text.
 */
#include <string.h>

#include "catalog/catalog.h"
#include "support.h"

static const cat_method *pick(base_str line, size_t size) {
    const char *blank = line.len > 0 ? memchr(line.ptr, ' ', line.len) : NULL;
    const cat_platform *platform = cat_platform_at(size % cat_platform_count());
    const cat_method *method = NULL;
    char name[32] = "";
    if (blank != NULL) {
        size_t len = (size_t)(blank - line.ptr);
        (void)base_copy(name, sizeof name, (base_str){ line.ptr, len });
        const cat_platform *named = cat_platform_find(name);
        platform = named != NULL ? named : platform;
        base_str wanted = { blank + 1, line.len - len - 1 };
        method = cat_find(platform, wanted);
        method = method != NULL ? method : cat_nearest(platform, wanted);
    }
    return method != NULL ? method : cat_method_at(platform, size % platform->method_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    base_str rest = { (const char *)data, size };
    const cat_method *method = pick(fuzz_line(&rest), size);
    yyjson_doc *doc = NULL;
    qd_err err;
    if (method->param_count > 0) {
        const cat_param *param = cat_param_at(method, size % method->param_count);
        yyjson_mut_doc *made = yyjson_mut_doc_new(NULL);
        yyjson_mut_val *value = NULL;
        FUZZ_CHECK(made != NULL);
        if (cat_value_from_text(param, rest, made, &value, &err) == QD_OK) {
            FUZZ_CHECK(value != NULL);
        }
        yyjson_mut_doc_free(made);
    }
    if (codec_json_read(rest, 0, &doc, &err) == QD_OK) {
        yyjson_val *root = yyjson_doc_get_root(doc);
        if (yyjson_is_obj(root)) {
            qd_status strict = cat_validate(method, root, 0, &err);
            qd_status loose = cat_validate(method, root, CAT_ALLOW_UNKNOWN, &err);
            FUZZ_CHECK(strict != QD_OK || loose == QD_OK);
        }
        yyjson_doc_free(doc);
    }
    return 0;
}
