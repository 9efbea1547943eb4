//! What is taken for a save, and what for a write of the plugin itself.

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const MS: Duration = Duration::from_millis(1);

/// A plugin whose reloads take a tenth of a second.
struct Plugin {
    known: SelfWrites,
    now: SystemTime,
    reloads: u32,
}

impl Plugin {
    fn new() -> Self {
        Self {
            known: SelfWrites::default(),
            now: SystemTime::now(),
            reloads: 0,
        }
    }

    /// Lets a time pass after which this file is written, and reloads if it is a save.
    fn wrote(&mut self, after: Duration, path: &str) -> Verdict {
        self.changed(after, path, ChangeKind::Modified, false)
    }

    fn changed(&mut self, after: Duration, path: &str, kind: ChangeKind, is_held: bool) -> Verdict {
        self.now += after;
        let write = Write {
            path: path.into(),
            kind,
            role: Role::of(Utf8Path::new(path)),
            at: self.now,
            is_held,
        };
        let verdict = self.known.judge(&[write], self.now);
        if matches!(verdict, Verdict::Saved | Verdict::SavedTooOften(_)) {
            self.reload();
        }
        verdict
    }

    fn reload(&mut self) {
        self.reloads += 1;
        let begun = self.now + 30 * MS;
        self.now = begun + 100 * MS;
        self.known.handled(begun, self.now, true);
    }

    /// Writes a file in the middle of the last reload.
    fn wrote_during(&mut self, path: &str) -> Verdict {
        self.now -= 50 * MS;
        self.wrote(Duration::ZERO, path)
    }

    /// Writes code in the middle of the last reload, and lets the time pass that it takes to be sure.
    fn wrote_code_during(&mut self, path: &str) -> Verdict {
        match self.wrote_during(path) {
            Verdict::Wait(wait) => {
                let write = Write {
                    path: path.into(),
                    kind: ChangeKind::Modified,
                    role: Role::Code,
                    at: self.now,
                    is_held: false,
                };
                assert_eq!(wait, QUIET);
                let before = self
                    .known
                    .judge(std::slice::from_ref(&write), self.now + wait - MS);
                assert_eq!(before, Verdict::Wait(MS));
                self.now += wait;
                assert_eq!(self.known.judge(&[write], self.now), Verdict::Saved);
                self.reload();
                Verdict::Saved
            }
            verdict => verdict,
        }
    }
}

#[test]
fn code_that_is_saved_again_and_again_at_once_is_reloaded_and_named_once() {
    let mut plugin = Plugin::new();
    for number in 1..100 {
        let verdict = plugin.wrote(700 * MS, "made.py");
        if number == SUSPICIOUS {
            assert_eq!(verdict, Verdict::SavedTooOften(vec!["made.py".into()]));
        } else {
            assert_eq!(verdict, Verdict::Saved);
        }
    }
}

fn own_now(path: &str) -> Verdict {
    Verdict::OwnNow(vec![path.into()])
}

#[test]
fn a_file_written_by_each_reload_ends_the_reloads() {
    let mut plugin = Plugin::new();
    assert_eq!(plugin.wrote(SECOND, "a.py"), Verdict::Saved);
    for path in ["count.txt", "version.py"] {
        let before = plugin.reloads;
        for _ in 0..PATIENCE {
            assert_eq!(plugin.wrote_code_during(path), Verdict::Saved);
        }
        assert_eq!(plugin.wrote_code_during(path), own_now(path));
        assert_eq!(plugin.reloads - before, PATIENCE);
        plugin.now += SECOND;
        // The author's files count as ever, code at once, also the very file.
        assert_eq!(plugin.wrote(SECOND, "a.py"), Verdict::Saved);
        assert_eq!(plugin.wrote_during(path), Verdict::Own);
    }
    assert_eq!(plugin.wrote(SECOND, "version.py"), Verdict::Saved);
    assert_eq!(plugin.known.told(), ["count.txt"]);
    assert_eq!(plugin.wrote_during("version.py"), Verdict::Saved);
}

