//! Files in, records and rejects out.

mod arbitrary;
mod damage;
mod files;
mod layouts;
mod rewriting;
mod round_trip;
mod support;
mod values;
mod workbooks;
