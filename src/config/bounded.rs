use std::io::{self, Read};

/// Reads to the end; an error of the kind [`io::ErrorKind::FileTooLarge`] when that is more than `most` bytes.
pub(crate) fn read_at_most(reader: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {most} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_bytes_as_are_allowed_are_read_and_no_more() {
        assert_eq!(read_at_most(&b"abc"[..], 3).expect("as many as are allowed"), b"abc");
        assert_eq!(read_at_most(&b"abc"[..], 2).expect_err("one more").to_string(), "larger than 2 bytes");
    }
}
