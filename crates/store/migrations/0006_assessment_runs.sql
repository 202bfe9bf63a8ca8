-- What people entered for an assessment: the score of a phase, the result of another assessment, the value of an
-- item. Rows are only ever added; the highest version counts. An empty value withdraws it.
CREATE TABLE assessment_entry (
    organisation_code TEXT NOT NULL,
    scheme_id         TEXT NOT NULL,
    period            TEXT NOT NULL,
    -- phase, attribute or item
    kind              TEXT NOT NULL,
    -- the phase of an item's value; empty otherwise
    phase             TEXT NOT NULL,
    -- id of the phase, key of the attribute, key of the item's source
    name              TEXT NOT NULL,
    version           BIGINT NOT NULL,
    value             TEXT NOT NULL,
    -- JSON array of name and SHA-256 of files
    evidence          TEXT NOT NULL,
    actor             TEXT NOT NULL,
    at                BIGINT NOT NULL,
    note              TEXT NOT NULL,
    PRIMARY KEY (organisation_code, scheme_id, period, kind, phase, name, version)
);

-- Bonuses, deductions and vetoes. Rows are only ever added; the highest version of a number counts.
CREATE TABLE assessment_event (
    organisation_code TEXT NOT NULL,
    number            BIGINT NOT NULL,
    version           BIGINT NOT NULL,
    scheme_id         TEXT NOT NULL,
    happened_on       TEXT NOT NULL,
    state             TEXT NOT NULL,
    -- the event as the engine reads it, JSON
    content           TEXT NOT NULL,
    reporter          TEXT NOT NULL,
    actor             TEXT NOT NULL,
    at                BIGINT NOT NULL,
    note              TEXT NOT NULL,
    PRIMARY KEY (organisation_code, number, version)
);

-- An assessment of a period: frozen, computed, published.
CREATE TABLE assessment_run (
    run_id        TEXT NOT NULL,
    revision      BIGINT NOT NULL,
    scheme_id     TEXT NOT NULL,
    content_hash  TEXT NOT NULL,
    period        TEXT NOT NULL,
    -- the version of the lake that values were read from
    lake_version  BIGINT,
    -- values of parameters given for this run, JSON
    parameters    TEXT NOT NULL,
    state         TEXT NOT NULL,
    -- over the frozen inputs of all institutions
    inputs_hash   TEXT NOT NULL,
    -- over the outcomes of all institutions; empty before they are computed
    result_hash   TEXT NOT NULL,
    actor         TEXT NOT NULL,
    at            BIGINT NOT NULL,
    PRIMARY KEY (run_id)
);

-- What was frozen of an institution, and what came out.
CREATE TABLE assessment_unit (
    run_id            TEXT NOT NULL,
    organisation_code TEXT NOT NULL,
    inputs            TEXT NOT NULL,
    -- empty before it is computed
    outcome           TEXT NOT NULL,
    score             TEXT NOT NULL,
    grade             TEXT NOT NULL,
    place             BIGINT,
    PRIMARY KEY (run_id, organisation_code),
    FOREIGN KEY (run_id) REFERENCES assessment_run (run_id)
);

CREATE INDEX assessment_unit_organisation ON assessment_unit (organisation_code, run_id);

-- What an institution objects to, and the reply.
CREATE TABLE assessment_objection (
    run_id            TEXT NOT NULL,
    organisation_code TEXT NOT NULL,
    number            BIGINT NOT NULL,
    phase             TEXT NOT NULL,
    item              TEXT NOT NULL,
    claim             TEXT NOT NULL,
    evidence          TEXT NOT NULL,
    state             TEXT NOT NULL,
    actor             TEXT NOT NULL,
    at                BIGINT NOT NULL,
    reply             TEXT NOT NULL,
    replied_by        TEXT NOT NULL,
    replied_at        BIGINT,
    PRIMARY KEY (run_id, number),
    FOREIGN KEY (run_id, organisation_code)
        REFERENCES assessment_unit (run_id, organisation_code)
);

-- A change of a value, of points or of a score: proposed by one person, decided by another.
CREATE TABLE assessment_adjustment (
    run_id            TEXT NOT NULL,
    organisation_code TEXT NOT NULL,
    number            BIGINT NOT NULL,
    -- the objection that it answers, if there is one
    objection         BIGINT,
    phase             TEXT NOT NULL,
    -- empty: the score of the phase
    item              TEXT NOT NULL,
    -- reading or points
    what              TEXT NOT NULL,
    new_value         TEXT NOT NULL,
    reason            TEXT NOT NULL,
    state             TEXT NOT NULL,
    proposed_by       TEXT NOT NULL,
    proposed_at       BIGINT NOT NULL,
    decided_by        TEXT NOT NULL,
    decided_at        BIGINT,
    decision          TEXT NOT NULL,
    PRIMARY KEY (run_id, number),
    FOREIGN KEY (run_id, organisation_code)
        REFERENCES assessment_unit (run_id, organisation_code)
);

-- What happened to a run; rows are only ever added.
CREATE TABLE assessment_action (
    run_id            TEXT NOT NULL,
    revision          BIGINT NOT NULL,
    action            TEXT NOT NULL,
    -- the institution that it is about; empty for the run as a whole
    organisation_code TEXT NOT NULL,
    subject           TEXT NOT NULL,
    actor             TEXT NOT NULL,
    at                BIGINT NOT NULL,
    note              TEXT NOT NULL,
    PRIMARY KEY (run_id, revision),
    FOREIGN KEY (run_id) REFERENCES assessment_run (run_id)
);
