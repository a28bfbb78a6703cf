use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Padding is cut off before, and the bits that it stands for may say anything.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// The bytes that a base64 text stands for (RFC 4648, both alphabets), white space passed over; `None` when it is none.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim().trim_end_matches('=').bytes().filter(|byte| !byte.is_ascii_whitespace());
    let mut digits: Vec<u8> = digits
        .map(|digit| match digit {
            b'-' => b'+',
            b'_' => b'/',
            _ => digit,
        })
        .collect();
    // A text that is cut off may end in a digit that is no byte yet.
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    LENIENT.decode(digits).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_is_base64_and_nothing_else() {
        let cases = [
            ("white space", "5bGx\n IGE=", Some("山 a")),
            ("no padding", "5bGxIGE", Some("山 a")),
            ("too much padding", "5bGxIGE===", Some("山 a")),
            ("padding on a line of its own", " 5bGxIGE\r\n=\n", Some("山 a")),
            ("bits where padding stands", "5bGxIGF=", Some("山 a")),
            ("cut off inside a byte", "5bGxI", Some("山")),
            ("letters of the alphabet for addresses", "fn5-Pz8_", Some("~~~???")),
            ("letters of both alphabets", "fn5+Pz8_", Some("~~~???")),
            ("nothing", " \n", Some("")),
            ("markup", "<p>", None),
            ("padding inside", "5bGx=IGE=", None),
        ];
        for (name, text, want) in cases {
            assert_eq!(from_base64(text).as_deref(), want.map(str::as_bytes), "{name}");
        }
    }
}
