//! All names of a system as one array of small numbers, searched from end to end.
//!
//! 40,000 names are half a million characters: a scan takes about a millisecond, so nothing larger
//! than the names themselves is kept.

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHasher};

use crate::concept::{Concept, OtherName};
use crate::fold::{fold_name, fold_name_into};
use crate::initials::{Readings, bit};

/// A character by its number in the index; zero stands for characters that no name has.
type CharId = u16;

#[derive(Debug)]
pub(crate) struct NameIndex {
    alphabet: FxHashMap<char, CharId>,
    /// How rare a character is, by id and in thousandths: rare ones say more about a name. Whole
    /// numbers, so that a likeness does not depend on the order in which it is added up.
    weights: Vec<u32>,
    /// The characters of all names, one name after the other.
    text: Vec<CharId>,
    names: Vec<NameEntry>,
    /// Hash of a name's characters → its place in `names`, sorted.
    hashes: OnceLock<Vec<(u64, u32)>>,
    initials: OnceLock<InitialsIndex>,
}

#[derive(Debug)]
struct NameEntry {
    start: u32,
    end: u32,
    concept: u32,
    /// Index among the other names of the concept, `None` for the preferred name.
    other: Option<u16>,
    /// Sum of the weights of its different characters.
    weight: u32,
    /// How many different pairs of neighbours it has.
    pairs: u8,
}

/// As alike as names can be that are not the same.
const NEARLY: u16 = 999;

/// Longer texts are no names: their beginning decides how alike they are.
const LONGEST: usize = 64;

/// The typed characters of all names.
#[derive(Debug)]
struct InitialsIndex {
    /// By character id.
    readings: Vec<Option<Readings>>,
    text: Vec<CharId>,
    /// Ends of the names in `text`, in the order of `names`.
    ends: Vec<u32>,
}

/// A name that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameHit {
    pub(crate) concept: u32,
    /// Index among the other names of the concept, `None` for the preferred name.
    pub(crate) other: Option<u16>,
    /// Characters of the whole name.
    pub(crate) length: u32,
}

/// Where in a name a part was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extent {
    Whole,
    Start,
    Part,
}

impl NameIndex {
    pub(crate) fn build(concepts: &[Concept], others: &BTreeMap<u32, Vec<OtherName>>) -> Self {
        let mut index = Self {
            alphabet: FxHashMap::default(),
            weights: Vec::new(),
            text: Vec::with_capacity(concepts.len() * 12),
            names: Vec::with_capacity(concepts.len()),
            hashes: OnceLock::new(),
            initials: OnceLock::new(),
        };
        for (at, concept) in (0..).zip(concepts) {
            if let Some(name) = concept.name() {
                index.push(at, None, name);
            }
        }
        for (at, names) in others {
            for (other, name) in (0..).zip(names) {
                index.push(*at, Some(other), &name.name);
            }
        }
        index.weigh();
        index
    }

    fn push(&mut self, concept: u32, other: Option<u16>, name: &str) {
        let start = place(self.text.len());
        let (alphabet, text) = (&mut self.alphabet, &mut self.text);
        fold_name_into(name, |c| {
            // Beyond 65,534 different characters all further ones count as unknown.
            let next = CharId::try_from(alphabet.len() + 1).unwrap_or(0);
            text.push(*alphabet.entry(c).or_insert(next));
        });
        let end = place(self.text.len());
        if end > start {
            self.names.push(NameEntry {
                start,
                end,
                concept,
                other,
                weight: 0,
                pairs: 0,
            });
        }
    }

    /// Weights of characters: the logarithm of how many names there are to one that has it.
    fn weigh(&mut self) {
        let mut in_names = vec![0_u32; self.alphabet.len() + 1];
        let mut last_seen = vec![u32::MAX; in_names.len()];
        for (at, entry) in (0..).zip(&self.names) {
            for &id in &self.text[entry.start as usize..entry.end as usize] {
                if std::mem::replace(&mut last_seen[usize::from(id)], at) != at {
                    in_names[usize::from(id)] += 1;
                }
            }
        }
        let all = self.names.len() as f64;
        self.weights = in_names
            .iter()
            .map(|&n| ((1.0 + all / (1.0 + f64::from(n))).ln() * 1000.0).round() as u32)
            .collect();
        last_seen.fill(u32::MAX);
        let mut pairs = Vec::with_capacity(LONGEST);
        for (at, entry) in (0..).zip(&mut self.names) {
            let chars = beginning(&self.text[entry.start as usize..entry.end as usize]);
            for &id in chars {
                if std::mem::replace(&mut last_seen[usize::from(id)], at) != at {
                    entry.weight += self.weights[usize::from(id)];
                }
            }
            distinct_pairs(chars, &mut pairs);
            entry.pairs = u8::try_from(pairs.len()).unwrap_or(u8::MAX);
        }
    }

    fn encode(&self, text: &str) -> Vec<CharId> {
        let mut ids = Vec::with_capacity(text.len() / 3 + 1);
        fold_name_into(text, |c| {
            ids.push(self.alphabet.get(&c).copied().unwrap_or(0))
        });
        ids
    }

