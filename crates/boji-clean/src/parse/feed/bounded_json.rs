use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::repair::MAX_ENTRIES;

/// Most values of a list inside of an entry, and most keys of an object: what says more means no feed. A value takes many times
/// the memory of its text.
const MOST: usize = 1_000;
/// How deep the list of entries lies: in the feed itself.
const ENTRIES: usize = 1;

/// JSON as a value, its inner lists and its objects no longer than a feed has them. The rest of them is passed over.
pub(super) fn read(text: &str) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Bounded { depth: 0 }.deserialize(&mut deserializer)?;
    deserializer.end().map(|()| value)
}

#[derive(Clone, Copy)]
struct Bounded {
    depth: usize,
}

impl Bounded {
    const fn inner(self) -> Self {
        Self { depth: self.depth + 1 }
    }
}

impl<'de> DeserializeSeed<'de> for Bounded {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        let most = if self.depth <= ENTRIES { MAX_ENTRIES } else { MOST };
        while values.len() < most {
            let Some(value) = list.next_element_seed(self.inner())? else { return Ok(Value::Array(values)) };
            values.push(value);
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while values.len() < MOST {
            let Some(key) = object.next_key::<String>()? else { return Ok(Value::Object(values)) };
            let value = object.next_value_seed(self.inner())?;
            values.insert(key, value);
        }
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn inner_lists_and_objects_end_and_entries_do_not() {
        let list = |of: &str, count: usize| vec![of; count].join(",");
        let text = format!("{{\"items\":[{}]}}", list("{\"authors\":[1,2]}", 1_500));
        assert_eq!(read(&text).expect("JSON")["items"].as_array().map(Vec::len), Some(1_500));
        let text = format!("{{\"items\":[{{\"authors\":[{}],\"id\":7}}]}}", list("{\"name\":\"A\"}", 5_000));
        let feed = read(&text).expect("JSON");
        assert_eq!(feed["items"][0]["authors"].as_array().map(Vec::len), Some(MOST));
        assert_eq!(feed["items"][0]["id"], 7, "what stands behind it is read");
        assert!(read("{\"items\":[1,2}").is_err() && read("{} {}").is_err());
    }

    proptest! {
        #[test]
        fn what_is_short_is_read_as_it_is(text in "[\\[\\]{}\",:0-9a-z.e+ -]{0,60}") {
            let whole = serde_json::from_str::<Value>(&text).ok();
            prop_assert_eq!(read(&text).ok(), whole);
        }
    }
}
