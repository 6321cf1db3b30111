//! An address in its parts.

use std::fmt;

use crate::letters::Alphabet;
use crate::line::{in_names, line};
use crate::typed::{hide, is_nothing};
use crate::{LineFault, NumberFault, PostalIndex};

/// Characters of a region, a locality or a street.
const NAME: usize = 120;
/// Characters of a house, a building or a flat.
const HOUSE: usize = 20;

/// What was typed for an address; parts that an address may lack may be empty.
#[derive(Clone, Copy, Default)]
pub struct AddressTyped<'a> {
    /// Postal index; may be empty.
    pub index: &'a str,
    /// Region.
    pub region: &'a str,
    /// City, town or village.
    pub locality: &'a str,
    /// Street; may be empty: villages exist without.
    pub street: &'a str,
    /// House.
    pub house: &'a str,
    /// Building of the house; may be empty.
    pub building: &'a str,
    /// Flat or room; may be empty.
    pub flat: &'a str,
}

/// Where somebody lives or is registered.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Postal index.
    pub index: Option<PostalIndex>,
    /// Region.
    pub region: String,
    /// City, town or village.
    pub locality: String,
    /// Street.
    pub street: Option<String>,
    /// House: `10`, `10а`, `12/3`, `вл. 5`, `б/н`.
    pub house: String,
    /// Building: `2`, `стр. 1`.
    pub building: Option<String>,
    /// Flat: `5`, `ком. 3`.
    pub flat: Option<String>,
}

hide!(Address);

/// A faulty part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressFault {
    /// The postal index.
    Index(NumberFault),
    /// The region.
    Region(LineFault),
    /// The city, town or village.
    Locality(LineFault),
    /// The street.
    Street(LineFault),
    /// The house.
    House(LineFault),
    /// The building.
    Building(LineFault),
    /// The flat.
    Flat(LineFault),
}

impl Address {
    /// Reads an address. Words that the form says anyway («дом 10», «кв. 5») are left out.
    ///
    /// # Errors
    /// Every faulty part, in the order of the form.
    pub fn read(typed: &AddressTyped<'_>) -> Result<Self, Vec<AddressFault>> {
        let mut faults = Vec::new();
        let index = some(typed.index, PostalIndex::parse).map_err(AddressFault::Index);
        let region = name(typed.region).map_err(AddressFault::Region);
        let locality = name(typed.locality).map_err(AddressFault::Locality);
        let street = some(typed.street, name).map_err(AddressFault::Street);
        let house = numbered(typed.house, &["дом", "д"]).map_err(AddressFault::House);
        let building = some(typed.building, |x| numbered(x, &["корпус", "корп", "к"]));
        let building = building.map_err(AddressFault::Building);
        let flat = some(typed.flat, |x| numbered(x, &["квартира", "кв"]));
        let flat = flat.map_err(AddressFault::Flat);
        let read = (
            index.map_err(|x| faults.push(x)).ok(),
            region.map_err(|x| faults.push(x)).ok(),
            locality.map_err(|x| faults.push(x)).ok(),
            street.map_err(|x| faults.push(x)).ok(),
            house.map_err(|x| faults.push(x)).ok(),
            building.map_err(|x| faults.push(x)).ok(),
            flat.map_err(|x| faults.push(x)).ok(),
        );
        match read {
            (
                Some(index),
                Some(region),
                Some(locality),
                Some(street),
                Some(house),
                Some(building),
                Some(flat),
            ) => Ok(Self { index, region, locality, street, house, building, flat }),
            _ => Err(faults),
        }
    }

    /// Region and locality; the rest is hidden.
    pub fn masked(&self) -> String {
        format!("{}, •••", self.place())
    }

    /// Region and locality, once when the city is the region.
    fn place(&self) -> String {
        let bare =
            |x: &str| x.trim_start_matches("г.").trim_start_matches("город ").trim().to_lowercase();
        if bare(&self.region) == bare(&self.locality) {
            self.locality.clone()
        } else {
            format!("{}, {}", self.region, self.locality)
        }
    }
}

impl fmt::Display for Address {
    /// On one line: `119019, Москва, ул. Пречистенка, д. 10, корп. 2, кв. 5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(index) = &self.index {
            write!(f, "{index}, ")?;
        }
        f.write_str(&self.place())?;
        if let Some(street) = &self.street {
            write!(f, ", {street}")?;
        }
        write!(f, ", {}", said("д.", &self.house))?;
        if let Some(building) = &self.building {
            write!(f, ", {}", said("корп.", building))?;
        }
        match &self.flat {
            Some(flat) => write!(f, ", {}", said("кв.", flat)),
            None => Ok(()),
        }
    }
}

/// With its word, unless it brings one of its own.
fn said(word: &str, part: &str) -> String {
    if part.starts_with(|c: char| c.is_ascii_digit()) || part == UNNUMBERED {
        format!("{word} {part}")
    } else {
        part.to_owned()
    }
}

/// A house without a number.
const UNNUMBERED: &str = "б/н";

/// A part that may be missing: a dash says so, too.
fn some<T, E>(text: &str, read: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    if is_nothing(text) { Ok(None) } else { read(text).map(Some) }
}

fn name(text: &str) -> Result<String, LineFault> {
    line(text, NAME, in_names)
}

/// A part that has a number, without the words that only repeat its label.
fn numbered(text: &str, labels: &[&str]) -> Result<String, LineFault> {
    let text = line(text, HOUSE, in_names)?;
    // The letter of «12A» is Cyrillic, whatever keyboard it came from.
    let cyrillic = |c| Alphabet::Cyrillic.twin(c).unwrap_or(c);
    let lower = text.to_uppercase().chars().map(cyrillic).collect::<String>().to_lowercase();
    let bare = labels.iter().find_map(|label| {
        let rest = lower.strip_prefix(label)?;
        // «к 2» and «д.10» have a label, «кухня 1» has not.
        let rest = rest.trim_start_matches(['.', ' ', '№']);
        rest.starts_with(|c: char| c.is_ascii_digit()).then(|| rest.to_owned())
    });
    let part = bare.unwrap_or(lower);
    let part = part.trim_start_matches(['№', ' ']).to_owned();
    if part == UNNUMBERED || part.contains(|c: char| c.is_ascii_digit()) {
        Ok(part)
    } else {
        Err(LineFault::NoNumber)
    }
}
