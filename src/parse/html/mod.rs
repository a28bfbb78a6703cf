//! HTML to a tree: a linear pre-pass that cuts what no reader sees, then the standard parser, with depth capped.

/// A parsed page or fragment.
#[derive(Debug)]
pub struct Tree {}
