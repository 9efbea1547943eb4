//! `lichtfeld-plugins new NAME`: a plugin to begin with.

use crate::exit_status::OK;
use crate::output::Streams;
use camino::Utf8PathBuf;
use lichtfeld_runtime::{Error, Manager, Template};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The plugin's name, such as `point_cleaner`.
    name: String,
    /// What it begins with.
    #[arg(long, default_value_t = Template::Panel, value_parser = template(), value_name = "TEMPLATE")]
    template: Template,
    /// The directory to make it in; the plugins directory if not given.
    #[arg(long, value_name = "DIR")]
    dir: Option<Utf8PathBuf>,
}

fn template() -> impl clap::builder::TypedValueParser<Value = Template> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(Template::ALL.map(Template::name))
        .try_map(|name| name.parse::<Template>())
}

pub(crate) fn run(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    let made = manager.create(&args.name, args.dir.as_deref(), args.template)?;
    streams.line(&made);
    if args.dir.is_none() {
        streams.note(format!(
            "hint: `lichtfeld-plugins load {}` loads it; the code is in __init__.py",
            args.name
        ));
    }
    Ok(OK)
}