#[test]
fn what_is_saved_when_the_new_version_is_active_is_a_save() {
    let mut plugin = Plugin::new();
    let is_save = |verdict| matches!(verdict, Verdict::Saved | Verdict::SavedTooOften(_));
    for _ in 0..100 {
        // The author sees the new version, and saves before its reload has ended.
        plugin.known.activated(plugin.now - 60 * MS);
        plugin
            .known
            .handled(plugin.now - 100 * MS, plugin.now, true);
        assert!(is_save(plugin.wrote_during("a.py")));
    }
    // What an earlier reload has activated says nothing of a later one.
    plugin.known.activated(plugin.now - 60 * SECOND);
    plugin.reload();
    let edits = plugin.known.row.code;
    assert_eq!(plugin.wrote_during("a.py"), Verdict::Saved);
    assert_eq!(plugin.known.row.code, edits + 1);
}

#[test]
fn an_author_who_saves_all_the_time_while_reloads_are_slow_loses_no_save() {
    const TOOK: Duration = Duration::from_secs(5);
    for pause in [300 * MS, SECOND, 3 * SECOND, 8 * SECOND] {
        let mut known = SelfWrites::default();
        let (start, mut free) = (SystemTime::now(), SystemTime::now());
        let (mut unseen, mut again) = (None, SystemTime::UNIX_EPOCH);
        for number in 0..1000 {
            // What has been written until a reload begins is one change.
            unseen = Some(start + pause * number);
            while let Some(at) = unseen {
                let now = at.max(free).max(again);
                if now >= start + pause * (number + 1) {
                    break;
                }
                let write = Write {
                    path: "a.py".into(),
                    kind: ChangeKind::Modified,
                    role: Role::Code,
                    at,
                    is_held: false,
                };
                match known.judge(&[write], now) {
                    Verdict::Wait(wait) => again = now + wait,
                    Verdict::Saved | Verdict::SavedTooOften(_) => {
                        (unseen, free) = (None, now + TOOK);
                        known.handled(now, free, true);
                    }
                    other => panic!("{other:?} after {number} saves, one each {pause:?}"),
                }
            }
        }
        // The last save is waited for, not lost.
        assert!(unseen.is_none_or(|at| at < free || at < again));
    }
}

#[test]
fn a_log_that_is_written_all_the_time_ends_the_reloads() {
    for pause in [20 * MS, 200 * MS, 700 * MS, SOON] {
        let mut plugin = Plugin::new();
        for _ in 0..PATIENCE {
            assert_eq!(plugin.wrote(pause, "log.txt"), Verdict::Saved);
        }
        assert_eq!(plugin.wrote(pause, "log.txt"), own_now("log.txt"));
        for _ in 0..1000 {
            assert_eq!(plugin.wrote(pause, "log.txt"), Verdict::Own);
        }
        // The author goes on with the code. The log does not begin anew.
        assert_eq!(plugin.wrote(pause, "a.py"), Verdict::Saved);
        assert_eq!(plugin.wrote(pause, "log.txt"), Verdict::Own);
        assert_eq!(plugin.reloads, PATIENCE + 1);
        assert_eq!(plugin.known.told(), ["log.txt"]);
        // One that nobody writes any more is the author's again.
        let rest = REST.max(pause * REST_GAPS) + SECOND;
        assert_eq!(plugin.wrote(rest, "log.txt"), Verdict::Saved);
        assert!(plugin.known.told().is_empty());
    }
}

#[test]
fn a_regular_writer_is_found_however_slow_it_is() {
    for pause in [3 * SECOND, 60 * SECOND] {
        let mut plugin = Plugin::new();
        for number in 0..PATIENCE {
            let pause = pause + 20 * MS * number;
            assert_eq!(plugin.wrote(pause, "beat.json"), Verdict::Saved);
        }
        assert_eq!(plugin.wrote(pause, "beat.json"), own_now("beat.json"));
        assert_eq!(plugin.wrote(pause, "beat.json"), Verdict::Own);
    }
}

#[test]
fn every_save_of_code_reloads_whenever_it_comes() {
    let mut plugin = Plugin::new();
    for number in 0..100 {
        let pause = [10 * MS, 500 * MS, SECOND, 60 * SECOND][number % 4];
        assert_eq!(plugin.wrote(pause, "a.py"), Verdict::Saved);
        assert_eq!(plugin.wrote(pause, "pyproject.toml"), Verdict::Saved);
    }
}

