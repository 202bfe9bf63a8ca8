-- Organisations with their history: every row holds on the days from valid_from to valid_until (empty: open).
-- Rows are only ever added; since_revision and until_revision say in which revisions of the directory a row
-- stands: from the first one on, and before the second one where there is one. So any revision can be read again.
-- Words such as levels and types stand as in the files that people fill in.

CREATE TABLE organisation_revision (
    revision BIGINT PRIMARY KEY,
    actor    TEXT NOT NULL,
    at       BIGINT NOT NULL,
    note     TEXT NOT NULL,
    added    BIGINT NOT NULL,
    removed  BIGINT NOT NULL
);

CREATE TABLE organisation_divisions (
    code           TEXT NOT NULL,
    name           TEXT NOT NULL,
    level          TEXT NOT NULL,
    parent         TEXT NOT NULL,
    valid_from     TEXT NOT NULL,
    valid_until    TEXT NOT NULL,
    since_revision BIGINT NOT NULL,
    until_revision BIGINT,
    PRIMARY KEY (code, valid_from, since_revision)
);

CREATE TABLE organisation_commissions (
    code           TEXT NOT NULL,
    name           TEXT NOT NULL,
    division       TEXT NOT NULL,
    parent         TEXT NOT NULL,
    valid_from     TEXT NOT NULL,
    valid_until    TEXT NOT NULL,
    since_revision BIGINT NOT NULL,
    until_revision BIGINT,
    PRIMARY KEY (code, valid_from, since_revision)
);

CREATE TABLE organisation_institutions (
    code           TEXT NOT NULL,
    name           TEXT NOT NULL,
    credit_code    TEXT NOT NULL,
    aliases        TEXT NOT NULL,
    level          TEXT NOT NULL,
    class          TEXT NOT NULL,
    kind           TEXT NOT NULL,
    specialty      TEXT NOT NULL,
    ownership      TEXT NOT NULL,
    division       TEXT NOT NULL,
    commission     TEXT NOT NULL,
    tags           TEXT NOT NULL,
    valid_from     TEXT NOT NULL,
    valid_until    TEXT NOT NULL,
    since_revision BIGINT NOT NULL,
    until_revision BIGINT,
    PRIMARY KEY (code, valid_from, since_revision)
);

CREATE TABLE organisation_campuses (
    institution    TEXT NOT NULL,
    code           TEXT NOT NULL,
    name           TEXT NOT NULL,
    division       TEXT NOT NULL,
    valid_from     TEXT NOT NULL,
    valid_until    TEXT NOT NULL,
    since_revision BIGINT NOT NULL,
    until_revision BIGINT,
    PRIMARY KEY (institution, code, valid_from, since_revision)
);

CREATE TABLE organisation_departments (
    institution    TEXT NOT NULL,
    code           TEXT NOT NULL,
    name           TEXT NOT NULL,
    parent         TEXT NOT NULL,
    standard_code  TEXT NOT NULL,
    kind           TEXT NOT NULL,
    campus         TEXT NOT NULL,
    valid_from     TEXT NOT NULL,
    valid_until    TEXT NOT NULL,
    since_revision BIGINT NOT NULL,
    until_revision BIGINT,
    PRIMARY KEY (institution, code, valid_from, since_revision)
);

CREATE TABLE organisation_wards (
    institution    TEXT NOT NULL,
    code           TEXT NOT NULL,
    name           TEXT NOT NULL,
    department     TEXT NOT NULL,
    campus         TEXT NOT NULL,
    valid_from     TEXT NOT NULL,
    valid_until    TEXT NOT NULL,
    since_revision BIGINT NOT NULL,
    until_revision BIGINT,
    PRIMARY KEY (institution, code, valid_from, since_revision)
);

CREATE TABLE organisation_staff (
    institution    TEXT NOT NULL,
    code           TEXT NOT NULL,
    name           TEXT NOT NULL,
    department     TEXT NOT NULL,
    post           TEXT NOT NULL,
    title          TEXT NOT NULL,
    specialty      TEXT NOT NULL,
    education      TEXT NOT NULL,
    valid_from     TEXT NOT NULL,
    valid_until    TEXT NOT NULL,
    since_revision BIGINT NOT NULL,
    until_revision BIGINT,
    PRIMARY KEY (institution, code, valid_from, since_revision)
);

CREATE TABLE organisation_beds (
    institution    TEXT NOT NULL,
    department     TEXT NOT NULL,
    ward           TEXT NOT NULL,
    kind           TEXT NOT NULL,
    number         BIGINT NOT NULL,
    valid_from     TEXT NOT NULL,
    valid_until    TEXT NOT NULL,
    since_revision BIGINT NOT NULL,
    until_revision BIGINT,
    PRIMARY KEY (institution, department, ward, kind, valid_from, since_revision)
);

CREATE TABLE organisation_populations (
    division       TEXT NOT NULL,
    year           BIGINT NOT NULL,
    kind           TEXT NOT NULL,
    number         BIGINT NOT NULL,
    since_revision BIGINT NOT NULL,
    until_revision BIGINT,
    PRIMARY KEY (division, year, kind, since_revision)
);

CREATE TABLE organisation_alliances (
    id             TEXT NOT NULL,
    name           TEXT NOT NULL,
    kind           TEXT NOT NULL,
    lead           TEXT NOT NULL,
    division       TEXT NOT NULL,
    specialty      TEXT NOT NULL,
    valid_from     TEXT NOT NULL,
    valid_until    TEXT NOT NULL,
    since_revision BIGINT NOT NULL,
    until_revision BIGINT,
    PRIMARY KEY (id, valid_from, since_revision)
);

CREATE TABLE organisation_members (
    alliance       TEXT NOT NULL,
    institution    TEXT NOT NULL,
    closeness      TEXT NOT NULL,
    valid_from     TEXT NOT NULL,
    valid_until    TEXT NOT NULL,
    since_revision BIGINT NOT NULL,
    until_revision BIGINT,
    PRIMARY KEY (alliance, institution, valid_from, since_revision)
);
