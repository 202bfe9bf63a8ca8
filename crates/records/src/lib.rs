//! The typed front page (住院病案首页) and its field catalogue.
//!
//! `catalogue/front_page.csv` lists every field with its Chinese name, type, value set, sensitivity and
//! its columns in each file layout. [`FrontPage`] and its parts are generated from it by
//! `cargo xtask gen`, and so is [`FIELDS`], from which readers, writers, table schemas and
//! documentation are derived: a new field is one new row.
//!
//! Absent values: texts and code lists are empty, everything else is `None`. A record is made to be
//! reused: [`FrontPage::clear`] keeps its memory.
//!
//! ```
//! use biaochi_records::{Diagnosis, Field, FrontPage, ValueRef};
//!
//! let mut page = FrontPage::default();
//! page.sex = "2".into();
//! page.diagnoses.push(Diagnosis { code: "I21.000".into(), ..Default::default() });
//! assert_eq!(page.get(Field::DiagnosisCode, 0), Some(ValueRef::Text("I21.000")));
//! assert_eq!(Field::DiagnosisCode.info().name_zh, "出院诊断编码");
//! ```

mod calendar;
mod catalogue;
mod decimal;
mod derive;
mod generated;
mod incision;
mod value;

pub use calendar::{days_since_epoch, micros_since_epoch};
pub use catalogue::{
    Column, DataType, FieldInfo, FlagCoding, Form, LAYOUTS, Layout, Need, Sensitivity,
    expand_columns,
};
pub use compact_str::CompactString;
pub use decimal::{Decimal2, ParseDecimal2Error};
pub use derive::RecordKey;
pub use generated::fields::{FIELDS, Field, Group};
pub use generated::front_page::*;
pub use incision::{joint_incision_code, split_incision_code};
pub use value::{SetError, Value, ValueMut, ValueRef};
