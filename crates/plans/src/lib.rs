//! Plans as content: clauses, targets and their status, cascade, tasks.
