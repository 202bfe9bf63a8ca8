-- Who an account is to the identity provider: one person at most for each account, one account for each person.
CREATE TABLE account_identity (
    account   TEXT NOT NULL,
    -- what the provider calls the person, as an administrator wrote it; empty where the person linked the account
    expected  TEXT NOT NULL,
    -- as the provider told them; both are empty until somebody signs in who is expected
    issuer    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    -- what the provider called the person when the account was linked; may be empty
    shown     TEXT NOT NULL,
    -- who linked the account, or wrote whom to expect
    linked_by TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (account),
    FOREIGN KEY (account) REFERENCES account (name)
);

CREATE UNIQUE INDEX account_identity_subject ON account_identity (issuer, subject) WHERE subject <> '';
CREATE UNIQUE INDEX account_identity_expected ON account_identity (expected) WHERE expected <> '';

-- 1: the identity provider said who it is, and no password of this account was given.
ALTER TABLE account_session ADD COLUMN by_provider BIGINT NOT NULL DEFAULT 0;
