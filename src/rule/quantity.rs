//! What a correlation computes of its events, as its condition compares it.

use std::cmp::Ordering;

use super::Number;

/// A number of things, a sum, a mean or a percentile.
#[derive(Clone, Copy, Debug)]
pub enum Quantity {
    /// Computed of whole numbers, and exact.
    Ratio {
        /// What is divided.
        numerator: u128,
        /// Not 0.
        denominator: u64,
    },
    /// Computed of numbers that may have a fraction, as Zeek does.
    Double(f64),
}

impl Quantity {
    /// The sum of whole numbers, divided.
    pub fn mean(sum: u128, number: usize) -> Self {
        Self::Ratio {
            numerator: sum,
            denominator: u64::try_from(number).unwrap_or(u64::MAX).max(1),
        }
    }

    /// The number below which so many per cent of sorted numbers are; between two of them by the distance to each.
    pub fn percentile_of_whole(sorted: &[u64], per_cent: u8) -> Option<Self> {
        let rank = sorted.len().checked_sub(1)? * usize::from(per_cent);
        let (lower, rest) = (rank / 100, (rank % 100) as u128);
        let number = u128::from(*sorted.get(lower)?);
        let next = sorted.get(lower + 1).map_or(number, |next| (*next).into());
        Some(Self::Ratio {
            numerator: number * 100 + rest * (next - number),
            denominator: 100,
        })
    }

    /// The same of numbers that may have a fraction.
    pub fn percentile(sorted: &[f64], per_cent: u8) -> Option<Self> {
        let last = sorted.len().checked_sub(1)?;
        #[allow(clippy::cast_precision_loss)] // There are never so many.
        let rank = f64::from(per_cent) / 100.0 * last as f64;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Within the list.
        let lower = rank.floor() as usize;
        let number = *sorted.get(lower)?;
        Some(Self::Double(match sorted.get(lower + 1) {
            Some(next) => number + (rank - rank.floor()) * (next - number),
            None => number,
        }))
    }

    /// The value as a double, computed as in the package's `correlation.zeek`.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // What it is for.
    pub fn as_f64(self) -> f64 {
        const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;
        match self {
            Self::Double(value) => value,
            Self::Ratio {
                numerator,
                denominator: 1,
            } => (numerator >> 64) as f64 * TWO_TO_64 + numerator as u64 as f64,
            Self::Ratio {
                numerator,
                denominator,
            } => {
                let of = u128::from(denominator);
                (numerator / of) as f64 + (numerator % of) as f64 / denominator as f64
            }
        }
    }

    /// How it compares with a number of a condition; `None` for what is no number.
    pub fn compare(self, number: Number) -> Option<Ordering> {
        match (self, number.as_count()) {
            (
                Self::Ratio {
                    numerator,
                    denominator,
                },
                Some(number),
            ) => Some(numerator.cmp(&(u128::from(number) * u128::from(denominator)))),
            _ => self.as_f64().partial_cmp(&number.as_f64()),
        }
    }
}

impl From<usize> for Quantity {
    fn from(number: usize) -> Self {
        Self::from(number as u128)
    }
}

impl From<u128> for Quantity {
    fn from(number: u128) -> Self {
        Self::Ratio {
            numerator: number,
            denominator: 1,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::cmp::Ordering::{Equal, Greater, Less};

    use super::{Number, Quantity};

    const MOST: u64 = u64::MAX;

    #[test]
    fn sums_are_exact_beyond_what_a_count_holds() {
        let compare = |sum: u128| Quantity::from(sum).compare(Number::from(MOST));
        assert_eq!(compare(u128::from(MOST) - 1), Some(Less));
        assert_eq!(compare(u128::from(MOST)), Some(Equal));
        assert_eq!(compare(u128::from(MOST) + 1), Some(Greater));
    }

    #[test]
    fn means_are_exact() {
        let compare = |sum: u128| Quantity::mean(sum, 3).compare(Number::from(MOST - 1));
        assert_eq!(compare(u128::from(MOST) * 3 - 4), Some(Less));
        assert_eq!(compare(u128::from(MOST) * 3 - 3), Some(Equal));
        assert_eq!(compare(u128::from(MOST) * 3 - 2), Some(Greater));
        let half = Quantity::mean(5, 2).compare(Number::parse("2.5").unwrap());
        assert_eq!(half, Some(Equal));
    }

    #[test]
    fn percentiles_are_exact() {
        let compare = |numbers: &[u64], per_cent, number: u64| {
            let percentile = Quantity::percentile_of_whole(numbers, per_cent).unwrap();
            percentile.compare(Number::from(number)).unwrap()
        };
        assert_eq!(compare(&[MOST - 2, MOST], 50, MOST - 1), Equal);
        assert_eq!(compare(&[MOST - 1, MOST], 50, MOST - 1), Greater);
        assert_eq!(compare(&[MOST - 1, MOST], 50, MOST), Less);
        assert_eq!(compare(&[0, MOST - 1, MOST], 100, MOST), Equal);
        // As doubles, 29 / 100 * 100 is less than 29.
        let numbers: Vec<u64> = (0..=100).collect();
        assert_eq!(compare(&numbers, 29, 29), Equal);
    }
}
