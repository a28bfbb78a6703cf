use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::blocks::{AddressWords, BlockWords};
use super::chrome::ChromeWords;
use super::lists::WordLists;
use super::metadata::MetadataWords;
use super::pager::PagerWords;
use super::personal::PersonalWords;
use super::states::StateWords;
use crate::rules::error::{Mistake, RulesError};

/// The words by which pages are read.
#[derive(Debug)]
pub struct Words {
    /// What hosts and ends of addresses mean.
    pub addresses: AddressWords,
    /// What attributes say of blocks.
    pub blocks: BlockWords,
    /// What class and id words say of elements.
    pub chrome: ChromeWords,
    /// What states authors, dates and titles.
    pub metadata: MetadataWords,
    /// What leads to the next page.
    pub pager: PagerWords,
    /// What tells of a person.
    pub personal: PersonalWords,
    /// What stands in the place of articles.
    pub states: StateWords,
}

impl Words {
    /// What they do otherwise than their own examples say, one sentence each.
    pub(in crate::rules) fn broken_examples(&self) -> impl Iterator<Item = String> {
        let (pager, personal) = (self.pager.broken_examples(), self.personal.broken_examples());
        pager.chain(personal).chain(self.states.broken_examples())
    }
}

/// The files of words, by name.
const ADDRESSES: &str = "addresses.toml";
const BLOCKS: &str = "blocks.toml";
const CHROME: &str = "chrome.toml";
const METADATA: &str = "metadata.toml";
const PAGER: &str = "pager.toml";
const PERSONAL: &str = "personal.toml";
const STATES: &str = "states.toml";

/// Words on the way to being compiled.
#[derive(Debug, Default)]
pub(crate) struct WordsDraft {
    addresses: WordLists,
    blocks: WordLists,
    chrome: WordLists,
    metadata: WordLists,
    pager: PagerWords,
    personal: PersonalWords,
    states: StateWords,
}

impl WordsDraft {
    /// The names of the files that it reads.
    pub(crate) const FILES: [&str; 7] = [ADDRESSES, BLOCKS, CHROME, METADATA, PAGER, PERSONAL, STATES];

    /// Adds the words of a file of one of these names.
    pub(crate) fn add(&mut self, name: &str, path: &Path, text: &str) -> Result<(), Box<Mistake>> {
        match name {
            ADDRESSES => self.addresses.add(path, text),
            BLOCKS => self.blocks.add(path, text),
            CHROME => self.chrome.add(path, text),
            METADATA => self.metadata.add(path, text),
            PAGER => self.pager.add(path, text),
            PERSONAL => self.personal.add(path, text),
            STATES => self.states.add(path, text),
            _ => Ok(()),
        }
    }

    /// Puts the words in the form in which they are asked.
    pub(crate) fn compile(self) -> Result<Words, RulesError> {
        Ok(Words {
            addresses: words(ADDRESSES, self.addresses)?,
            blocks: words(BLOCKS, self.blocks)?,
            chrome: words(CHROME, self.chrome)?,
            metadata: words(METADATA, self.metadata)?,
            pager: self.pager,
            personal: self.personal,
            states: self.states,
        })
    }
}

fn words<T: DeserializeOwned>(name: &str, lists: WordLists) -> Result<T, RulesError> {
    lists
        .into_words()
        .map_err(|error| RulesError::Shipped { path: PathBuf::from("config").join(name), message: error.to_string() })
}
