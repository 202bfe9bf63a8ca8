//! Reporting forms: their fields, validation, and the way of a submission to approval.
