//! Use cases: import, group, explain, synthesise, demonstrate.
