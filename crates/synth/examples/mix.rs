//! Prints what a generated region looks like: `cargo run --release --example mix -- [discharges] [seed]`.

#![expect(clippy::print_stdout, reason = "an example that prints")]

use std::collections::BTreeMap;
use std::time::Instant;

use biaochi_synth::{Options, Population};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let discharges = arguments.next().map_or(Ok(50_000), |text| text.parse())?;
    let seed = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let options = Options {
        seed,
        discharges,
        ..Options::default()
    };
    let start = Instant::now();
    let mut records = 0u64;
    let mut months: BTreeMap<String, u64> = BTreeMap::new();
    let mut institutions: BTreeMap<String, [i64; 5]> = BTreeMap::new();
    let mut profiles: BTreeMap<&str, u64> = BTreeMap::new();
    let mut dispositions: BTreeMap<String, u64> = BTreeMap::new();
    let mut readmissions: BTreeMap<&str, u64> = BTreeMap::new();
    let mut defects: BTreeMap<&str, u64> = BTreeMap::new();
    for stay in Population::new(options)? {
        records += 1;
        let (page, truth) = (&stay.page, &stay.truth);
        *months
            .entry(truth.key.discharge_time.strftime("%Y-%m").to_string())
            .or_default() += 1;
        let [count, days, fen, operated, died] = institutions
            .entry(page.organisation_name.to_string())
            .or_default();
        *count += 1;
        *days += i64::from(page.length_of_stay.unwrap_or(0));
        *fen += page
            .charges
            .total_charges
            .map_or(0, |total| total.hundredths());
        *operated += i64::from(
            page.procedures
                .iter()
                .any(|done| !done.surgery_level.is_empty()),
        );
        *died += i64::from(page.discharge_disposition == "5");
        *profiles.entry(truth.profile).or_default() += 1;
        *dispositions
            .entry(page.discharge_disposition.to_string())
            .or_default() += 1;
        *readmissions
            .entry(truth.readmission.map_or("first", |kind| kind.id()))
            .or_default() += 1;
        for planted in &truth.defects {
            *defects.entry(planted.defect.id()).or_default() += 1;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{records} records in {seconds:.2} s, {:.0}/s",
        records as f64 / seconds
    );
    println!("\ninstitution: discharges, days, yuan, operated %, died permille");
    for (name, [count, days, fen, operated, died]) in &institutions {
        println!(
            "  {name}: {count}, {:.1}, {}, {}, {}",
            *days as f64 / *count as f64,
            fen / count / 100,
            operated * 100 / count,
            died * 1000 / count
        );
    }
    println!("\nmonths {months:?}");
    println!("\nleaving {dispositions:?}\nafter {readmissions:?}\ndefects {defects:?}");
    let mut profiles: Vec<_> = profiles.into_iter().collect();
    profiles.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    println!("\nprofiles {profiles:?}");
    Ok(())
}
