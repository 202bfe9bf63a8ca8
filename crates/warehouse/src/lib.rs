//! Delta tables, their atomic publication, and SQL over them.
