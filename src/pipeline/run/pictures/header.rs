use imagesize::{Compression, ImageType, blob_size, image_type};

use crate::model::{NoPicture, PictureFile, PictureKind};

/// Most points of a side, which is what JPEG can state.
const MAX_SIDE: usize = 65_535;
/// Most points of a picture: what shows it needs four bytes for each. A poster of WeChat's has some twenty million.
const MAX_POINTS: usize = 100_000_000;
/// Bytes at the head of a document within which its first element is looked for.
const MAX_PROLOGUE: usize = 4_096;

/// What the bytes are that a server sent for a picture, by themselves: what its headers and the address say counts nothing. The size is
/// read from the header of the picture, and no point of it is decoded.
///
/// SVG is refused, also without scripts: it is a document with links, styles and foreign content of its own, and to say of one that it
/// is harmless would take a reader of all of it.
pub(super) fn read_header(bytes: &[u8], most_bytes: u64) -> Result<PictureFile, NoPicture> {
    if bytes.len() as u64 > most_bytes {
        return Err(NoPicture::TooManyBytes);
    }
    let kind = match image_type(bytes) {
        Ok(ImageType::Jpeg) => PictureKind::Jpeg,
        Ok(ImageType::Png) => PictureKind::Png,
        Ok(ImageType::Gif) => PictureKind::Gif,
        Ok(ImageType::Webp) => PictureKind::Webp,
        Ok(ImageType::Heif(Compression::Av1)) => PictureKind::Avif,
        _ if is_svg(bytes) => return Err(NoPicture::Svg),
        _ => return Err(NoPicture::UnknownType),
    };
    let size = blob_size(bytes).map_err(|_| NoPicture::Unreadable)?;
    let (width, height) = (size.width, size.height);
    if width == 0 || height == 0 {
        return Err(NoPicture::Unreadable);
    }
    if width.max(height) > MAX_SIDE || width.saturating_mul(height) > MAX_POINTS {
        return Err(NoPicture::TooManyPoints);
    }
    let side = |points: usize| u32::try_from(points).map_err(|_| NoPicture::TooManyPoints);
    Ok(PictureFile {
        hash: blake3::hash(bytes).to_hex().to_string(),
        kind,
        width: side(width)?,
        height: side(height)?,
        bytes: bytes.len() as u64,
    })
}

fn is_svg(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(bytes.get(..MAX_PROLOGUE).unwrap_or(bytes)).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let is_document = head.starts_with("<svg") || head.starts_with("<?xml") || head.starts_with("<!");
    is_document && head.contains("<svg") && !head.contains("<html")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MOST: u64 = 1_000;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8];
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend([1, 1, 0x11, 0, 0xff, 0xd9]);
        bytes
    }

    fn gif(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = b"GIF89a".to_vec();
        bytes.extend(width.to_le_bytes());
        bytes.extend(height.to_le_bytes());
        bytes.extend([0, 0, 0, 0x3b]);
        bytes
    }

    fn webp(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
        bytes.extend(&(width - 1).to_le_bytes()[..3]);
        bytes.extend(&(height - 1).to_le_bytes()[..3]);
        bytes
    }

    fn avif(brand: [u8; 4], width: u32, height: u32) -> Vec<u8> {
        let boxed =
            |tag: &[u8; 4], content: &[u8]| [&(8 + content.len() as u32).to_be_bytes()[..], tag, content].concat();
        let ispe = boxed(b"ispe", &[&[0; 4][..], &width.to_be_bytes(), &height.to_be_bytes()].concat());
        let iprp = boxed(b"iprp", &boxed(b"ipco", &ispe));
        let head = boxed(b"ftyp", &[&brand[..], &[0; 4], b"mif1", b"miaf"].concat());
        [head, boxed(b"meta", &[&[0; 4][..], &iprp].concat()), boxed(b"mdat", b"x")].concat()
    }

    #[test]
    fn the_bytes_say_what_a_picture_is() {
        let cases: [(&str, Vec<u8>, Result<&str, NoPicture>); 18] = [
            ("png", png(640, 480), Ok("png 640x480")),
            ("jpeg", jpeg(640, 480), Ok("jpg 640x480")),
            ("gif", gif(640, 480), Ok("gif 640x480")),
            ("webp", webp(640, 480), Ok("webp 640x480")),
            ("avif", avif(*b"avif", 640, 480), Ok("avif 640x480")),
            ("heic", avif(*b"heic", 640, 480), Err(NoPicture::UnknownType)),
            ("a page", b"<!doctype html><html><body>not here <svg></svg>".to_vec(), Err(NoPicture::UnknownType)),
            ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'><circle r='1'/></svg>".to_vec(), Err(NoPicture::Svg)),
            (
                "svg with a script",
                b"\xef\xbb\xbf<?xml version='1.0'?>\n<svg><script>alert(1)</script></svg>".to_vec(),
                Err(NoPicture::Svg),
            ),
            ("nothing", Vec::new(), Err(NoPicture::UnknownType)),
            ("a short text", b"gone".to_vec(), Err(NoPicture::UnknownType)),
            ("half a header", png(640, 480)[..18].to_vec(), Err(NoPicture::Unreadable)),
            ("the head of a jpeg", jpeg(640, 480)[..12].to_vec(), Err(NoPicture::Unreadable)),
            ("no width", png(0, 480), Err(NoPicture::Unreadable)),
            ("a bomb", png(60_000, 60_000), Err(NoPicture::TooManyPoints)),
            ("a line without end", png(1_000_000_000, 1), Err(NoPicture::TooManyPoints)),
            ("the greatest number", png(u32::MAX, u32::MAX), Err(NoPicture::TooManyPoints)),
            ("too many bytes", [png(1, 1), vec![0; 1_000]].concat(), Err(NoPicture::TooManyBytes)),
        ];
        for (case, bytes, want) in cases {
            let found = read_header(&bytes, MOST);
            let found = found.map(|file| format!("{} {}x{}", file.kind, file.width, file.height));
            assert_eq!(found.as_deref(), want.as_ref().map(|want| *want), "{case}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(which in 0usize..6, at in 0usize..80, change in any::<u8>(), tail in proptest::collection::vec(any::<u8>(), 0..64)) {
            let seeds = [png(6, 4), jpeg(6, 4), gif(6, 4), webp(6, 4), avif(*b"avif", 6, 4), Vec::new()];
            let mut bytes = seeds[which].clone();
            if let Some(byte) = bytes.get_mut(at) {
                *byte = change;
            }
            bytes.extend(tail);
            if let Ok(file) = read_header(&bytes, MOST) {
                prop_assert!(file.width > 0 && file.height > 0 && file.path().is_some());
            }
        }
    }
}
