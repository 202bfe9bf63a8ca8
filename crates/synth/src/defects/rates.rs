use super::Defect;

/// How often each defect is planted, per 100,000 records to which it can happen.
///
/// A record gets at most one defect, so that the truth about it stays simple; the first one drawn
/// wins, which takes up to a tenth of the rate from the later ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefectRates([u32; Defect::ALL.len()]);

impl Default for DefectRates {
    /// Rates that spoil some seven records in a hundred.
    fn default() -> Self {
        Self(Defect::ALL.map(Defect::usual_rate))
    }
}

impl DefectRates {
    /// No defects.
    pub fn none() -> Self {
        Self([0; Defect::ALL.len()])
    }

    /// Rate of a defect.
    pub fn get(&self, defect: Defect) -> u32 {
        self.0[defect as usize]
    }

    /// Sets the rate of a defect; 100,000 is always.
    pub fn set(&mut self, defect: Defect, per_100k: u32) {
        self.0[defect as usize] = per_100k.min(100_000);
    }

    /// The usual rates times `percent`: 0 for none, 100 as usual, 1000 for ten times as many.
    pub fn usual_times(percent: u32) -> Self {
        let times = |defect: Defect| {
            (u64::from(defect.usual_rate()) * u64::from(percent) / 100).min(100_000)
        };
        Self(Defect::ALL.map(|defect| times(defect) as u32))
    }
}
