//! The last lines of a log that lies in several files.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// The largest number of lines that are returned.
pub const MOST_LINES: usize = 10_000;
/// How much is read at most: a line may be as long as its plugin likes.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// Returns the last lines of files, the newest file first; the oldest line is returned first.
///
/// A file that cannot be read counts as its end. The newest line may lack its end, if the process
/// that wrote it was killed; it is returned as it is. A line of which only the end is within the
/// bound is left out, unless it is all there is. Bytes that are not UTF-8 are replaced.
pub(super) fn read(files: Vec<File>, lines: usize) -> Vec<String> {
    let lines = lines.min(MOST_LINES);
    let mut left = MOST_BYTES;
    let mut found = VecDeque::new();
    for mut file in files {
        if found.len() >= lines || left == 0 {
            break;
        }
        let Ok((bytes, is_whole)) = end_of(&mut file, left) else {
            break;
        };
        left = left.saturating_sub(bytes.len() as u64);
        let text = String::from_utf8_lossy(&bytes);
        let mut newest_first: Vec<&str> = text.lines().rev().collect();
        if !is_whole && newest_first.len() + found.len() > 1 {
            newest_first.pop();
        }
        for line in newest_first.into_iter().take(lines - found.len()) {
            found.push_front(line.to_owned());
        }
    }
    found.into()
}

/// Reads at most the last `most` bytes. Returns them, and whether they are the whole file.
fn end_of(file: &mut File, most: u64) -> io::Result<(Vec<u8>, bool)> {
    let length = file.metadata()?.len();
    let from = length.saturating_sub(most);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    // Not to the end: another thread may write faster than this one reads.
    file.take(most).read_to_end(&mut bytes)?;
    Ok((bytes, from == 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(content: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        file
    }

    #[test]
    fn lines_of_older_files_come_first() {
        let read = |lines| read(vec![file(b"4\n5\n"), file(b"2\n3\n"), file(b"1\n")], lines);
        assert_eq!(read(3), ["3", "4", "5"]);
        assert_eq!(read(9), ["1", "2", "3", "4", "5"]);
        assert_eq!(read(2), ["4", "5"]);
        assert!(read(0).is_empty());
    }

    #[test]
    fn cut_lines_and_broken_text_are_no_obstacle() {
        assert_eq!(read(vec![file(b"a\nb\nhal")], 2), ["b", "hal"]);
        assert_eq!(
            read(vec![file(b"a\xff\xfe\r\nb\n")], 2),
            ["a\u{fffd}\u{fffd}", "b"]
        );
        assert_eq!(read(vec![file(b""), file(b"a\n")], 2), ["a"]);
        assert!(read(Vec::new(), 2).is_empty());
    }

    #[test]
    fn what_is_returned_is_bounded() {
        let most = usize::try_from(MOST_BYTES).unwrap();
        let mut long = vec![b'x'; most + 10];
        let only = read(vec![file(&long)], 5);
        assert_eq!((only.len(), only[0].len()), (1, most));
        long.extend(b"\nlast\n");
        assert_eq!(read(vec![file(&long), file(b"older\n")], 5), ["last"]);
        let many = "line\n".repeat(MOST_LINES + 5);
        assert_eq!(
            read(vec![file(many.as_bytes())], usize::MAX).len(),
            MOST_LINES
        );
    }
}
