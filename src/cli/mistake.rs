use super::exit::Exit;

/// A mistake that a person can mend, where no module's own error says it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Mistake {
    /// How the command ends.
    pub exit: Exit,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Mistake {
    /// Arguments that make no sense.
    pub(super) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), hint: hint.into() }
    }

    /// An argument that is the name of none of the `things` that it could be (`article`): every command ends alike then.
    pub(super) fn names_nothing(what: &str, things: &[&str], hint: impl Into<String>) -> Self {
        let message = match things {
            _ if what.trim().is_empty() => format!("an empty text is the name of no {}", things.join(" and no ")),
            [thing] => format!("there is no {thing} {what}"),
            [others @ .., last] => format!("{what} is no {} and no {last}", others.join(", no ")),
            [] => format!("{what} is the name of nothing"),
        };
        Self::usage(message, hint)
    }

    /// Something that is not there or cannot be used.
    pub(super) fn failure(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit: Exit::Failure, message: message.into(), hint: hint.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_nothing_is_told_with_what_it_could_have_been() {
        let cases: [(&str, &[&str], &str); 4] = [
            ("fff", &["article"], "there is no article fff"),
            ("fff", &["source", "article", "address"], "fff is no source, no article and no address"),
            ("", &["article"], "an empty text is the name of no article"),
            (" ", &["source", "article"], "an empty text is the name of no source and no article"),
        ];
        for (what, things, message) in cases {
            let mistake = Mistake::names_nothing(what, things, "h");
            assert_eq!((mistake.message.as_str(), mistake.exit), (message, Exit::Usage));
        }
    }
}
