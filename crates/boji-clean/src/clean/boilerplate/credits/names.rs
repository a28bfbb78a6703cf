use super::marks::{bare, is_han};
use super::roles;
use crate::rules::CreditWords;

/// Longest name, in characters.
pub(super) const MAX_NAME: usize = 24;

/// Longest Chinese name of a person, in characters.
pub(super) const PERSON: usize = 4;

/// Longest remark in brackets behind a name, in characters.
const MAX_REMARK: usize = 60;

/// Most words of an English name.
const MAX_WORDS: usize = 4;

/// Reads the names that a role is given, without what is said of them: posts and houses behind a name, in brackets or
/// before it (`甲（实习）`, `甲，山水大学教授`, `山水报记者 甲`). `None` when the text holds something that is no name.
pub(super) fn names(text: &str, role: &str, words: &CreditWords) -> Option<Vec<String>> {
    let signs = signs_persons(role, words);
    let mut text = without_remarks(text)?;
    if role.is_ascii() {
        text = text.replace(" and ", " & ");
    }
    let mut names: Vec<String> = Vec::new();
    for part in text.split(['、', ';', '；', '&', '＆', '+', '＋', '|', '｜', '丨', '│', '/', '／']) {
        let mut person = false;
        for entry in part.split(['，', ',']).map(bare).filter(|entry| !entry.is_empty()) {
            if person && is_remark(entry, signs, words) {
                continue;
            }
            let found = people(entry, signs, words);
            person = found.last().is_some_and(|name| begins_as_names_do(name, words));
            names.extend(found);
        }
    }
    // 文/图 behind the names of a line is one role more.
    let sound = names.iter().all(|name| is_sound(name) && !words.roles.contains(name));
    (!names.is_empty() && sound).then_some(names)
}

/// Whether a name is short enough and no sentence.
fn is_sound(name: &str) -> bool {
    name.chars().count() <= MAX_NAME
        && name.chars().any(char::is_alphanumeric)
        && !name.contains(['。', '？', '！', '：', ':', '“', '?'])
}

/// Whether the names of a role are persons, so that a house beside one is where that person works.
fn signs_persons(role: &str, words: &CreditWords) -> bool {
    roles::is_author(role, words) || words.reporters.iter().any(|word| role.ends_with(word.as_str()))
}

/// A text without what stands in brackets behind a name; a bracket before a name (`（美）甲`) stays. `None` when a remark
/// is a text of its own.
fn without_remarks(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut remark: Option<usize> = None;
    for c in text.chars() {
        remark = match (c, remark) {
            ('（' | '(', None) if out.trim_end().ends_with(char::is_alphanumeric) => Some(0),
            ('）' | ')', Some(_)) => None,
            ('。' | '？' | '！' | '?', Some(_)) => return None,
            (_, Some(length)) if length >= MAX_REMARK => return None,
            (_, Some(length)) => Some(length + 1),
            (_, None) => {
                out.push(c);
                None
            }
        };
    }
    Some(out)
}

/// The names in one entry of a list, which blanks may part: `甲一 乙二`, and `甲　一` of a name set apart.
fn people(entry: &str, signs: bool, words: &CreditWords) -> Vec<String> {
    let mut parts = set_together(entry);
    while parts.len() > 1 && parts.first().is_some_and(|part| is_reporter(part, words)) {
        parts.remove(0);
    }
    let (persons, rest): (Vec<String>, Vec<String>) = parts
        .iter()
        .cloned()
        .partition(|part| is_person(part) && !is_remark(part, true, words) && !roles::is_role(part, words));
    // What may be one name of two words, as accounts have, stays one.
    let named = persons.iter().filter(|name| begins_as_names_do(name, words)).count();
    let enough = if rest.is_empty() { 2 * named > persons.len() } else { named == persons.len() };
    if !persons.is_empty() && enough && rest.iter().all(|part| is_remark(part, signs, words)) {
        return persons;
    }
    vec![parts.join(" ")]
}

/// The words of an entry, single characters that follow each other put together.
fn set_together(entry: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut open = false;
    for word in entry.split_whitespace() {
        let single = word.chars().count() == 1 && word.chars().all(is_han);
        match parts.last_mut() {
            Some(last) if open && single => last.push_str(word),
            _ => parts.push(word.to_owned()),
        }
        open = single && parts.last().is_some_and(|part| part.chars().count() < PERSON);
    }
    parts
}

