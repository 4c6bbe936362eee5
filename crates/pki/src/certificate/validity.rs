//! The two dates of a certificate, read as OpenSSL reads them.

use time::{Date, Month};

use crate::{
    Timestamp,
    asn1::{Error, Reader, universal as tags},
};

/// ```asn1
/// Time ::= CHOICE { utcTime UTCTime, generalTime GeneralizedTime }
/// ```
///
/// OpenSSL keeps whatever octets stand there; whether they are a date shows when it compares them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    generalized: bool,
    text: Vec<u8>,
}

impl Time {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let value = reader.string(|tag| matches!(tag, tags::UTC_TIME | tags::GENERALIZED_TIME))?;
        Ok(Self {
            generalized: value.kind == tags::GENERALIZED_TIME,
            text: value.content.into_owned(),
        })
    }

    /// The moment, when it is written as RFC 5280 section 4.1.2.5 asks (with seconds, in UTC):
    /// `X509_cmp_time` has an error for everything else.
    pub fn moment(&self) -> Option<Timestamp> {
        let length = if self.generalized { 15 } else { 13 };
        let (last, digits) = self.text.split_last()?;
        let written =
            self.text.len() == length && *last == b'Z' && digits.iter().all(u8::is_ascii_digit);
        if written { self.lenient_moment() } else { None }
    }

    /// The moment, when OpenSSL's `ASN1_TIME_to_tm` can make one out: seconds may be missing, an
    /// offset or a fraction may be there.
    pub fn lenient_moment(&self) -> Option<Timestamp> {
        let mut text = Text(&self.text);
        // Shorter ones are refused before any field is looked at.
        if self.text.len() < if self.generalized { 13 } else { 11 } {
            return None;
        }
        let year = if self.generalized {
            text.pair(99)? * 100 + text.pair(99)?
        } else {
            let short = text.pair(99)?;
            if short < 50 {
                2000 + short
            } else {
                1900 + short
            }
        };
        let month = text.pair(12)?;
        let day = text.pair(31)?;
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        let date =
            Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()?;
        let hour = text.pair(23)?;
        let minute = text.pair(59)?;
        let second = match text.0.first()? {
            b'Z' | b'+' | b'-' => 0,
            _ => text.pair(59)?,
        };
        if self.generalized && text.0.first() == Some(&b'.') {
            let digits = text.0[1..]
                .iter()
                .take_while(|octet| octet.is_ascii_digit())
                .count();
            if digits == 0 {
                return None;
            }
            text.0 = &text.0[1 + digits..];
        }
        let offset = match text.0 {
            [b'Z'] => 0,
            [sign @ (b'+' | b'-'), rest @ ..] if rest.len() == 4 => {
                let mut rest = Text(rest);
                let seconds = i64::from(rest.pair(12)?) * 3600 + i64::from(rest.pair(59)?) * 60;
                if *sign == b'-' { seconds } else { -seconds }
            }
            _ => return None,
        };
        let days = i64::from(date.to_julian_day() - JULIAN_DAY_OF_1970);
        let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Some(Timestamp::from_unix(
            days * Timestamp::DAY + seconds + offset,
        ))
    }

    /// The octets as written, for a message; of very many, the first ones.
    pub fn as_written(&self) -> String {
        String::from_utf8_lossy(&self.text[..self.text.len().min(100)]).into_owned()
    }
}

/// The Julian day number of 1970-01-01.
const JULIAN_DAY_OF_1970: i32 = 2_440_588;

/// Digits that are still to be read.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    /// Two digits that make a number up to `most`; something must follow them.
    fn pair(&mut self, most: u16) -> Option<u16> {
        let [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] = self.0 else {
            return None;
        };
        self.0 = rest;
        let value = u16::from(tens - b'0') * 10 + u16::from(ones - b'0');
        (value <= most).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dates_as_openssl_does() {
        let at = |text: &str| Timestamp::parse_rfc3339(text).ok();
        for (generalized, text, strict, lenient) in [
            (
                false,
                "261124000000Z",
                at("2026-11-24T00:00:00Z"),
                at("2026-11-24T00:00:00Z"),
            ),
            (
                false,
                "500101000000Z",
                at("1950-01-01T00:00:00Z"),
                at("1950-01-01T00:00:00Z"),
            ),
            (
                false,
                "491231235959Z",
                at("2049-12-31T23:59:59Z"),
                at("2049-12-31T23:59:59Z"),
            ),
            (false, "2611240000Z", None, at("2026-11-24T00:00:00Z")),
            (false, "261124000000+0100", None, at("2026-11-23T23:00:00Z")),
            (false, "261124000000-0130", None, at("2026-11-24T01:30:00Z")),
            (false, "260229000000Z", None, None),
            (
                false,
                "280229000000Z",
                at("2028-02-29T00:00:00Z"),
                at("2028-02-29T00:00:00Z"),
            ),
            (false, "261324000000Z", None, None),
            (false, "261124240000Z", None, None),
            (false, "261124000000", None, None),
            (
                true,
                "20261124000000Z",
                at("2026-11-24T00:00:00Z"),
                at("2026-11-24T00:00:00Z"),
            ),
            (true, "20261124000000.5Z", None, at("2026-11-24T00:00:00Z")),
            (true, "20261124000000.Z", None, None),
            (true, "202611240000Z", None, at("2026-11-24T00:00:00Z")),
            (
                true,
                "00000101000000Z",
                at("0000-01-01T00:00:00Z"),
                at("0000-01-01T00:00:00Z"),
            ),
            (
                true,
                "99991231235959Z",
                at("9999-12-31T23:59:59Z"),
                at("9999-12-31T23:59:59Z"),
            ),
            (true, "", None, None),
        ] {
            let time = Time {
                generalized,
                text: text.as_bytes().to_vec(),
            };
            assert_eq!(time.moment(), strict, "{text}");
            assert_eq!(time.lenient_moment(), lenient, "{text}");
        }
    }
}
