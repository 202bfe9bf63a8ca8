-- Work that takes longer than a request: imports, re-checks, computations, documents.
CREATE TABLE job (
    job_id            TEXT NOT NULL,
    kind              TEXT NOT NULL,
    -- whose it is; empty for what is about several
    organisation_code TEXT NOT NULL,
    -- what it is about, such as a month or the name of a file; as people read it
    subject           TEXT NOT NULL,
    -- jobs of one lane run one after the other; empty where nothing has to wait
    lane              TEXT NOT NULL,
    -- what is to be done, JSON
    request           TEXT NOT NULL,
    created_by        TEXT NOT NULL,
    created_at        BIGINT NOT NULL,
    -- what the caller named the request by, so that sending it twice makes one job; else the job's own id
    idempotency_key   TEXT NOT NULL,
    state             TEXT NOT NULL,
    started_at        BIGINT,
    finished_at       BIGINT,
    -- progress; a total of 0 is not known
    done              BIGINT NOT NULL,
    total             BIGINT NOT NULL,
    words             TEXT NOT NULL,
    -- how often it was taken
    attempts          BIGINT NOT NULL,
    -- who works on it, and until when that holds without a sign of life; empty and 0 otherwise
    holder            TEXT NOT NULL,
    held_until        BIGINT NOT NULL,
    -- 1: it shall end without effect
    cancel_wanted     BIGINT NOT NULL,
    -- what came of it, in a sentence
    message           TEXT NOT NULL,
    -- what came of it, JSON; empty until then
    result            TEXT NOT NULL,
    -- name of the file of rejected rows; empty without one
    reject_file       TEXT NOT NULL,
    revision          BIGINT NOT NULL,
    PRIMARY KEY (job_id),
    UNIQUE (created_by, idempotency_key)
);

CREATE INDEX job_state ON job (state, created_at);
CREATE INDEX job_created ON job (created_at, job_id);

-- Whoever takes a job locks this row: two runners never look at the lanes at the same time.
CREATE TABLE job_queue (
    id   BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    PRIMARY KEY (id)
);

INSERT INTO job_queue (id, turn) VALUES (1, 0);
