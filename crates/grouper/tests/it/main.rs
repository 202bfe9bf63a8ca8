//! Tests of the public interface.

mod compiling;
mod explaining;
mod grouping;
mod properties;
mod reference;
mod small_scheme;
mod what_if;
mod workbook_rules;
