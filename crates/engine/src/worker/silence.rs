//! What is said of a worker that does not answer.

use std::time::{Duration, SystemTime};

/// Says that the plugin's process does not answer, since when, and how to end it. `age` is how long
/// the answer is late.
#[must_use]
pub fn describe(age: Duration) -> String {
    format!(
        "the plugin's process has not answered for {:.0} s{}: wait, or end it by unloading or \
         reloading the plugin",
        age.as_secs_f64(),
        since(age)
    )
}

fn since(age: Duration) -> String {
    let begun = SystemTime::now().checked_sub(age);
    let begun = begun.and_then(|begun| jiff::Timestamp::try_from(begun).ok());
    begun.map_or_else(String::new, |begun| {
        let local = begun.to_zoned(jiff::tz::TimeZone::system());
        local.strftime(", since %H:%M:%S").to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_since_when_and_what_to_do() {
        let text = describe(Duration::from_secs(65));
        let (before, after) = text.split_once(", since ").unwrap();
        assert_eq!(before, "the plugin's process has not answered for 65 s");
        let (time, advice) = after.split_at("12:34:56".len());
        assert_eq!(time.matches(':').count(), 2, "{text}");
        assert!(
            advice.starts_with(": wait, or end it by unloading"),
            "{text}"
        );
        // Longer than there has been time.
        assert!(describe(Duration::MAX).contains("has not answered for"));
    }
}
