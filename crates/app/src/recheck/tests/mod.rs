//! Re-checks of a temporary lake: what they tell, what they change, and what they leave alone.

mod across;
mod bench;
mod oracle;
mod whole;
