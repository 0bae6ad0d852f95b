/*
 * Streams and maps of the const tables: how a platform's rows are read, and how a document becomes
 * rows. Runs no mapping; that is room sync's business.
 */
#include <string.h>

#include "catalog/catalog_private.h"

const cat_map *cat_map_find(const char *name) {
    for (size_t i = 0; name && i < cat_maps_count; i++) {
        if (strcmp(cat_str(cat_maps[i].name), name) == 0) {
            return &cat_maps[i];
        }
    }
    return NULL;
}

const cat_map *cat_map_child(const cat_map *map, size_t index) {
    return index < map->child_count ? &cat_maps[cat_map_children[map->child_first + index]] : NULL;
}

const cat_map_column *cat_map_column_at(const cat_map *map, size_t index) {
    return index < map->column_count ? &cat_map_columns[map->column_first + index] : NULL;
}

const cat_enum_row *cat_map_enum(const cat_map_column *column, size_t index) {
    return index < column->enum_count ? &cat_map_enums[column->enum_first + index] : NULL;
}

const cat_stream *cat_stream_at(const cat_platform *platform, size_t index) {
    return platform && index < platform->stream_count ? &cat_streams[platform->stream_first + index]
                                                      : NULL;
}

const cat_stream *cat_stream_find(const cat_platform *platform, const char *name) {
    for (size_t i = 0; platform && name && i < platform->stream_count; i++) {
        const cat_stream *stream = &cat_streams[platform->stream_first + i];
        if (strcmp(cat_str(stream->name), name) == 0) {
            return stream;
        }
    }
    return NULL;
}

const cat_source *cat_source_at(const cat_stream *stream, size_t index) {
    return index < stream->source_count ? &cat_sources[stream->source_first + index] : NULL;
}
