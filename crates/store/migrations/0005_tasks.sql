-- Tasks that organisations took up from a plan, or that one was broken down into.
CREATE TABLE plan_task (
    organisation_code TEXT NOT NULL,
    plan              TEXT NOT NULL,
    task              TEXT NOT NULL,
    -- the task that this one is a part of; empty for those of the plan
    parent            TEXT NOT NULL,
    clause            TEXT NOT NULL,
    title             TEXT NOT NULL,
    deliverable       TEXT NOT NULL,
    department        TEXT NOT NULL,
    assignee          TEXT NOT NULL,
    start_day         TEXT NOT NULL,
    due               TEXT NOT NULL,
    state             TEXT NOT NULL,
    state_since       BIGINT NOT NULL,
    -- per cent, as last reported
    progress          BIGINT NOT NULL,
    -- the supervision order that waits for a reply; both empty without one
    order_reason      TEXT NOT NULL,
    order_due         TEXT NOT NULL,
    -- how many orders there were
    orders            BIGINT NOT NULL,
    opened_at         BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    closed_at         BIGINT,
    revision          BIGINT NOT NULL,
    PRIMARY KEY (organisation_code, plan, task)
);

CREATE INDEX plan_task_due ON plan_task (plan, state, due);
CREATE INDEX plan_task_parent ON plan_task (organisation_code, plan, parent);

-- A step on the way to a task.
CREATE TABLE plan_task_milestone (
    organisation_code TEXT NOT NULL,
    plan              TEXT NOT NULL,
    task              TEXT NOT NULL,
    number            BIGINT NOT NULL,
    title             TEXT NOT NULL,
    due               TEXT NOT NULL,
    -- the day on which it was reached; empty until then
    reached           TEXT NOT NULL,
    PRIMARY KEY (organisation_code, plan, task, number),
    FOREIGN KEY (organisation_code, plan, task) REFERENCES plan_task (organisation_code, plan, task)
);

-- A file that shows what was done; the file itself lies in the evidence folder of the workspace.
CREATE TABLE plan_task_evidence (
    organisation_code TEXT NOT NULL,
    plan              TEXT NOT NULL,
    task              TEXT NOT NULL,
    number            BIGINT NOT NULL,
    -- the revision of the task that brought it
    revision          BIGINT NOT NULL,
    name              TEXT NOT NULL,
    size              BIGINT NOT NULL,
    sha256            TEXT NOT NULL,
    -- relative to the evidence folder
    path              TEXT NOT NULL,
    actor             TEXT NOT NULL,
    at                BIGINT NOT NULL,
    PRIMARY KEY (organisation_code, plan, task, number),
    FOREIGN KEY (organisation_code, plan, task) REFERENCES plan_task (organisation_code, plan, task)
);

-- What happened to a task; rows are only ever added. The revision is the one that the action made.
CREATE TABLE plan_task_action (
    organisation_code TEXT NOT NULL,
    plan              TEXT NOT NULL,
    task              TEXT NOT NULL,
    revision          BIGINT NOT NULL,
    actor             TEXT NOT NULL,
    at                BIGINT NOT NULL,
    action            TEXT NOT NULL,
    state_before      TEXT,
    state_after       TEXT NOT NULL,
    progress          BIGINT NOT NULL,
    due               TEXT NOT NULL,
    note              TEXT NOT NULL,
    PRIMARY KEY (organisation_code, plan, task, revision),
    FOREIGN KEY (organisation_code, plan, task) REFERENCES plan_task (organisation_code, plan, task)
);

CREATE INDEX plan_task_action_at ON plan_task_action (plan, at);
