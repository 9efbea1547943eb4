//! `lichtfeld-plugins migrate DIR`: an older manifest in today's form, after showing the difference.

use crate::exit_status::{MISUSE, OK, WRONG};
use crate::output::Streams;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::migrate::{self, MigrateError, Migration};
use lichtfeld_manifest::{Code, MANIFEST_FILE, OLDEST_MANIFEST_FILE, Style};
use lichtfeld_runtime::with_causes;
use lichtfeld_system::files::write_atomic;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The plugin's directory.
    dir: Utf8PathBuf,
    /// Only show the difference; the exit status is 1 if there is one.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: &Args, streams: &mut Streams<'_>) -> i32 {
    if !args.dir.is_dir() {
        streams.note(format!(
            "error: {} is not a directory; give the plugin's directory",
            args.dir
        ));
        return MISUSE;
    }
    let (migration, target) = match migrated(&args.dir, streams) {
        Ok(migrated) => migrated,
        Err(status) => return status,
    };
    if !migration.is_needed() {
        streams.line(format!("{target} has today's form already"));
        return OK;
    }
    streams.line(migration.diff.trim_end());
    for note in &migration.notes {
        streams.note(format!("note: {note}"));
    }
    if args.check {
        streams.note("nothing was written; leave out `--check` to write it");
        return WRONG;
    }
    if let Err(error) = write_atomic(&target, migration.text.as_bytes()) {
        streams.note(format!("error: {}", with_causes(&error)));
        if let Some(hint) = error.hint() {
            streams.note(hint);
        }
        return WRONG;
    }
    streams.line(format!("wrote {target}"));
    OK
}

/// Returns the migration and the file to write. If that fails, prints why and returns an exit status.
fn migrated(dir: &Utf8Path, streams: &mut Streams<'_>) -> Result<(Migration, Utf8PathBuf), i32> {
    let style = if streams.colour {
        Style::Colored
    } else {
        Style::Plain
    };
    let manifest = dir.join(MANIFEST_FILE);
    let oldest = dir.join(OLDEST_MANIFEST_FILE);
    let parsed = lichtfeld_manifest::read(dir);
    let only_oldest = parsed
        .diagnostics()
        .iter()
        .any(|found| found.code == Code::OldestForm);
    if !parsed.is_plugin() {
        streams.note(parsed.render(style));
        if oldest.exists() {
            streams.note(format!(
                "{manifest} is another project's: it would have to be merged with {oldest} by hand"
            ));
        }
        return Err(WRONG);
    }
    let (source, result) = if only_oldest {
        let text = text_of(&oldest, streams)?;
        let result = migrate::plugin_toml(&text, &oldest);
        (text, result)
    } else if parsed.source().is_empty() && parsed.manifest().is_none() {
        // It could not even be read.
        streams.note(parsed.render(style));
        return Err(WRONG);
    } else {
        let text = text_of(&manifest, streams)?;
        let result = migrate::pyproject(&text, &manifest);
        (text, result)
    };
    match result {
        // The target of a linked manifest is changed; the link stays.
        Ok(migration) => Ok((migration, manifest.canonicalize_utf8().unwrap_or(manifest))),
        Err(error) => {
            print_error(&error, &source, style, streams);
            Err(WRONG)
        }
    }
}

fn text_of(path: &Utf8Path, streams: &mut Streams<'_>) -> Result<String, i32> {
    std::fs::read_to_string(path).map_err(|error| {
        streams.note(format!("error: {path}: {error}"));
        WRONG
    })
}

fn print_error(error: &MigrateError, source: &str, style: Style, streams: &mut Streams<'_>) {
    let drawn = match error {
        MigrateError::Manifest(lichtfeld_manifest::ManifestError::Invalid {
            diagnostics, ..
        }) => lichtfeld_manifest::render_all(diagnostics, source, style),
        MigrateError::Result { diagnostics, text } => {
            lichtfeld_manifest::render_all(diagnostics, text, style)
        }
        other => format!("error: {other}"),
    };
    streams.note(drawn);
    if let Some(hint) = error.hint() {
        streams.note(hint);
    }
}
