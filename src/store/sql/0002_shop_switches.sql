-- Version 2: how a shop is authorised and reached, and what the platform said of its token.
--
-- shop.proxy is for reading; where it holds a password, *** stands in its place and the whole text
-- is in proxy_sealed. shop.revision grows with every change, so that a program that runs sees in one
-- small read whether it has to look again.

ALTER TABLE shop ADD COLUMN sign_method TEXT NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN app_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN token_flow TEXT NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN subject_id TEXT NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN subject_type TEXT NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN service_id TEXT NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN sandbox_url TEXT NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN proxy_sealed BLOB;
ALTER TABLE shop ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

-- An app that has no shop but a subject (a warehouse, a logistics firm ...) is the same twice, too.
CREATE UNIQUE INDEX shop_by_subject
    ON shop (platform, app_key, subject_type, subject_id, environment) WHERE subject_id <> '';

ALTER TABLE token ADD COLUMN quiet_until INTEGER;
ALTER TABLE token ADD COLUMN refused_code TEXT;
ALTER TABLE token ADD COLUMN refused_sub_code TEXT;
ALTER TABLE token ADD COLUMN refused_message TEXT;
