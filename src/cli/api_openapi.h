/*
 * What the two files of `qd api openapi` share.
 */
#ifndef CLI_API_OPENAPI_H
#define CLI_API_OPENAPI_H

#include "cli/api_private.h"

/* The parameters of a method, and the inner part of its answer, as JSON Schema (api_schema.c). */
yyjson_mut_val *api_schema_params(yyjson_mut_doc *doc, const cat_method *method);
yyjson_mut_val *api_schema_answer(yyjson_mut_doc *doc, const cat_method *method);

#endif
