/*
 * zstd at level 1 with an optional dictionary. Frames carry their content's size and a checksum, so
 * that unpacking knows its bound beforehand and damage is noticed.
 */
#include <stdlib.h>
#include <zdict.h>
#include <zstd.h>

#include "codec/codec_private.h"

enum {
    LEVEL = 1,
    /* The trainer's manual: about 100 times the dictionary is enough to learn from. */
    SAMPLES_TO_DICTIONARY = 100
};

struct codec_zip {
    ZSTD_CCtx *pack;
    ZSTD_DCtx *unpack;
    ZSTD_CDict *pack_dict; /* NULL without dictionary */
    ZSTD_DDict *unpack_dict;
};

codec_zip *codec_zip_new(base_str dictionary) {
    codec_zip *zip = calloc(1, sizeof *zip);
    if (!zip) {
        return NULL;
    }
    zip->pack = ZSTD_createCCtx();
    zip->unpack = ZSTD_createDCtx();
    bool done = zip->pack && zip->unpack;
    if (done && dictionary.len > 0) {
        zip->pack_dict = ZSTD_createCDict(dictionary.ptr, dictionary.len, LEVEL);
        zip->unpack_dict = ZSTD_createDDict(dictionary.ptr, dictionary.len);
        done = zip->pack_dict && zip->unpack_dict &&
               !ZSTD_isError(ZSTD_CCtx_refCDict(zip->pack, zip->pack_dict)) &&
               !ZSTD_isError(ZSTD_DCtx_refDDict(zip->unpack, zip->unpack_dict));
    }
    if (!done || ZSTD_isError(ZSTD_CCtx_setParameter(zip->pack, ZSTD_c_compressionLevel, LEVEL)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(zip->pack, ZSTD_c_checksumFlag, 1))) {
        codec_zip_free(zip);
        return NULL;
    }
    return zip;
}

void codec_zip_free(codec_zip *zip) {
    if (zip) {
        ZSTD_freeCCtx(zip->pack);
        ZSTD_freeDCtx(zip->unpack);
        ZSTD_freeCDict(zip->pack_dict);
        ZSTD_freeDDict(zip->unpack_dict);
        free(zip);
    }
}

qd_status codec_zip_pack(codec_zip *zip, base_str plain, base_buf *out, qd_err *err) {
    size_t most = ZSTD_compressBound(plain.len);
    size_t left = out->max - out->len;
    /* A buffer bounded more tightly than zstd's worst case may still hold what comes out. */
    char *room = base_buf_room(out, most < left ? most : left);
    if (!room) {
        return base_buf_check(out, "a compressed text", err);
    }
    size_t size = ZSTD_compress2(zip->pack, room, most < left ? most : left,
                                 plain.len ? plain.ptr : "", plain.len);
    if (ZSTD_isError(size)) {
        room[0] = '\0';
        out->failed = true;
        return base_fail(err, QD_E_NOMEM, "cannot compress %zu bytes: %s", plain.len,
                         ZSTD_getErrorName(size));
    }
    out->len += size;
    out->data[out->len] = '\0';
    return QD_OK;
}

qd_status codec_zip_unpack(codec_zip *zip, base_str packed, size_t max_bytes, base_buf *out,
                           qd_err *err) {
    unsigned long long size =
        packed.len ? ZSTD_getFrameContentSize(packed.ptr, packed.len) : ZSTD_CONTENTSIZE_ERROR;
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) {
        return base_fail(err, QD_E_CORRUPT, "%zu bytes are no compressed text of ours", packed.len);
    }
    if (size > max_bytes) {
        return base_fail(err, QD_E_CORRUPT,
                         "a compressed text says it holds %llu bytes, more than %zu", size,
                         max_bytes);
    }
    char *room = base_buf_room(out, (size_t)size);
    if (!room) {
        return base_buf_check(out, "an uncompressed text", err);
    }
    size_t done = ZSTD_decompressDCtx(zip->unpack, room, (size_t)size, packed.ptr, packed.len);
    if (ZSTD_isError(done) || done != size) {
        room[0] = '\0';
        return base_fail(err, QD_E_CORRUPT, "a compressed text is damaged: %s",
                         ZSTD_isError(done) ? ZSTD_getErrorName(done) : "wrong size");
    }
    out->len += (size_t)size;
    return QD_OK;
}

/* How many samples the trainer shall see; *out_bytes is what they are together. */
static size_t enough(const base_str *samples, size_t count, size_t max_bytes, size_t *out_bytes) {
    size_t bound = max_bytes < SIZE_MAX / SAMPLES_TO_DICTIONARY / 2
                       ? max_bytes * SAMPLES_TO_DICTIONARY
                       : SIZE_MAX / 2;
    size_t total = 0;
    size_t used = 0;
    while (used < count && used < UINT32_MAX && samples[used].len <= bound - total) {
        total += samples[used++].len;
    }
    *out_bytes = total;
    return used;
}

qd_status codec_zip_train(const base_str *samples, size_t count, size_t max_bytes, base_buf *out,
                          qd_err *err) {
    size_t total = 0;
    size_t used = enough(samples, count, max_bytes, &total);
    qd_status status = QD_E_NOMEM;
    char *together = malloc(total + 1);
    size_t *sizes = calloc(used + 1, sizeof *sizes);
    char *room = together && sizes ? base_buf_room(out, max_bytes) : NULL;
    if (!room) {
        status =
            base_fail(err, status, "out of room to train a dictionary of %zu bytes", max_bytes);
        goto done;
    }
    size_t at = 0;
    for (size_t i = 0; i < used; i++) {
        sizes[i] = samples[i].len;
        if (samples[i].len > 0) {
            memcpy(together + at, samples[i].ptr, samples[i].len);
        }
        at += samples[i].len;
    }
    size_t made = ZDICT_trainFromBuffer(room, max_bytes, together, sizes, (unsigned)used);
    if (!ZDICT_isError(made)) {
        out->len += made; /* else too few or too uniform samples: none */
    }
    out->data[out->len] = '\0';
    status = QD_OK;
done:
    free(together);
    free(sizes);
    return status;
}
