//! Spoiling what is said about the person.

use biaochi_records::{CompactString, Field, FrontPage};
use compact_str::format_compact;

use super::plant::{Spoiled, Spoiler};
use crate::identity::{with_check, with_wrong_check};

impl Spoiler<'_> {
    /// The identity number's digits before the check character.
    fn identity_digits(&self) -> Option<CompactString> {
        let number = &self.page.id_number;
        (number.len() == 18).then(|| number[..17].into())
    }

    pub(super) fn identity_check(&mut self) -> Spoiled {
        let digits = self.identity_digits()?;
        let clean = self.clean(Field::IdNumber, 0)?;
        self.page.id_number = with_wrong_check(&digits, self.random.below(10));
        Some(clean)
    }

    pub(super) fn identity_birth(&mut self) -> Spoiled {
        let digits = self.identity_digits()?;
        let birth = self.page.birth_date?;
        let clean = self.clean(Field::IdNumber, 0)?;
        let year = birth.year() - self.random.between(1, 9) as i16;
        // The 28th exists in every year.
        let day = birth.day().min(28);
        let other = format_compact!(
            "{}{year:04}{:02}{day:02}{}",
            &digits[..6],
            birth.month(),
            &digits[14..]
        );
        self.page.id_number = with_check(&other);
        Some(clean)
    }

    pub(super) fn identity_sex(&mut self) -> Spoiled {
        let digits = self.identity_digits()?;
        let clean = self.clean(Field::IdNumber, 0)?;
        let last = digits.as_bytes()[16];
        let other = char::from(if last == b'9' { b'8' } else { last + 1 });
        self.page.id_number = with_check(&format_compact!("{}{other}", &digits[..16]));
        Some(clean)
    }

    pub(super) fn retired_too_young(&mut self) -> Spoiled {
        self.page.age_years.filter(|&years| years < 45)?;
        let clean = self.clean(Field::Occupation, 0)?;
        self.page.occupation = "80".into();
        Some(clean)
    }

    pub(super) fn married_child(&mut self) -> Spoiled {
        self.page.age_years.filter(|&years| years < 18)?;
        let clean = self.clean(Field::MaritalStatus, 0)?;
        self.page.marital_status = "2".into();
        Some(clean)
    }

    pub(super) fn postcode(&mut self) -> Spoiled {
        let clean = self.clean(Field::CurrentPostcode, 0)?;
        let postcode = &mut self.page.current_postcode;
        if self.random.chance(600) {
            postcode.pop();
        } else {
            postcode.push('0');
        }
        Some(clean)
    }

    pub(super) fn made_up_phone(&mut self) -> Spoiled {
        let field = *self
            .random
            .pick(&[Field::CurrentPhone, Field::ContactPhone]);
        let clean = self.clean(field, 0)?;
        let number = *self
            .random
            .pick(&["11111111111", "00000000000", "12345678911", "1001"]);
        let place: fn(&mut FrontPage) -> &mut CompactString = match field {
            Field::CurrentPhone => |page| &mut page.current_phone,
            _ => |page| &mut page.contact_phone,
        };
        *place(self.page) = number.into();
        Some(clean)
    }

    pub(super) fn digit_in_name(&mut self) -> Spoiled {
        let clean = self.clean(Field::PatientName, 0)?;
        let digit = self.random.between(1, 3);
        self.page.patient_name = format_compact!("{}{digit}", self.page.patient_name);
        Some(clean)
    }

    pub(super) fn address_without_province(&mut self) -> Spoiled {
        let clean = self.clean(Field::CurrentAddress, 0)?;
        let (_, rest) = self.page.current_address.split_once('省')?;
        let rest = rest.split_once('市').map_or(rest, |(_, rest)| rest);
        self.page.current_address = rest.into();
        Some(clean)
    }
}
