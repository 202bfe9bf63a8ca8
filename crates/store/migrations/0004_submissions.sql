-- What an organisation filled in for a period of a data set; a correction of approved values is a new
-- version. The organisation is an institution's code, division:CODE or alliance:ID.
CREATE TABLE submission (
    organisation_code TEXT NOT NULL,
    dataset           TEXT NOT NULL,
    period            TEXT NOT NULL,
    version           BIGINT NOT NULL,
    last_month        TEXT NOT NULL,
    -- hash of the definition that it was checked against
    definition_hash   TEXT NOT NULL,
    state             TEXT NOT NULL,
    state_since       BIGINT NOT NULL,
    -- JSON array of rows: breakdown, values by field, and what could not be read
    content           TEXT NOT NULL,
    -- JSON array of what is wrong with it, and where
    findings          TEXT NOT NULL,
    errors            BIGINT NOT NULL,
    warnings          BIGINT NOT NULL,
    -- the file that it was read from
    origin            TEXT NOT NULL,
    filler            TEXT NOT NULL,
    filled_at         BIGINT NOT NULL,
    submitter         TEXT NOT NULL,
    submitted_at      BIGINT,
    -- what the last step said
    comment           TEXT NOT NULL,
    approver          TEXT NOT NULL,
    approved_at       BIGINT,
    -- the publication that holds the approved values; empty before
    import_id         TEXT NOT NULL,
    revision          BIGINT NOT NULL,
    PRIMARY KEY (organisation_code, dataset, period, version)
);

CREATE INDEX submission_month ON submission (dataset, last_month);
CREATE INDEX submission_state ON submission (state, import_id);

-- What happened to it; rows are only ever added. The revision is the one that the step made.
CREATE TABLE submission_step (
    organisation_code TEXT NOT NULL,
    dataset           TEXT NOT NULL,
    period            TEXT NOT NULL,
    version           BIGINT NOT NULL,
    revision          BIGINT NOT NULL,
    actor             TEXT NOT NULL,
    at                BIGINT NOT NULL,
    step              TEXT NOT NULL,
    state_before      TEXT NOT NULL,
    state_after       TEXT NOT NULL,
    comment           TEXT NOT NULL,
    -- what was handed in, so that it stays although the draft goes on; empty for other steps
    content           TEXT NOT NULL,
    PRIMARY KEY (organisation_code, dataset, period, version, revision)
);
