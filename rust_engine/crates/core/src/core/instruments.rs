//! The instruments: symbols with equal options share one.
use std::collections::HashMap;
use std::ops::Index;

use super::config::Overrides;
use super::contract::FillModel;

/// What can be traded, under what options.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Instrument {
    pub tick: i64,
    pub lot: i64,
    pub multiplier: i64,
    pub price_min: i64,
    pub price_max: i64,
    pub quantity_max: i64,
    pub reference_price: Option<i64>,
    pub adv: Option<i64>,
    pub fill_model: FillModel,
    pub overrides: Overrides,
}

impl Instrument {
    /// Whether a price is within its bounds.
    pub fn takes(&self, price: i64) -> bool {
        (self.price_min..=self.price_max).contains(&price)
    }

    /// The same, one tick wider on both sides: a collar's limit may lie there.
    pub fn nearly_takes(&self, price: i64) -> bool {
        (self.price_min - self.tick..=self.price_max + self.tick).contains(&price)
    }

    /// Bars fill its orders, not quotes and trades.
    #[inline]
    pub fn is_bar_filled(&self) -> bool {
        self.fill_model == FillModel::Bar
    }
}

/// The instrument of every symbol, by symbol id.
#[derive(Clone, Debug, Default)]
pub struct Instruments {
    kinds: Vec<Instrument>,
    /// There are at most 65,536 symbols.
    kind_of_symbol: Vec<u16>,
}

impl Instruments {
    /// The distinct ones.
    pub fn kinds(&self) -> &[Instrument] {
        &self.kinds
    }

    /// Which of the distinct ones a symbol's is.
    #[inline]
    pub fn kind(&self, symbol: usize) -> u16 {
        self.kind_of_symbol[symbol]
    }

    /// Number of symbols.
    pub fn len(&self) -> usize {
        self.kind_of_symbol.len()
    }

    pub fn is_empty(&self) -> bool {
        self.kind_of_symbol.is_empty()
    }

    /// The symbol's, if there is one.
    #[inline]
    pub fn get(&self, symbol: usize) -> Option<&Instrument> {
        self.kind_of_symbol.get(symbol).map(|&kind| &self.kinds[usize::from(kind)])
    }

    /// One a symbol.
    pub fn iter(&self) -> impl Iterator<Item = &Instrument> {
        self.kind_of_symbol.iter().map(|&kind| &self.kinds[usize::from(kind)])
    }
}

impl Index<usize> for Instruments {
    type Output = Instrument;

    #[inline]
    fn index(&self, symbol: usize) -> &Instrument {
        &self.kinds[usize::from(self.kind_of_symbol[symbol])]
    }
}

/// Of at most 65,536.
impl FromIterator<Instrument> for Instruments {
    fn from_iter<I: IntoIterator<Item = Instrument>>(all: I) -> Self {
        let mut instruments = Self::default();
        let mut known = HashMap::new();
        for instrument in all {
            let kind = *known.entry(instrument.clone()).or_insert_with(|| {
                instruments.kinds.push(instrument);
                (instruments.kinds.len() - 1) as u16
            });
            instruments.kind_of_symbol.push(kind);
        }
        instruments.kinds.shrink_to_fit();
        instruments.kind_of_symbol.shrink_to_fit();
        instruments
    }
}
