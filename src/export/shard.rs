/// How much one file of an export holds at the most. A file ends with the record that reaches either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Records.
    pub records: u64,
    /// Bytes of what is written, before it is compressed.
    pub bytes: u64,
}

impl Default for Shard {
    /// Some 200 MB of Chinese articles.
    fn default() -> Self {
        Self { records: 20_000, bytes: 1 << 30 }
    }
}

impl Shard {
    /// Whether a file that holds so much takes no more.
    pub(super) fn is_full(self, records: u64, bytes: u64) -> bool {
        records >= self.records.max(1) || bytes >= self.bytes.max(1)
    }
}