    fn chars(&self, entry: &NameEntry) -> &[CharId] {
        &self.text[entry.start as usize..entry.end as usize]
    }

    /// Names that are equal to the text when both are folded.
    pub(crate) fn exact(&self, name: &str) -> impl Iterator<Item = NameHit> {
        let wanted = self.encode(name);
        let hash = hash_chars(&wanted);
        let hashes = self.hashes.get_or_init(|| {
            let mut hashes: Vec<(u64, u32)> = (0..)
                .zip(&self.names)
                .map(|(at, entry)| (hash_chars(self.chars(entry)), at))
                .collect();
            hashes.sort_unstable();
            hashes
        });
        let from = hashes.partition_point(|entry| entry.0 < hash);
        hashes[from..]
            .iter()
            .take_while(move |entry| entry.0 == hash)
            .map(|entry| &self.names[entry.1 as usize])
            .filter(move |entry| self.chars(entry) == wanted && !wanted.contains(&0))
            .map(NameEntry::hit)
    }

    /// Names that contain the text.
    pub(crate) fn containing(&self, part: &str, mut found: impl FnMut(NameHit, Extent)) {
        let wanted = self.encode(part);
        if wanted.is_empty() || wanted.contains(&0) {
            return;
        }
        for entry in &self.names {
            if let Some(extent) = position(self.chars(entry), &wanted) {
                found(entry.hit(), extent);
            }
        }
    }

    /// Names that contain each of the words.
    pub(crate) fn containing_all(&self, words: &[&str], mut found: impl FnMut(NameHit)) {
        let words: Vec<Vec<CharId>> = words
            .iter()
            .map(|word| self.encode(word))
            .filter(|word| !word.is_empty())
            .collect();
        if words.len() < 2 || words.iter().any(|word| word.contains(&0)) {
            return;
        }
        for entry in &self.names {
            let chars = self.chars(entry);
            if words.iter().all(|word| position(chars, word).is_some()) {
                found(entry.hit());
            }
        }
    }

    /// Names that share at least `least` per mille with the text, by rarity of what is shared:
    /// half by single characters, half by pairs.
    pub(crate) fn similar(&self, text: &str, least: u16, mut found: impl FnMut(NameHit, u16)) {
        let wanted = self.encode(text);
        let query = Query::new(&wanted, &self.weights);
        if query.pairs.is_empty() {
            return;
        }
        for entry in &self.names {
            let chars = self.chars(entry);
            let mut per_mille = query.likeness(chars, entry.weight, entry.pairs, least);
            if per_mille > NEARLY && chars != wanted {
                per_mille = NEARLY;
            }
            if per_mille >= least {
                found(entry.hit(), per_mille);
            }
        }
    }

    /// How much two texts share, per mille, whichever comes first. Texts that fold to the same are
    /// wholly alike, also where no name has their characters.
    pub(crate) fn likeness(&self, one: &str, other: &str) -> u16 {
        let folded = fold_name(one);
        if folded == fold_name(other) {
            return if folded.is_empty() { 0 } else { 1000 };
        }
        let (one, other) = (self.encode(one), self.encode(other));
        let query = Query::new(&one, &self.weights);
        let name = Query::new(&other, &self.weights);
        let per_mille = query.likeness(&other, name.weight, name.pairs.len() as u8, 0);
        per_mille.min(NEARLY)
    }

    /// Names whose initials contain the letters and digits; `true` when a polyphone had to be
    /// read in a less common way.
    pub(crate) fn by_initials(&self, typed: &str, mut found: impl FnMut(NameHit, Extent, bool)) {
        let typed: Vec<u8> = typed.bytes().map(|b| b.to_ascii_lowercase()).collect();
        let bits: Vec<u64> = typed.iter().map(|&b| bit(b)).collect();
        if bits.is_empty() || bits.contains(&0) {
            return;
        }
        let index = self.initials.get_or_init(|| self.build_initials());
        let mut start = 0;
        for (entry, &end) in self.names.iter().zip(&index.ends) {
            let chars = &index.text[start as usize..end as usize];
            start = end;
            if let Some((extent, other_reading)) = index.position(chars, &typed, &bits) {
                found(entry.hit(), extent, other_reading);
            }
        }
    }

    fn build_initials(&self) -> InitialsIndex {
        let mut readings = vec![None; self.alphabet.len() + 1];
        for (&c, &id) in &self.alphabet {
            if let Some(place) = readings.get_mut(usize::from(id)) {
                *place = Readings::of(c);
            }
        }
        let mut text = Vec::with_capacity(self.text.len());
        let mut ends = Vec::with_capacity(self.names.len());
        for entry in &self.names {
            let typed = |id: &&CharId| readings[usize::from(**id)].is_some();
            text.extend(self.chars(entry).iter().filter(typed));
            ends.push(place(text.len()));
        }
        InitialsIndex {
            readings,
            text,
            ends,
        }
    }
}

