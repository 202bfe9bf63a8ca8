-- A hospital's own translation of a clinical code or a written name to an insurance code. Rows are only
-- ever added; the highest version counts.
CREATE TABLE code_choice (
    organisation_code TEXT NOT NULL,
    code_system       TEXT NOT NULL,
    source_code       TEXT NOT NULL,
    source_name       TEXT NOT NULL,
    version           BIGINT NOT NULL,
    target_code       TEXT NOT NULL,
    certainty         TEXT NOT NULL,
    review            TEXT NOT NULL,
    actor             TEXT NOT NULL,
    at                BIGINT NOT NULL,
    note              TEXT NOT NULL,
    PRIMARY KEY (organisation_code, code_system, source_code, source_name, version)
);