#[test]
fn an_author_of_styles_is_reloaded_for_each_save() {
    let mut plugin = Plugin::new();
    for number in 0..100 {
        let pause = 3 * SECOND + SECOND * (number % 7) / 2;
        assert_eq!(plugin.wrote(pause, "style.rcss"), Verdict::Saved);
    }
    // An editor that saves by itself is faster.
    for _ in 0..LONG_PATIENCE - 1 {
        assert_eq!(plugin.wrote(SECOND, "style.rcss"), Verdict::Saved);
    }
    // A plugin that writes such a file all the time is not reloaded for ever either.
    let verdicts: Vec<_> = (0..10)
        .map(|_| plugin.wrote(SECOND, "style.rcss"))
        .collect();
    assert!(verdicts.contains(&own_now("style.rcss")));
    assert_eq!(verdicts.last(), Some(&Verdict::Own));
}

#[test]
fn a_data_file_that_changes_often_without_the_code_is_the_plugins_until_the_next_edit() {
    let mut plugin = Plugin::new();
    let pause = |number: u32| 3 * SECOND + SECOND * (number % 7);
    for number in 0..LONG_PATIENCE {
        assert_eq!(plugin.wrote(pause(number), "set.json"), Verdict::Saved);
    }
    assert_eq!(plugin.wrote(3 * SECOND, "set.json"), own_now("set.json"));
    assert_eq!(plugin.wrote(9 * SECOND, "set.json"), Verdict::Own);
    assert_eq!(plugin.wrote(SECOND, "a.py"), Verdict::Saved);
    assert_eq!(plugin.wrote(9 * SECOND, "set.json"), Verdict::Saved);
}

#[test]
fn an_edit_between_begins_the_count_anew() {
    let mut plugin = Plugin::new();
    for _ in 0..10 {
        assert_eq!(plugin.wrote(SECOND, "log.txt"), Verdict::Saved);
        assert_eq!(plugin.wrote(SECOND, "log.txt"), Verdict::Saved);
        assert_eq!(plugin.wrote(SECOND, "a.py"), Verdict::Saved);
    }
}

#[test]
fn a_download_that_is_open_is_no_save_and_neither_is_its_end() {
    let mut plugin = Plugin::new();
    for _ in 0..100 {
        let verdict = plugin.changed(30 * MS, "w.bin", ChangeKind::Modified, true);
        assert_eq!(verdict, Verdict::Own);
    }
    assert_eq!(plugin.wrote(30 * MS, "w.bin"), Verdict::Own);
    assert_eq!(plugin.reloads, 0);
    assert!(plugin.known.told().is_empty());
    // Code that somebody has open is no data.
    let verdict = plugin.changed(30 * MS, "a.py", ChangeKind::Modified, true);
    assert_eq!(verdict, Verdict::Saved);
}

#[test]
fn new_files_of_a_recording_are_the_plugins_too() {
    let mut plugin = Plugin::new();
    let mut verdicts = Vec::new();
    for number in 0..1000 {
        let path = format!("frames/{number}.png");
        verdicts.push(plugin.changed(700 * MS, &path, ChangeKind::Created, false));
    }
    assert_eq!(plugin.reloads, PATIENCE);
    assert_eq!(verdicts[3], own_now("frames/3.png"));
    assert!(verdicts[4..].iter().all(|verdict| *verdict == Verdict::Own));
    // A new file elsewhere, or of another kind, is of the author.
    for path in ["frames/0.rcss", "icon.png"] {
        let verdict = plugin.changed(9 * SECOND, path, ChangeKind::Created, false);
        assert_eq!(verdict, Verdict::Saved);
    }
}

#[test]
fn a_lock_that_comes_and_goes_ends_the_reloads() {
    let mut plugin = Plugin::new();
    for number in 0..20 {
        let kind = [ChangeKind::Created, ChangeKind::Removed][number % 2];
        plugin.changed(300 * MS, "busy.lock", kind, false);
    }
    assert_eq!(plugin.reloads, PATIENCE);
    for _ in 0..10 {
        let verdict = plugin.changed(9 * SECOND, "a.py", ChangeKind::Removed, false);
        assert_eq!(verdict, Verdict::Saved);
    }
}

#[test]
fn what_the_plugin_deals_with_itself_goes_on() {
    let mut plugin = Plugin::new();
    for _ in 0..20 {
        assert_eq!(plugin.wrote(SECOND, "data.json"), Verdict::Saved);
        plugin.known.handled(plugin.now, plugin.now, false);
    }
}
