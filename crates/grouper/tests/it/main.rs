//! Tests of the public interface.

mod workbook_rules;
