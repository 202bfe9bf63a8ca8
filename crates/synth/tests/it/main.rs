//! What every generated region and every planted defect must keep to.

mod codes;
mod consistency;
mod defects;
mod region;
