
-- Nobody changes or removes what was written, not even this program.
CREATE TRIGGER audit_event_stays BEFORE UPDATE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'rows of audit_event are never changed');
END;

CREATE TRIGGER audit_event_remains BEFORE DELETE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'rows of audit_event are never removed');
END;

CREATE TRIGGER audit_head_remains BEFORE DELETE ON audit_head
BEGIN
    SELECT RAISE(ABORT, 'the end of the audit trail is never removed');
END;
