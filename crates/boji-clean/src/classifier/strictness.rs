use crate::model::word_enum;

word_enum! {
    /// How sure the classifiers must be before something that no rule knows goes.
    #[derive(Default)]
    pub enum Strictness {
        /// Text above all: only what is all but certain goes.
        Keep = "keep",
        /// What is far more likely boilerplate than text goes.
        #[default]
        Balanced = "balanced",
        /// What is more likely boilerplate than text goes.
        Strict = "strict",
    }
}
