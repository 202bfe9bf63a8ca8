-- One text for SQLite and PostgreSQL: only BIGINT and TEXT. Times are microseconds since 1970 (UTC),
-- days are ISO dates, decimals and JSON are texts; an empty text means "not filled in".
-- A migration that was released is never edited; the next one changes what must change.

-- A fault of a record that somebody has to settle: one row for a check that a record violates.
CREATE TABLE worklist_item (
    organisation_code TEXT NOT NULL,
    record_key        TEXT NOT NULL,
    check_id          TEXT NOT NULL,
    discharge_month   TEXT NOT NULL,
    department        TEXT NOT NULL,
    physician         TEXT NOT NULL,
    coder             TEXT NOT NULL,
    -- 1 error, 2 warning, 3 suspect
    severity          BIGINT NOT NULL,
    stage             TEXT NOT NULL,
    -- JSON array of field ids
    fields            TEXT NOT NULL,
    message           TEXT NOT NULL,
    due               TEXT NOT NULL,
    -- what mending would change; all three empty when it was not tried
    price_weight      TEXT,
    price_payment     TEXT,
    changes_group     BIGINT,
    -- the same for ordering: minus the amount in fen, minus the weight in millionths
    payment_rank      BIGINT NOT NULL,
    weight_rank       BIGINT NOT NULL,
    values_hash       TEXT NOT NULL,
    state             TEXT NOT NULL,
    state_since       BIGINT NOT NULL,
    -- why it was accepted, and for which content
    reason            TEXT NOT NULL,
    accepted_values   TEXT,
    assignee          TEXT NOT NULL,
    opened_at         BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    closed_at         BIGINT,
    times_found       BIGINT NOT NULL,
    revision          BIGINT NOT NULL,
    PRIMARY KEY (organisation_code, record_key, check_id)
);

CREATE INDEX worklist_item_month ON worklist_item (organisation_code, discharge_month, state);
CREATE INDEX worklist_item_state ON worklist_item (organisation_code, state, due);

-- What happened to an item; rows are only ever added. The revision is the one that the action made.
CREATE TABLE worklist_action (
    organisation_code TEXT NOT NULL,
    record_key        TEXT NOT NULL,
    check_id          TEXT NOT NULL,
    revision          BIGINT NOT NULL,
    actor             TEXT NOT NULL,
    at                BIGINT NOT NULL,
    action            TEXT NOT NULL,
    state_before      TEXT,
    state_after       TEXT NOT NULL,
    note              TEXT NOT NULL,
    -- microseconds since it was opened, where the action closes what somebody worked on
    elapsed           BIGINT,
    PRIMARY KEY (organisation_code, record_key, check_id, revision),
    FOREIGN KEY (organisation_code, record_key, check_id)
        REFERENCES worklist_item (organisation_code, record_key, check_id)
);

-- The newest check of a month that the worklist knows; its row serialises those who write.
CREATE TABLE recheck (
    organisation_code TEXT NOT NULL,
    discharge_month   TEXT NOT NULL,
    -- when the records were read
    as_of             BIGINT NOT NULL,
    actor             TEXT NOT NULL,
    at                BIGINT NOT NULL,
    findings          BIGINT NOT NULL,
    PRIMARY KEY (organisation_code, discharge_month)
);

-- What a person changed in a record; each row is a new version of it. Version 0 is what was delivered.
CREATE TABLE record_correction (
    organisation_code TEXT NOT NULL,
    record_key        TEXT NOT NULL,
    version           BIGINT NOT NULL,
    discharge_month   TEXT NOT NULL,
    actor             TEXT NOT NULL,
    at                BIGINT NOT NULL,
    reason            TEXT NOT NULL,
    -- JSON array of field, index, before, after; direct identifiers are sealed by the caller
    changes           TEXT NOT NULL,
    PRIMARY KEY (organisation_code, record_key, version)
);

CREATE INDEX record_correction_month ON record_correction (organisation_code, discharge_month);
