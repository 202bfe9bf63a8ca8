-- Persons and programs that sign in. Names are small letters.
CREATE TABLE account (
    name              TEXT NOT NULL,
    -- how the person is called
    title             TEXT NOT NULL,
    -- the institution that manages it; empty for one that only those manage who manage everything
    organisation_code TEXT NOT NULL,
    state             TEXT NOT NULL,
    -- argon2id, as a PHC string; empty while there is none
    password          TEXT NOT NULL,
    password_at       BIGINT,
    -- 1: a new password has to be chosen first
    must_change       BIGINT NOT NULL,
    -- secret of the second factor, sealed by the caller; empty without one
    totp              TEXT NOT NULL,
    -- one that waits for its first code
    totp_draft        TEXT NOT NULL,
    -- the step of the last code that was taken: no code is taken twice
    totp_step         BIGINT NOT NULL,
    created_by        TEXT NOT NULL,
    created_at        BIGINT NOT NULL,
    last_sign_in      BIGINT,
    revision          BIGINT NOT NULL,
    PRIMARY KEY (name)
);

CREATE INDEX account_organisation ON account (organisation_code);

-- Which role somebody has for which unit, from which day to which.
CREATE TABLE account_role (
    account    TEXT NOT NULL,
    number     BIGINT NOT NULL,
    -- id of the role in the content packs
    role       TEXT NOT NULL,
    -- as people write units: all, division:CODE, alliance:ID, hospital:CODE, department:CODE/CODE
    unit       TEXT NOT NULL,
    first_day  TEXT NOT NULL,
    -- empty while it is open
    last_day   TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    reason     TEXT NOT NULL,
    PRIMARY KEY (account, number),
    FOREIGN KEY (account) REFERENCES account (name)
);

-- Sessions, by the hash of their id.
CREATE TABLE account_session (
    fingerprint   TEXT NOT NULL,
    account       TEXT NOT NULL,
    origin        TEXT NOT NULL,
    second_factor BIGINT NOT NULL,
    opened_at     BIGINT NOT NULL,
    seen_at       BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    -- when it was ended before its time
    ended_at      BIGINT,
    PRIMARY KEY (fingerprint),
    FOREIGN KEY (account) REFERENCES account (name)
);

CREATE INDEX account_session_account ON account_session (account);

-- Tokens of programs, by the hash of what they present.
CREATE TABLE account_token (
    fingerprint TEXT NOT NULL,
    -- what people call it by
    token_id    TEXT NOT NULL,
    account     TEXT NOT NULL,
    title       TEXT NOT NULL,
    -- permissions with blanks between them, such as read:indicator
    permissions TEXT NOT NULL,
    created_by  TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    seen_at     BIGINT,
    revoked_at  BIGINT,
    PRIMARY KEY (fingerprint),
    UNIQUE (token_id),
    FOREIGN KEY (account) REFERENCES account (name)
);

CREATE INDEX account_token_account ON account_token (account);

-- Codes with which the first administrator makes an account, by their hash.
CREATE TABLE account_set_up (
    fingerprint TEXT NOT NULL,
    made_by     TEXT NOT NULL,
    made_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    used_at     BIGINT,
    PRIMARY KEY (fingerprint)
);

-- Attempts to sign in that failed, by the hash of a name or an address: names that nobody has count as well, and
-- what somebody typed as a name may be a password.
CREATE TABLE account_attempt (
    subject      TEXT NOT NULL,
    failures     BIGINT NOT NULL,
    refused_until BIGINT NOT NULL,
    last_at      BIGINT NOT NULL,
    PRIMARY KEY (subject)
);
