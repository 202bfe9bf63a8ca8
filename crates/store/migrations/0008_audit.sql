-- Who did what, when and from where. Rows are only ever added; each holds the hash of the one before it.
CREATE TABLE audit_event (
    number            BIGINT NOT NULL,
    at                BIGINT NOT NULL,
    actor             TEXT NOT NULL,
    -- address of a browser or program; local for the command line
    origin            TEXT NOT NULL,
    action            TEXT NOT NULL,
    resource          TEXT NOT NULL,
    -- which one
    subject           TEXT NOT NULL,
    -- whose; empty for what belongs to no organisation
    organisation_code TEXT NOT NULL,
    -- done or refused
    outcome           TEXT NOT NULL,
    value_before      TEXT NOT NULL,
    value_after       TEXT NOT NULL,
    reason            TEXT NOT NULL,
    previous          TEXT NOT NULL,
    hash              TEXT NOT NULL,
    PRIMARY KEY (number)
);

CREATE INDEX audit_event_at ON audit_event (at);
CREATE INDEX audit_event_actor ON audit_event (actor, number);
CREATE INDEX audit_event_organisation ON audit_event (organisation_code, number);

-- The end of the chain: number and hash of the newest row. Whoever adds one locks it.
CREATE TABLE audit_head (
    id     BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hash   TEXT NOT NULL,
    PRIMARY KEY (id)
);

INSERT INTO audit_head (id, number, hash)
    VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
