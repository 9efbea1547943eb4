//! What plugins ask of an application in C.

use crate::build::compiled;
use crate::{command, plugin};

const ASKS: &str = "
import lichtfeld as lf

def on_load():
    theme = lf.ui.theme()
    lf.log.info(theme.name, theme.palette.text, theme.is_dark)
    lf.log.info(lf.ui.open_folder_dialog('Where', '/home'), repr(lf.ui.open_video_file_dialog()))
    lf.ui.notify('nobody shows it')
    lf.ui.confirm_dialog('Sure?', 'Really?', ['Yes', 'No'], lambda label: lf.log.info('chosen', label))
";

#[test]
fn an_application_in_c_answers_now_and_later() {
    let scratch = tempfile::tempdir().unwrap();
    let Some(program) = compiled("requests.c", scratch.path()) else {
        return;
    };
    let plugins = scratch.path().join("plugins");
    plugin(&plugins, "asks", "shared", ASKS);
    let output = command(&program).arg(&plugins).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{out}\n{err}");
    let asked = "log: light (0.0, 0.0, 0.0, 1.0) False\nasks: folder: Where, from /home\nfile: Videos: mp4\n\
                 log: /data ''\n";
    let not_answered = "log: this application does not answer requests of the kind notify: the plugin goes \
                        on as if the user had cancelled\n";
    let question = "confirm: Really? [Yes] [No]\n";
    let expected =
        format!("{asked}{not_answered}{question}log: chosen Yes\n{asked}{question}withdrawn: 1\n");
    assert_eq!(out, expected, "{err}");
    let refused: Vec<&str> = err.lines().collect();
    assert_eq!(refused.len(), 3, "{err}");
    assert!(refused[0].contains("pallete"), "{err}");
    assert!(
        refused[1].starts_with("LR024: 'Maybe' is not a button"),
        "{err}"
    );
    assert!(
        refused[2].starts_with("LR024: request ") && refused[2].contains("is not open"),
        "{err}"
    );
}
