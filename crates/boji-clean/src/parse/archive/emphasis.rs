use super::stand_in::{CLOSES, EITHER, is_mark};

/// What a mark of emphasis turns out to be.
#[derive(Clone, Copy)]
enum Role {
    Begins,
    Ends,
    /// It found no partner.
    Sign,
}

/// Writes the words of one block with the emphasis that its underscores mark between `begin` and `end`, once however
/// often it is said; an underscore without a partner is a sign of the text. Converters nest `_` in `_`, and `_` and `**`
/// crosswise, so the pairs are looked for without regard to any other mark.
pub(super) fn write(out: &mut String, text: &str, begin: &str, end: &str) {
    let roles = roles(text);
    let mut parts = text.split(is_mark);
    out.push_str(parts.next().unwrap_or_default());
    let mut depth = 0usize;
    for (part, role) in parts.zip(roles) {
        match role {
            Role::Begins => {
                out.push_str(if depth == 0 { begin } else { "" });
                depth += 1;
            }
            Role::Ends => {
                depth = depth.saturating_sub(1);
                out.push_str(if depth == 0 { end } else { "" });
            }
            Role::Sign => out.push('_'),
        }
        out.push_str(part);
    }
}

fn roles(text: &str) -> Vec<Role> {
    let (mut roles, mut open) = (Vec::new(), Vec::new());
    for mark in text.chars().filter(|c| is_mark(*c)) {
        let partner = if matches!(mark, CLOSES | EITHER) { open.pop() } else { None };
        if let Some(role) = partner.and_then(|start: usize| roles.get_mut(start)) {
            *role = Role::Begins;
            roles.push(Role::Ends);
            continue;
        }
        if mark != CLOSES {
            open.push(roles.len());
        }
        roles.push(Role::Sign);
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::super::stand_in::OPENS;
    use super::*;

    #[test]
    fn marks_pair_up_from_the_inside() {
        let cases = [
            ("(a)", "<a>"),
            ("(a (b) c)", "<a b c>"),
            ("(a (b)", "_a <b>"),
            ("a) (b", "a_ _b"),
            ("|a| |b|", "<a> <b>"),
            ("(a| |b)", "<a> <b>"),
            ("|a", "_a"),
        ];
        for (notation, want) in cases {
            let text = notation.replace('(', &OPENS.to_string()).replace(')', &CLOSES.to_string());
            let mut out = String::new();
            write(&mut out, &text.replace('|', &EITHER.to_string()), "<", ">");
            assert_eq!(out, want, "{notation}");
        }
    }
}
