use super::*;

#[test]
fn every_table_is_read_and_no_name_stands_twice() {
    let mut names = Vec::new();
    for (table, text) in TABLES {
        let rows = notation::read(text).unwrap_or_else(|error| panic!("{table}: {error}"));
        names.extend(rows.into_iter().map(|row| row.id));
    }
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn the_text_of_a_row_reads_as_that_row() {
    for row in all() {
        let text = text(row.id).unwrap_or_else(|| panic!("{} has a text", row.id));
        let read = notation::read(text).unwrap();
        assert_eq!(read.len(), 1, "{}", row.id);
        assert_eq!(format!("{:?}", read[0]), format!("{row:?}"));
    }
}
