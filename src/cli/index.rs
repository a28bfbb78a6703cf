use super::arguments::Arguments;
use super::counted::counted;
use super::exit::Exit;
use super::output::Output;
use super::progress::Progress;
use super::store_arguments::{Index, IndexChange};
use super::workplace;
use crate::store::SearchIndex;

/// Shows, rebuilds or empties the search index.
pub(super) fn run(command: &Index, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let index = match command.change {
        None => workplace::open_to_read(arguments)?.search_index()?,
        Some(change) => {
            let (mut store, _lock) = workplace::open_to_write(arguments)?;
            match change {
                IndexChange::Rebuild => {
                    let progress = Progress::new(output, "articles");
                    store.rebuild_search_index(&mut |done, all| progress.set(done, all))?;
                    progress.finish();
                }
                IndexChange::Off => store.drop_search_index()?,
            }
            store.search_index()?
        }
    };
    if output.json {
        output.json(&index)?;
    } else {
        output.data(sentence(&index))?;
    }
    Ok(Exit::Done)
}

fn sentence(index: &SearchIndex) -> String {
    if index.is_kept {
        let articles = counted(index.articles, "article");
        format!("the words of {articles} are indexed in {:.1} MB", index.bytes as f64 / 1e6)
    } else {
        "no words are indexed; `boji index rebuild` makes the index, and keeps it from then on".to_owned()
    }
}