impl NameEntry {
    fn hit(&self) -> NameHit {
        NameHit {
            concept: self.concept,
            other: self.other,
            length: self.end - self.start,
        }
    }
}

impl InitialsIndex {
    /// The best place of the typed letters in a name.
    fn position(&self, name: &[CharId], typed: &[u8], bits: &[u64]) -> Option<(Extent, bool)> {
        let mut best: Option<(Extent, bool)> = None;
        for (at, window) in name.windows(typed.len()).enumerate() {
            let mut other_reading = false;
            let matches = window
                .iter()
                .zip(typed)
                .zip(bits)
                .all(|((&id, &letter), &bit)| {
                    self.readings[usize::from(id)].is_some_and(|reading| {
                        other_reading |= reading.main != letter;
                        reading.all & bit != 0
                    })
                });
            if matches {
                let extent = match at {
                    0 if name.len() == typed.len() => Extent::Whole,
                    0 => Extent::Start,
                    _ => Extent::Part,
                };
                let here = (extent, other_reading);
                best = Some(best.map_or(here, |best| best.min(here)));
            }
        }
        best
    }
}

/// The different characters and pairs of a text.
struct Query {
    /// By character id: its place in `weights` plus one, zero for characters not in the text.
    places: Vec<u8>,
    weights: Vec<u32>,
    weight: u32,
    pairs: Vec<(CharId, CharId)>,
}

impl Query {
    fn new(chars: &[CharId], rarity: &[u32]) -> Self {
        let chars = beginning(chars);
        let mut query = Self {
            places: vec![0; rarity.len()],
            weights: Vec::new(),
            weight: 0,
            pairs: Vec::new(),
        };
        for &id in chars {
            let place = &mut query.places[usize::from(id)];
            if *place == 0 {
                let weight = rarity[usize::from(id)];
                query.weights.push(weight);
                query.weight += weight;
                // At most `LONGEST` of them.
                *place = query.weights.len() as u8;
            }
        }
        // Characters that no name has weigh in the text but are never shared.
        if let Some(unknown) = query.places.first_mut() {
            *unknown = 0;
        }
        distinct_pairs(chars, &mut query.pairs);
        query
    }

    /// How alike a name is that has so much weight and so many pairs: the shared weight against the
    /// weight of both, and the shared pairs against the pairs of both, each counting half. Names that
    /// cannot reach `least` are told as wholly unlike.
    fn likeness(&self, name: &[CharId], weight: u32, pairs: u8, least: u16) -> u16 {
        let name = beginning(name);
        let shared = u64::from(self.shared_weight(name));
        let weight = u64::from(self.weight + weight).max(1);
        // Pairs can add at most 500.
        if 1000 * shared / weight + 501 < u64::from(least) {
            return 0;
        }
        let both = (self.pairs.len() as u64 + u64::from(pairs)).max(1);
        let pairs = u64::from(self.shared_pairs(name));
        let parts = 1000 * (shared * both + pairs * weight);
        let per_mille = (parts + weight * both / 2) / (weight * both);
        u16::try_from(per_mille).unwrap_or(1000).min(1000)
    }

    fn shared_weight(&self, name: &[CharId]) -> u32 {
        let mut seen = 0_u64;
        for &id in name {
            let place = self.places[usize::from(id)];
            if place != 0 {
                seen |= 1 << (place - 1);
            }
        }
        let mut shared = 0;
        while seen != 0 {
            shared += self.weights[seen.trailing_zeros() as usize];
            seen &= seen - 1;
        }
        shared
    }

    fn shared_pairs(&self, name: &[CharId]) -> u32 {
        let mut seen = 0_u64;
        for pair in name.windows(2) {
            // Characters that no name has are not known to be the same.
            if pair.contains(&0) {
                continue;
            }
            if let Ok(at) = self.pairs.binary_search(&(pair[0], pair[1])) {
                seen |= 1 << at;
            }
        }
        seen.count_ones()
    }
}

fn beginning(chars: &[CharId]) -> &[CharId] {
    &chars[..chars.len().min(LONGEST)]
}

/// The different pairs of neighbours, sorted.
fn distinct_pairs(chars: &[CharId], pairs: &mut Vec<(CharId, CharId)>) {
    pairs.clear();
    pairs.extend(chars.windows(2).map(|pair| (pair[0], pair[1])));
    pairs.sort_unstable();
    pairs.dedup();
}

fn position(name: &[CharId], part: &[CharId]) -> Option<Extent> {
    let first = part[0];
    let last = name.len().checked_sub(part.len())?;
    let at = (0..=last).find(|&at| name[at] == first && name[at..at + part.len()] == *part)?;
    Some(match at {
        0 if name.len() == part.len() => Extent::Whole,
        0 => Extent::Start,
        _ => Extent::Part,
    })
}

fn hash_chars(chars: &[CharId]) -> u64 {
    let mut hasher = FxHasher::default();
    for &id in chars {
        hasher.write_u16(id);
    }
    hasher.finish()
}

/// Positions are kept in 32 bits: four billion characters of names are no code system.
fn place(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
