//! Parts of a time in UTC, on the Gregorian calendar.

use crate::event::Timestamp;
use crate::predicate::TimePart;

/// A part of a time in UTC.
pub(crate) fn part(time: Timestamp, part: TimePart) -> i64 {
    let seconds = time.as_micros().div_euclid(1_000_000);
    let days = seconds.div_euclid(86_400);
    let date = Date::of(days);
    match part {
        TimePart::Minute => seconds.div_euclid(60).rem_euclid(60),
        TimePart::Hour => seconds.div_euclid(3600).rem_euclid(24),
        TimePart::Day => date.day,
        TimePart::Week => iso_week(days),
        TimePart::Month => date.month,
        TimePart::Year => date.year,
    }
}

struct Date {
    year: i64,
    month: i64,
    day: i64,
}

impl Date {
    /// The date so many days after 1970-01-01, after Howard Hinnant's `civil_from_days`
    /// (<https://howardhinnant.github.io/date_algorithms.html>): years begin in March, so that a leap day is the last.
    fn of(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
        }
    }
}

/// The ISO 8601 week: it belongs to the year of its Thursday, which 1970-01-01 was.
fn iso_week(days: i64) -> i64 {
    let thursday = days - (days + 3).rem_euclid(7) + 3;
    let year = Date::of(thursday).year;
    (0..)
        .map(|weeks| thursday - 7 * weeks)
        .take_while(|day| Date::of(*day).year == year)
        .fold(0, |weeks, _| weeks + 1)
}

#[cfg(test)]
mod tests {
    use super::part;
    use crate::event::Timestamp;
    use crate::predicate::TimePart::{Day, Hour, Minute, Month, Week, Year};

    #[test]
    fn dates() {
        // GNU date: `date -u -d @SECONDS "+%Y %-m %-d %-H %-M %-V"`.
        for (seconds, expected) in [
            (0, [1970, 1, 1, 0, 0, 1]),
            (951_827_696, [2000, 2, 29, 12, 34, 9]),
            (1_609_459_199, [2020, 12, 31, 23, 59, 53]),
            (1_609_459_200, [2021, 1, 1, 0, 0, 53]),
            (1_735_603_200, [2024, 12, 31, 0, 0, 1]),
            (4_102_444_800, [2100, 1, 1, 0, 0, 53]),
        ] {
            let time = Timestamp::from_micros(seconds * 1_000_000 + 999_999);
            let parts = [Year, Month, Day, Hour, Minute, Week].map(|which| part(time, which));
            assert_eq!(parts, expected, "{seconds}");
        }
    }
}
