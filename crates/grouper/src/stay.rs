/// One inpatient stay as far as grouping looks at it: a view into the caller's record.
///
/// Codes are compared as text, whole and case-sensitive; nothing is trimmed. The first diagnosis is
/// the principal one, the first procedure the principal one. `D` and `P` are whatever the caller
/// keeps its codes in, as long as they read as text.
///
/// ```
/// use biaochi_grouper::Stay;
///
/// let diagnoses = ["K80.100x003", "I10.x00x002"];
/// let procedures = ["51.2300"];
/// let stay = Stay {
///     sex: Some(2),
///     age: Some(57),
///     ..Stay::new(&diagnoses, &procedures)
/// };
/// assert_eq!(stay.diagnoses[0], "K80.100x003");
/// ```
#[derive(Debug)]
pub struct Stay<'a, D, P> {
    /// Diagnosis codes, the principal one first.
    pub diagnoses: &'a [D],
    /// Procedure codes, the principal one first; may be empty.
    pub procedures: &'a [P],
    /// Sex as the front page codes it: 1 male, 2 female; other values are invalid.
    pub sex: Option<u8>,
    /// Age in completed years.
    pub age: Option<i32>,
    /// Age in days.
    pub age_days: Option<i32>,
    /// Weight of the newborn in grams; zero is a weight, not a blank.
    pub weight: Option<i32>,
    /// Length of stay in days.
    pub length_of_stay: Option<i32>,
    /// Hours in intensive care.
    pub icu_hours: Option<i32>,
    /// Hours of invasive ventilation.
    pub ventilator_hours: Option<i32>,
    /// Department as the scheme names it, empty when unknown.
    pub department: &'a str,
    /// Way of leaving (离院方式), `1` to `5` or `9`, empty when unknown.
    pub disposition: &'a str,
    /// Translate all codes from the clinical to the insurance edition first. Codes that already are
    /// in the insurance edition must not be translated.
    pub translate: bool,
}

impl<'a, D, P> Stay<'a, D, P> {
    /// A stay with these codes and everything else missing.
    pub fn new(diagnoses: &'a [D], procedures: &'a [P]) -> Self {
        Self {
            diagnoses,
            procedures,
            sex: None,
            age: None,
            age_days: None,
            weight: None,
            length_of_stay: None,
            icu_hours: None,
            ventilator_hours: None,
            department: "",
            disposition: "",
            translate: false,
        }
    }

    /// The same stay with other codes.
    pub fn with_codes<'b, E, Q>(&self, diagnoses: &'b [E], procedures: &'b [Q]) -> Stay<'b, E, Q>
    where
        'a: 'b,
    {
        Stay {
            diagnoses,
            procedures,
            sex: self.sex,
            age: self.age,
            age_days: self.age_days,
            weight: self.weight,
            length_of_stay: self.length_of_stay,
            icu_hours: self.icu_hours,
            ventilator_hours: self.ventilator_hours,
            department: self.department,
            disposition: self.disposition,
            translate: self.translate,
        }
    }
}

// Derived, these would ask for `D: Copy` although only references are copied.
impl<D, P> Clone for Stay<'_, D, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D, P> Copy for Stay<'_, D, P> {}
