/*
 * qd api openapi: an OpenAPI 3.1 document with one path a method, as a gateway offers it:
 * POST /call/<platform>/<method>?shop=T with the parameters as a JSON object. Schemas are
 * api_schema.c's.
 */
#include <string.h>

#include "cli/api_openapi.h"

static const cli_option openapi_options[] = {
    { "platform", 'p', CLI_TEXT, "P", NULL, 0, 0, "only this platform" },
    { "group", 'g', CLI_TEXT, "G", NULL, 0, 0, "only this group; qd api groups lists them" },
    { "with-offline", 0, CLI_FLAG, NULL, NULL, 0, 0,
      "also what the platform has retired, as deprecated" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

/* What every operation refers to. Written as JSON because it is constant. */
static const char components[] =
    "{\"parameters\":{\"shop\":{\"name\":\"shop\",\"in\":\"query\",\"required\":true,"
    "\"description\":\"t_code of the shop, see qd shop list\",\"schema\":{\"type\":\"string\"}}},"
    "\"responses\":{\"Error\":{\"description\":\"the call failed or was refused\",\"content\":"
    "{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/Error\"}}}}},"
    "\"schemas\":{\"Error\":{\"type\":\"object\",\"required\":[\"error\"],\"properties\":{"
    "\"error\":"
    "{\"type\":\"object\",\"required\":[\"status\",\"message\"],\"properties\":{"
    "\"status\":{\"type\":\"string\"},\"platform\":{\"type\":\"string\"},\"code\":{\"type\":"
    "\"string\"},\"sub_code\":{\"type\":\"string\"},\"request_id\":{\"type\":\"string\"},"
    "\"message\":{\"type\":\"string\"},\"limited_until\":{\"type\":\"integer\",\"format\":\"int64\""
    "}}}}},"
    "\"File\":{\"type\":\"object\",\"required\":[\"$file\"],\"properties\":{\"$file\":{\"type\":"
    "\"object\",\"required\":[\"base64\"],\"properties\":{\"name\":{\"type\":\"string\"},"
    "\"content_type\":{\"type\":\"string\"},\"base64\":{\"type\":\"string\",\"contentEncoding\":"
    "\"base64\"}}}}}}}";

static yyjson_mut_val *content_of(yyjson_mut_doc *doc, yyjson_mut_val *schema) {
    yyjson_mut_val *content = yyjson_mut_obj(doc);
    yyjson_mut_val *json = yyjson_mut_obj_add_obj(doc, content, "application/json");
    yyjson_mut_obj_add_val(doc, json, "schema", schema);
    return content;
}

static void add_reference(yyjson_mut_doc *doc, yyjson_mut_val *to, const char *key,
                          const char *what) {
    yyjson_mut_val *reference = yyjson_mut_obj_add_obj(doc, to, key);
    yyjson_mut_obj_add_str(doc, reference, "$ref", what);
}

static void add_tag_name(yyjson_mut_doc *doc, yyjson_mut_val *list, const cat_platform *platform,
                         const cat_group *group) {
    char name[API_NAME];
    (void)snprintf(name, sizeof name, "%s/%s", cat_str(platform->name), cat_str(group->name));
    yyjson_mut_arr_add_strcpy(doc, list, name);
}

static void add_body(yyjson_mut_doc *doc, yyjson_mut_val *to, const cat_method *method) {
    yyjson_mut_val *body = yyjson_mut_obj_add_obj(doc, to, "requestBody");
    yyjson_mut_val *schema = api_schema_params(doc, method);
    bool required = yyjson_mut_obj_get(schema, "required") != NULL;
    yyjson_mut_obj_add_bool(doc, body, "required", required);
    yyjson_mut_obj_add_val(doc, body, "content", content_of(doc, schema));
}

static yyjson_mut_val *operation(yyjson_mut_doc *doc, const cat_method *method) {
    const cat_platform *platform = cat_platform_of(method);
    const char *title = cat_doc_str(method->title);
    yyjson_mut_val *to = yyjson_mut_obj(doc);
    char id[API_NAME];
    (void)snprintf(id, sizeof id, "%s:%s", cat_str(platform->name), cat_str(method->name));
    yyjson_mut_obj_add_strcpy(doc, to, "operationId", id);
    yyjson_mut_obj_add_str(doc, to, "summary", *title ? title : cat_str(method->name));
    if (*cat_note(method)) {
        yyjson_mut_obj_add_str(doc, to, "description", cat_note(method));
    }
    add_tag_name(doc, yyjson_mut_obj_add_arr(doc, to, "tags"), platform, cat_group_of(method));
    if (method->flags & CAT_OFFLINE) {
        yyjson_mut_obj_add_bool(doc, to, "deprecated", true);
    }
    yyjson_mut_obj_add_str(doc, to, "x-kind", api_kind_name(method));
    yyjson_mut_val *parameters = yyjson_mut_obj_add_arr(doc, to, "parameters");
    yyjson_mut_val *shop = yyjson_mut_arr_add_obj(doc, parameters);
    yyjson_mut_obj_add_str(doc, shop, "$ref", "#/components/parameters/shop");
    add_body(doc, to, method);
    yyjson_mut_val *responses = yyjson_mut_obj_add_obj(doc, to, "responses");
    yyjson_mut_val *good = yyjson_mut_obj_add_obj(doc, responses, "200");
    yyjson_mut_obj_add_str(doc, good, "description", "the inner part of the platform's answer");
    yyjson_mut_obj_add_val(doc, good, "content", content_of(doc, api_schema_answer(doc, method)));
    add_reference(doc, responses, "default", "#/components/responses/Error");
    return to;
}

/* Paths of the platform's methods, and tags of the groups that they are in. */
static void add_platform(const cli_context *context, yyjson_mut_doc *doc, yyjson_mut_val *paths,
                         yyjson_mut_val *tags, const cat_platform *platform) {
    bool all = cli_flag(context, "with-offline");
    const char *only = cli_text(context, "group");
    for (size_t i = 0; i < platform->method_count; i++) {
        const cat_method *method = cat_method_at(platform, i);
        if (!api_in_group(context, method) || (!all && (method->flags & CAT_OFFLINE))) {
            continue;
        }
        base_buf path;
        base_buf_init(&path, LIMIT_CONF_BYTES);
        base_buf_printf(&path, "/call/%s/", cat_str(platform->name));
        codec_url_encode(&path, base_str_of(cat_str(method->name)), false);
        yyjson_mut_val *item = yyjson_mut_obj(doc);
        yyjson_mut_obj_add_val(doc, item, "post", operation(doc, method));
        yyjson_mut_obj_add(paths, yyjson_mut_strncpy(doc, base_buf_text(&path), path.len), item);
        base_buf_clear(&path);
    }
    for (size_t i = 0; i < platform->group_count; i++) {
        const cat_group *group = cat_group_at(platform, i);
        if (only && strcmp(only, cat_str(group->name)) != 0) {
            continue;
        }
        char name[API_NAME];
        (void)snprintf(name, sizeof name, "%s/%s", cat_str(platform->name), cat_str(group->name));
        yyjson_mut_val *tag = yyjson_mut_arr_add_obj(doc, tags);
        yyjson_mut_obj_add_strcpy(doc, tag, "name", name);
        if (*cat_doc_str(group->title)) {
            yyjson_mut_obj_add_str(doc, tag, "description", cat_doc_str(group->title));
        }
    }
}

static yyjson_mut_val *document(const cli_context *context, yyjson_mut_doc *doc,
                                const cat_platform *only) {
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_mut_obj_add_str(doc, root, "openapi", "3.1.0");
    yyjson_mut_val *info = yyjson_mut_obj_add_obj(doc, root, "info");
    yyjson_mut_obj_add_str(doc, info, "title", "Qiandian");
    yyjson_mut_obj_add_str(doc, info, "version", QD_VERSION_TEXT);
    yyjson_mut_obj_add_str(doc, info, "summary",
                           "Methods of Chinese commerce platforms behind one HTTP API");
    yyjson_mut_val *license = yyjson_mut_obj_add_obj(doc, info, "license");
    yyjson_mut_obj_add_str(doc, license, "name", "Apache-2.0");
    yyjson_mut_obj_add_str(doc, license, "identifier", "Apache-2.0");
    yyjson_mut_val *servers = yyjson_mut_obj_add_arr(doc, root, "servers");
    yyjson_mut_val *server = yyjson_mut_arr_add_obj(doc, servers);
    yyjson_mut_obj_add_str(doc, server, "url", "/");
    yyjson_mut_val *tags = yyjson_mut_arr(doc);
    yyjson_mut_val *paths = yyjson_mut_obj(doc);
    for (size_t p = 0; p < cat_platform_count(); p++) {
        const cat_platform *platform = cat_platform_at(p);
        if (!only || platform == only) {
            add_platform(context, doc, paths, tags, platform);
        }
    }
    yyjson_mut_obj_add_val(doc, root, "tags", tags);
    yyjson_mut_obj_add_val(doc, root, "paths", paths);
    yyjson_mut_obj_add_val(doc, root, "components", yyjson_mut_raw(doc, components));
    return root;
}

static int run_openapi(cli_context *context) {
    const cat_platform *only;
    int status = api_platform_option(context, &only);
    if (status == CLI_OK) {
        status = api_group_option(context, only);
    }
    if (status != CLI_OK) {
        return status;
    }
    if (!context->format_given) {
        context->format = CLI_JSON; /* it is JSON or nothing */
    }
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    if (doc) {
        yyjson_mut_doc_set_root(doc, document(context, doc, only));
    }
    status = cli_print_document(context, doc);
    yyjson_mut_doc_free(doc);
    return status;
}

const cli_command cli_api_openapi = { "api openapi",
                                      "",
                                      0,
                                      0,
                                      "the catalogue as an OpenAPI 3.1 document",
                                      "qd api openapi --platform douyin > douyin.json",
                                      openapi_options,
                                      run_openapi };
