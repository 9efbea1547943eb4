//! Every block of code of the tutorial is in a source that another test compiles and runs.

/// The sources that blocks may be taken from.
const SOURCES: [&str; 7] = [
    include_str!("application.c"),
    include_str!("application.cpp"),
    include_str!("objects.cpp"),
    include_str!("modules/nanobind_module.cpp"),
    include_str!("../../examples/imgui/CMakeLists.txt"),
    include_str!("../../examples/imgui/panels.cpp"),
    include_str!("../../examples/imgui/widgets.cpp"),
];

/// The lines without what stands before and after them: a block is less indented than its source.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).collect()
}

/// The blocks of the section about C and C++ in these languages.
fn blocks(languages: &[&str]) -> Vec<&'static str> {
    let page = include_str!("../../../../docs/hosts.md");
    let section = page
        .split("\n## ")
        .find(|part| part.starts_with("A C or C++ application"));
    let parts = section.unwrap().split("```");
    let code = parts.skip(1).step_by(2);
    code.filter_map(|block| {
        let (language, text) = block.split_once('\n')?;
        languages.contains(&language).then_some(text)
    })
    .collect()
}

fn is_in(block: &str, source: &str) -> bool {
    let block = lines(block);
    let source = lines(source);
    source.windows(block.len()).any(|window| window == block)
}

#[test]
fn every_block_of_the_tutorial_is_compiled_and_run() {
    let blocks = blocks(&["c", "cpp", "cmake"]);
    assert!(blocks.len() > 3);
    for block in blocks {
        let is_tested = SOURCES.iter().any(|source| is_in(block, source));
        assert!(
            is_tested,
            "docs/hosts.md shows code that no test runs:\n{block}"
        );
    }
}

#[test]
fn the_tutorial_shows_the_whole_application() {
    let whole = include_str!("application.c");
    assert!(blocks(&["c"]).contains(&whole));
}
