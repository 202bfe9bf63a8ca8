-- A keyed hash over each row's own hash. Rows that were there before have none, and are not written anew.
ALTER TABLE audit_event ADD COLUMN seal TEXT NOT NULL DEFAULT '';
