use super::rule_file::RuleFile;

/// The version of the cleaner in the making: a hash of every file that decides, in the order in which they are read, and
/// of the revision of the code. Texts are hashed as they stand, so that the version can be had without reading them.
#[derive(Clone, Default)]
pub(super) struct VersionHasher(blake3::Hasher);

impl VersionHasher {
    /// Takes in a file, by its name below the folder of configuration.
    pub(super) fn file(&mut self, name: &str, text: &str) {
        for part in [name, text] {
            self.0.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
    }

    /// Takes in a file of a person's own: where its folder lies decides nothing.
    pub(super) fn own_file(&mut self, file: &RuleFile) {
        self.file(&format!("own {}", file.name), &file.text);
    }

    /// `b3:` and the hash.
    pub(super) fn finish(mut self, revision: u32) -> String {
        self.0.update(&revision.to_le_bytes());
        format!("b3:{}", self.0.finalize().to_hex())
    }
}
