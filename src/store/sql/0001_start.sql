-- Version 1: every table of catalog/tables.json. A test compares the two column by column.
--
-- Not in tables.json, because nobody but the store reads them: store_schema, store_meta and the
-- columns orders.row_seq, products.row_seq and payload.raw_hash.
-- Tables that are read by their text key are WITHOUT ROWID: one tree instead of two. Indexes of such
-- a table carry the rest of its key, so (shop, created_at) also answers "which orders" in order.

CREATE TABLE store_schema (
    version INTEGER PRIMARY KEY,
    applied_at INTEGER NOT NULL
) STRICT;

-- key_check: a known text sealed with the key of this database. epoch: grows with every program that
-- writes rows, see row_seq.
CREATE TABLE store_meta (
    name TEXT NOT NULL PRIMARY KEY,
    value ANY
) STRICT, WITHOUT ROWID;

CREATE TABLE app (
    platform TEXT NOT NULL,
    app_key TEXT NOT NULL,
    secret_sealed BLOB NOT NULL,
    created_at INTEGER,
    PRIMARY KEY (platform, app_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE shop (
    t_code TEXT NOT NULL,
    platform TEXT NOT NULL,
    name TEXT NOT NULL,
    app_key TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    base_url TEXT NOT NULL,
    proxy TEXT NOT NULL,
    created_at INTEGER,
    removed_at INTEGER,
    PRIMARY KEY (t_code)
) STRICT, WITHOUT ROWID;
-- An empty shop_id means that the token tells it later: never the same shop twice.
CREATE UNIQUE INDEX shop_by_identity ON shop (platform, app_key, shop_id, environment)
    WHERE shop_id <> '';

CREATE TABLE token (
    t_code TEXT NOT NULL,
    environment TEXT NOT NULL,
    version INTEGER NOT NULL,
    sealed BLOB,
    expires_at INTEGER,
    refresh_expires_at INTEGER,
    obtained_at INTEGER,
    intent_at INTEGER,
    retry_after INTEGER,
    failures INTEGER,
    revoked INTEGER,
    PRIMARY KEY (t_code, environment)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (
    shop TEXT NOT NULL,
    stream TEXT NOT NULL,
    backfill_from INTEGER,
    backfill_to INTEGER,
    backfilled_to INTEGER,
    complete_to INTEGER,
    state TEXT,
    fence INTEGER NOT NULL,
    updated_at INTEGER,
    PRIMARY KEY (shop, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    shop TEXT NOT NULL,
    order_id TEXT NOT NULL,
    platform TEXT,
    status TEXT,
    platform_status TEXT,
    order_type TEXT,
    created_at INTEGER,
    paid_at INTEGER,
    shipped_at INTEGER,
    finished_at INTEGER,
    modified_at INTEGER,
    ship_by INTEGER,
    pay_fen INTEGER,
    total_fen INTEGER,
    post_fen INTEGER,
    discount_fen INTEGER,
    currency TEXT,
    buyer_id TEXT,
    buyer_note TEXT,
    seller_note TEXT,
    seller_flag TEXT,
    receiver_name TEXT,
    receiver_phone TEXT,
    receiver_address TEXT,
    province TEXT,
    city TEXT,
    district TEXT,
    street TEXT,
    carrier TEXT,
    tracking_no TEXT,
    cancel_reason TEXT,
    line_count INTEGER,
    payload_id INTEGER,
    first_stored_at INTEGER,
    stored_at INTEGER,
    -- which row is newer at the same modified_at: epoch of the writer << 40 | order of its request
    row_seq INTEGER,
    PRIMARY KEY (shop, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_by_created ON orders (shop, created_at);
CREATE INDEX orders_by_modified ON orders (shop, modified_at);

CREATE TABLE order_lines (
    shop TEXT NOT NULL,
    line_id TEXT NOT NULL,
    order_id TEXT,
    line_no INTEGER,
    product_id TEXT,
    sku_id TEXT,
    outer_product_id TEXT,
    outer_sku_id TEXT,
    product_name TEXT,
    spec TEXT,
    quantity INTEGER,
    price_fen INTEGER,
    total_fen INTEGER,
    pay_fen INTEGER,
    status TEXT,
    platform_status TEXT,
    refund_status TEXT,
    aftersale_status TEXT,
    warehouse_id TEXT,
    author_id TEXT,
    author_name TEXT,
    picture_url TEXT,
    modified_at INTEGER,
    stored_at INTEGER,
    PRIMARY KEY (shop, line_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_lines_by_order ON order_lines (shop, order_id);

CREATE TABLE products (
    shop TEXT NOT NULL,
    product_id TEXT NOT NULL,
    platform TEXT,
    outer_id TEXT,
    name TEXT,
    status TEXT,
    platform_status TEXT,
    check_status TEXT,
    category_id TEXT,
    price_fen INTEGER,
    market_price_fen INTEGER,
    stock INTEGER,
    sold INTEGER,
    picture_url TEXT,
    created_at INTEGER,
    modified_at INTEGER,
    sku_count INTEGER,
    gone_at INTEGER,
    payload_id INTEGER,
    first_stored_at INTEGER,
    stored_at INTEGER,
    -- which row is newer at the same modified_at: epoch of the writer << 40 | order of its request
    row_seq INTEGER,
    PRIMARY KEY (shop, product_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX products_by_modified ON products (shop, modified_at);

CREATE TABLE skus (
    shop TEXT NOT NULL,
    sku_id TEXT NOT NULL,
    product_id TEXT,
    outer_id TEXT,
    spec TEXT,
    price_fen INTEGER,
    stock INTEGER,
    status TEXT,
    created_at INTEGER,
    modified_at INTEGER,
    stored_at INTEGER,
    PRIMARY KEY (shop, sku_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX skus_by_product ON skus (shop, product_id);

CREATE TABLE payload (
    id INTEGER PRIMARY KEY,
    dictionary_id INTEGER NOT NULL,
    shop TEXT,
    doc_table TEXT,
    doc_key TEXT,
    raw_bytes INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    -- keyed hash of the JSON: tells an unchanged document without opening it
    raw_hash INTEGER
) STRICT;

CREATE TABLE payload_dict (
    id INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL,
    created_at INTEGER
) STRICT;

CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    shop TEXT,
    kind TEXT,
    ref TEXT,
    modified_at INTEGER,
    at INTEGER
) STRICT;

CREATE TABLE audit (
    shop TEXT NOT NULL,
    stream TEXT NOT NULL,
    day TEXT NOT NULL,
    platform_count INTEGER,
    our_count INTEGER,
    gap INTEGER,
    state TEXT,
    checked_at INTEGER,
    detail TEXT,
    PRIMARY KEY (shop, stream, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE warehouse (
    warehouse_id TEXT NOT NULL,
    name TEXT,
    address TEXT,
    created_at INTEGER,
    closed_at INTEGER,
    PRIMARY KEY (warehouse_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE stock (
    warehouse_id TEXT NOT NULL,
    sku_code TEXT NOT NULL,
    on_hand INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    modified_at INTEGER,
    PRIMARY KEY (warehouse_id, sku_code)
) STRICT, WITHOUT ROWID;
