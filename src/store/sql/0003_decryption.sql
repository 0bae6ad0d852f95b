-- Version 3: who decrypted what, and bill files that have been asked for.
--
-- decryption is only ever added to. bill_download remembers a request between programs, so that a
-- file is asked for once, whatever dies while it is made.

CREATE TABLE decryption (
    id INTEGER PRIMARY KEY,
    at INTEGER,
    shop TEXT,
    order_id TEXT,
    actor TEXT,
    kind TEXT,
    items INTEGER,
    failed INTEGER,
    code TEXT
) STRICT;
CREATE INDEX decryption_by_order ON decryption (shop, order_id);
CREATE TRIGGER decryption_stays BEFORE UPDATE ON decryption BEGIN
    SELECT RAISE(ABORT, 'decryption is only added to');
END;
CREATE TRIGGER decryption_is_kept BEFORE DELETE ON decryption BEGIN
    SELECT RAISE(ABORT, 'decryption is only added to');
END;

CREATE TABLE bill_download (
    shop TEXT NOT NULL,
    request TEXT NOT NULL,
    download_id TEXT,
    asked_at INTEGER,
    done_at INTEGER,
    PRIMARY KEY (shop, request)
) STRICT, WITHOUT ROWID;
