//! Programs that are let through, and those that are refused.

use super::*;

const MOST: u64 = 1 << 20;

fn refused(code: &[u8]) -> String {
    match check(code, 0, MOST) {
        Ok(()) => panic!("it was let through: {code:x?}"),
        Err(Refused::Bound(text) | Refused::Forbidden(text)) => text,
    }
}

fn text(text: &str) -> Vec<u8> {
    let mut code = vec![0x8c, text.len() as u8];
    code.extend_from_slice(text.as_bytes());
    code
}

fn named(module: &str, name: &str) -> Vec<u8> {
    [text(module), text(name), vec![0x93]].concat()
}

fn program(parts: &[&[u8]]) -> Vec<u8> {
    [&[0x80, 5], &parts.concat()[..], b"."].concat()
}

#[test]
fn names_that_are_not_listed_and_steps_that_are_not_written_are_refused() {
    for (module, name) in [("builtins", "eval"), ("os", "system"), ("builtins", "type")] {
        let code = program(&[&named(module, name), b")R"]);
        assert!(refused(&code).contains("may not cross"), "{module}.{name}");
    }
    // GLOBAL, INST, OBJ, NEWOBJ, NEWOBJ_EX, BUILD, PERSID, BINPERSID, EXT1, DUP, PUT.
    for step in [
        b'c', b'i', b'o', 0x81, 0x92, b'b', b'P', b'Q', 0x82, b'2', b'p', b'q',
    ] {
        assert!(refused(&program(&[b"NN", &[step]])).contains("not allowed"));
    }
    assert!(refused(&[0x80, 2, b'N', b'.']).contains("not allowed"));
}

#[test]
fn classes_are_not_changed_and_containers_take_no_commands() {
    let path = named("pathlib", "PurePath");
    // A call of a value, items for a class, a call of an instance.
    refused(&program(&[
        &named("builtins", "bytes"),
        b"J\0\0\0\x7f\x85R",
    ]));
    refused(&program(&[&path, b"NNs"]));
    refused(&program(&[&path, b"Na"]));
    refused(&program(&[&path, b")R)R"]));
    refused(&program(&[&path, b"NR"]));
    // What would be iterated without an end.
    let range = [&named("builtins", "range")[..], b"J\0\0\0\x7f\x85R"].concat();
    check(&program(&[&range]), 0, MOST).unwrap();
    refused(&program(&[
        &named("collections", "deque"),
        &range,
        b"\x85R",
    ]));
    let theirs = [&named("_lichtfeld_crossing", "_theirs")[..], b"K\x01\x85R"].concat();
    check(&program(&[b"]", &theirs, b"a"]), 0, MOST).unwrap();
    refused(&program(&[
        &named("collections", "Counter"),
        b"(",
        &theirs,
        b"tR",
    ]));
}

#[test]
fn depth_and_number_of_values_are_bounded() {
    let deep = |count: usize| program(&[b")", &vec![0x85; count]]);
    check(&deep(999), 0, MOST).unwrap();
    assert!(refused(&deep(1000)).contains("1000 deep"));
    // The same by what was kept.
    let kept: Vec<u8> = (0..1000_u32)
        .flat_map(|number| [&[0x94, b'0', b'j'][..], &number.to_le_bytes(), &[0x85]].concat())
        .collect();
    assert!(refused(&program(&[b")", &kept])).contains("1000 deep"));
    let many = program(&[b"(", &b"N".repeat(70_000), b"t"]);
    assert!(refused(&many).starts_with("more than 65536 values"));
}

#[test]
fn damaged_programs_are_refused() {
    for code in [
        &b""[..],
        b"\x80\x05",
        b"\x80\x05.",
        b"\x80\x05N",
        b"\x80\x05t.",
        b"\x80\x05h\0.",
        b"\x80\x05\x94.",
        b"\x80\x05(N\x85(a.",
        b"\x80\x05\x8e\xff\xff\xff\xff\xff\xff\xff\xff.",
        b"\x80\x05\x97.",
    ] {
        refused(code);
    }
}

#[test]
fn lengths_that_do_not_fit_are_refused() {
    let body = |numbers: &[u64]| {
        let numbers = numbers.iter().flat_map(|number| number.to_le_bytes());
        numbers.chain(*b"\x80\x05N.").collect::<Vec<u8>>()
    };
    assert_eq!(parts(&body(&[1, 4]), MOST), Ok(vec![(16, 4)]));
    for numbers in [&[][..], &[0], &[1, 5], &[2, 4], &[1, u64::MAX], &[u64::MAX]] {
        assert!(parts(&body(numbers), MOST).is_err(), "{numbers:?}");
    }
    let many = parts(&body(&[5000]), MOST);
    assert!(matches!(many, Err(Refused::Bound(_))), "{many:?}");
}
