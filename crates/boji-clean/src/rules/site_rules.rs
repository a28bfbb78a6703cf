use std::collections::BTreeMap;
use std::path::Path;

use url::Url;

use super::mistake::Mistake;
use super::rule_file::RuleFile;
use super::rules_error::RulesError;
use super::site_rule::SiteRule;

/// The rules of single sites, by domain.
#[derive(Clone, Debug, Default)]
pub struct SiteRules {
    by_domain: BTreeMap<String, SiteRule>,
}

impl SiteRules {
    /// Says that the rules which are there come with the program.
    pub(super) fn mark_shipped(&mut self) {
        self.by_domain.values_mut().for_each(|rule| rule.is_shipped = true);
    }

    /// Adds the rules of a person's files. One for a domain that has a shipped rule takes its place; `enabled = false`
    /// switches it off.
    pub(super) fn add_files(&mut self, files: &[&RuleFile]) -> Result<(), RulesError> {
        let mut seen: BTreeMap<String, &Path> = BTreeMap::new();
        for file in files {
            let domain = self.add(&file.path, &file.text)?;
            if let Some(first) = seen.insert(domain.clone(), &file.path) {
                let message = format!("{} has a rule for `{domain}` already", first.display());
                return Err(Mistake::new(&file.path, &file.text, 0..0, message, String::new()).into());
            }
        }
        Ok(())
    }

    /// Adds the rule of one file and gives its domain.
    pub(super) fn add(&mut self, file: &Path, text: &str) -> Result<String, RulesError> {
        let (domain, rule) = SiteRule::read(file, text)?;
        match rule {
            Some(rule) => self.by_domain.insert(domain.clone(), rule),
            None => self.by_domain.remove(&domain),
        };
        Ok(domain)
    }

    /// All rules, by domain.
    pub fn all(&self) -> impl Iterator<Item = &SiteRule> {
        self.by_domain.values()
    }

    /// The rule for a page: that of the longest domain that its host is in and whose path fits. `None` for what is no
    /// address.
    pub fn of(&self, address: &str) -> Option<&SiteRule> {
        if self.by_domain.is_empty() {
            return None;
        }
        let url = Url::parse(address).ok()?;
        let mut rest = url.domain()?.trim_end_matches('.');
        loop {
            if let Some(rule) = self.by_domain.get(rest).filter(|rule| rule.covers(url.path())) {
                return Some(rule);
            }
            rest = rest.split_once('.')?.1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_longest_domain_counts_whose_path_fits() {
        let mut rules = SiteRules::default();
        for (domain, path) in [("a.example", ""), ("b.a.example", "path = \"^/p/\"\n")] {
            let text = format!("domain = \"{domain}\"\nreason = \"r\"\ncontent = [\"p\"]\n{path}");
            rules.add(Path::new("x"), &text).expect("valid");
        }
        let cases = [
            ("https://a.example/", Some("a.example")),
            ("https://www.A.example/p/1", Some("a.example")),
            ("https://b.a.example/p/1", Some("b.a.example")),
            ("https://c.b.a.example/q", Some("a.example")),
            ("https://aa.example/", None),
            ("https://192.0.2.1/p/", None),
            ("a.example", None),
        ];
        for (address, want) in cases {
            assert_eq!(rules.of(address).map(|rule| rule.domain.as_str()), want, "{address}");
        }
    }

    #[test]
    fn a_persons_file_takes_the_place_of_a_shipped_one() {
        let mut rules = SiteRules::default();
        let file =
            |name: &str, text: String| RuleFile { name: format!("sites/{name}"), path: PathBuf::from(name), text };
        let rule = |content: &str| format!("domain = \"a.example\"\nreason = \"r\"\ncontent = [\"{content}\"]\n");
        rules.add(Path::new("shipped.toml"), &rule("p")).expect("valid");
        rules.add_files(&[&file("a.toml", rule("i"))]).expect("valid");
        assert_eq!(rules.of("http://a.example/").map(|rule| rule.content.clone()), Some(vec!["i".to_owned()]));
        let (one, other) = (file("a.toml", rule("i")), file("b.toml", rule("u")));
        let twice = rules.add_files(&[&one, &other]).expect_err("two rules for one domain").to_string();
        assert!(twice.contains("b.toml:1:1") && twice.contains("a.toml has a rule"), "{twice}");
        rules.add_files(&[&file("a.toml", rule("i") + "enabled = false\n")]).expect("valid");
        assert!(rules.of("http://a.example/").is_none());
    }
}
