#![no_main]

#[macro_use]
#[path = "../target.rs"]
mod target;

target!(checks::wechat_page::check, "../dictionaries/wechat_page.dict");