/// `记者`, `山水报记者`, `《山水报》记者`: what stands before the names of those who report.
fn is_reporter(part: &str, words: &CreditWords) -> bool {
    words.reporters.iter().any(|word| part.ends_with(word.as_str()))
}

/// Whether an entry says of a person before it what he is, or, where a role names persons, where he works.
fn is_remark(entry: &str, houses_too: bool, words: &CreditWords) -> bool {
    let ends = |list: &[String]| list.iter().any(|word| entry.ends_with(word.as_str()));
    ends(&words.posts) || (houses_too && entry.chars().count() > 2 && ends(&words.houses))
}

/// Whether a word has the form of a Chinese person's name, or of one with a dot between its parts (`次仁·多吉`).
pub(super) fn is_person(word: &str) -> bool {
    let length = word.chars().count();
    let dotted = || {
        let mut parts = word.split(DOTS);
        word.contains(DOTS) && length <= MAX_NAME && parts.all(|part| !part.is_empty() && part.chars().all(is_han))
    };
    ((2..=PERSON).contains(&length) && word.chars().all(is_han)) || dotted()
}

/// Dots between the parts of a name.
const DOTS: [char; 4] = ['·', '•', '・', '‧'];

/// Whether a name begins with a surname, or with what stands before a nickname.
pub(super) fn begins_as_names_do(name: &str, words: &CreditWords) -> bool {
    is_person(name) && (name.contains(DOTS) || name.starts_with(|c| words.name_starts.contains(c)))
}

/// Whether some names are written as English names are: up to four capitalised words each.
pub(super) fn are_english(names: &[String]) -> bool {
    let large = |word: &str| word.starts_with(char::is_uppercase) && !word.contains(|c: char| c.is_ascii_digit());
    names.iter().all(|name| name.is_ascii() || name.chars().all(|c| !is_han(c)))
        && names.iter().all(|name| {
            let words: Vec<&str> = name.split_whitespace().collect();
            words.len() <= MAX_WORDS && words.iter().all(|word| large(word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    fn read(role: &str, text: &str) -> String {
        names(text, role, Rules::shipped().credits()).unwrap_or_default().join("+")
    }

    #[test]
    fn names_come_without_what_is_said_of_them() {
        let cases = [
            ("作者", "苏小岚（云岭大学历史系）", "苏小岚"),
            ("作者", "苏小岚，云岭大学历史系副教授", "苏小岚"),
            ("作者", "苏小岚 云岭大学历史系副教授", "苏小岚"),
            ("作者", "苏小岚，云岭大学；陈禾，江湾医院", "苏小岚+陈禾"),
            ("作者", "云岭大学历史系", "云岭大学历史系"),
            ("作者", "（美）莫礼", "（美）莫礼"),
            ("作者", "苏小岚、陈禾", "苏小岚+陈禾"),
            ("作者", "苏小岚（她在河边住了三年。后来搬走了）", ""),
            ("作者", "扎西•旺堆", "扎西•旺堆"),
            ("作者", "芝士安全 Jason Ng", "芝士安全 Jason Ng"),
            ("编辑", "周七（实习）", "周七"),
            ("编辑", "周七 方舟", "周七+方舟"),
            ("编辑", "周七 方舟 素描", "周七+方舟+素描"),
            ("作者", "河边 手记", "河边 手记"),
            ("文", "图", ""),
            ("图片", "作者供图", "作者供图"),
            ("Photos by", "Anna Lee and Tom Reed", "Anna Lee+Tom Reed"),
            ("编辑", "周 七", "周七"),
            ("编辑", "陈小禾 周 七", "陈小禾+周七"),
            ("编辑", "Anna Lee，Tom H. Reed", "Anna Lee+Tom H. Reed"),
            ("编辑", "江湾编辑部 HX", "江湾编辑部 HX"),
            ("出品", "江湾新闻 河口工作室", "江湾新闻 河口工作室"),
            ("策划", "《人物》编辑部", "《人物》编辑部"),
            ("编辑", "◆周七 /", "周七"),
            ("文", "江湾日报记者 张三", "张三"),
            ("文", "《江湾科学报》记者 张三 李四", "张三+李四"),
            ("文", "江湾周刊 张三", "张三"),
            ("审核", "副主任医师 张三", "张三"),
            ("记者", "您好，您什么时候到的？", ""),
        ];
        for (role, text, want) in cases {
            assert_eq!(read(role, text), want, "{role}：{text}");
        }
    }
}
