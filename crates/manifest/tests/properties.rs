//! For any bytes: no panic, no hang, and either a valid manifest or an error with a location
//! inside the file. The same function is the target of `fuzz/`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

mod support;

use proptest::prelude::*;
use support::{GOOD, check_bytes, check_text};

/// A good manifest with a few edits at random places.
fn mutated() -> impl Strategy<Value = String> {
    let edit = (
        any::<prop::sample::Index>(),
        0..3_usize,
        prop_oneof![
            "[ -~]{0,6}",
            prop::sample::select(vec![
                "\"",
                "'",
                "\n",
                "[",
                "]",
                "{",
                "}",
                "=",
                ",",
                ".",
                "#",
                "\\",
                "\u{0}",
                "ä",
                "光",
                "\r\n",
                "[tool.lichtfeld]\n",
                "[[tool.uv.index]]\n",
                "dynamic = [\"version\"]\n",
                "-",
                "((((",
                "; extra == 'a-'",
                " ; python_version in '3.1 x'",
                "nan",
                "1979-05-27",
                "'''",
                "\"\"\"",
                "[a-]",
                ">=1.*",
                "@ https://[",
            ])
            .prop_map(str::to_owned),
        ],
    );
    let texts = prop::sample::select(GOOD);
    (texts, prop::collection::vec(edit, 0..6)).prop_map(|(text, edits)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, removed, inserted) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + removed).min(chars.len());
            chars.splice(at..end, inserted.chars());
        }
        chars.into_iter().collect()
    })
}

/// A small number that still finds careless mistakes; `PROPTEST_CASES` sets another.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(2000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check_bytes(&bytes);
    }

    #[test]
    fn mutated_manifests_are_judged(text in mutated()) {
        check_text(&text);
    }

    #[test]
    fn arbitrary_requirements_are_judged(text in "[a-zA-Z0-9\\[\\]()<>=!~@;:/'\". _-]{0,60}") {
        check_text(&format!("[project]\nname='x'\nversion='1'\ndependencies=['''{text}''']\n[tool.lichtfeld]\n"));
    }
}

#[test]
fn the_good_manifests_are_good() {
    for text in GOOD {
        assert!(
            lichtfeld_manifest::parse(text, "pyproject.toml".into())
                .manifest()
                .is_some(),
            "{text}"
        );
        check_text(text);
    }
}

#[test]
fn what_exhausts_parsers_is_refused_quickly() {
    let list = |entry: String| {
        format!("[project]\nname='x'\nversion='1'\ndependencies=['{entry}']\n[tool.lichtfeld]\n")
    };
    let markers: Vec<String> = (0..30)
        .map(|n| format!("(os_name == \"{n}\" or sys_platform == \"{n}\")"))
        .collect();
    let texts = [
        list(format!("a ; {}", "(".repeat(500_000))),
        list(format!("a ; {}", markers.join(" and "))),
        list("a".repeat(900_000)),
        format!("a{} = 1", ".a".repeat(400_000)),
        format!("x = {}", "[".repeat(900_000)),
        format!("x = {}", "{a=".repeat(300_000)),
        "[a]\n".repeat(200_000),
        "a\n".repeat(400_000),
        format!(
            "[project]\n{}[tool.lichtfeld]\n",
            (0..40_000)
                .map(|n| format!("k{n} = 1\n"))
                .collect::<String>()
        ),
    ];
    for text in texts {
        let started = std::time::Instant::now();
        check_text(&text);
        let start: String = text.chars().take(60).collect();
        println!("{:?} {}", started.elapsed(), start.escape_debug());
    }
}
