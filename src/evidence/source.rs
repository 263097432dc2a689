//! Source code and manuals: what their strings, comments and advice quote is nobody's error.
//!
//! A text is source as a whole, by the form of its lines: threads hold prose and answers beside their code, and there both count.

/// Longer texts are no files of source that somebody wrote.
const LIMIT: usize = 1 << 20;

/// So many lines tell what a text is.
const LINES: usize = 20;

/// So many of them have to be statements, and so many in a hundred code.
const STATEMENTS: usize = 3;
const SHARE: usize = 90;

/// The text without its lines of code, where it is source; `None` where it is not.
pub(super) fn without_code(text: &str) -> Option<String> {
    let lines = Some(text).filter(|text| text.len() <= LIMIT).map(forms)?;
    let all = lines.iter().filter(|(_, form)| *form != Form::Blank).count();
    let code = lines.iter().filter(|(_, form)| matches!(form, Form::Statement | Form::Code)).count();
    let statements = lines.iter().filter(|(_, form)| *form == Form::Statement).count();
    let is_source = all >= LINES && statements >= STATEMENTS && code * 100 >= all * SHARE;
    let kept = |(line, form): &(&str, Form)| match form {
        Form::Statement | Form::Code => "\n".to_owned(),
        Form::Other if line.contains(['"', '\'']) => "\n".to_owned(),
        Form::Blank | Form::Data | Form::Other => format!("{line}\n"),
    };
    is_source.then(|| lines.iter().map(kept).collect())
}

/// Whether words are quoted in a sentence that speaks to its reader, as manuals do: people who ask speak of themselves.
pub(super) fn is_advice(before: &str) -> bool {
    /// No sentence that says whose error it quotes is longer.
    const NEAR: usize = 400;
    let near = &before[before.ceil_char_boundary(before.len().saturating_sub(NEAR))..];
    let line = near.rsplit('\n').next().unwrap_or_default();
    // Messages themselves speak to their reader.
    let Some(quote) = line.rfind(['"', '\'', '`', '\u{201c}', '\u{2018}', '*', ':', '>']) else {
        return false;
    };
    let said = line[..quote].to_ascii_lowercase();
    let has = |words: &[&str]| said.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word));
    has(&["you", "your"]) && !has(&["i", "me", "my", "we", "us", "our"])
}

/// What a line is by its form.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Form {
    Blank,
    /// The end of a statement, or the head of a block.
    Statement,
    /// Any other line of code, or a comment.
    Code,
    /// A member of an object in JSON.
    Data,
    /// Prose, the output of a program.
    Other,
}

/// The lines of a text with their forms. Python keeps its comments in strings of several lines.
fn forms(text: &str) -> Vec<(&str, Form)> {
    const MARK: &str = "\"\"\"";
    let mut is_within = false;
    let with_form = |line| {
        let marks = str::matches(line, MARK).count();
        let was_within = is_within;
        is_within ^= marks % 2 == 1;
        let is_comment = was_within || marks > 0;
        let form = form(line.trim());
        (line, if is_comment && form != Form::Blank { Form::Code } else { form })
    };
    text.lines().map(with_form).collect()
}

fn form(line: &str) -> Form {
    const COMMENTS: [&str; 4] = ["//", "/*", "*/", "#"];
    const HEADS: [&str; 4] = ["def ", "class ", "import ", "from "];
    const WORDS: [&str; 5] = ["return", "let ", "const ", "var ", "pub "];
    let starts = |words: &[&str]| words.iter().any(|word| line.starts_with(word));
    let is_member = line.starts_with('"') && line.contains("\":");
    match line.chars().next_back() {
        None => Form::Blank,
        Some(_) if starts(&COMMENTS) || line == "*" || line.starts_with("* ") => Form::Code,
        Some(_) if is_member => Form::Data,
        Some(';') => Form::Statement,
        Some(_) if starts(&HEADS) => Form::Statement,
        Some(last) if "{}()[],\\".contains(last) => Form::Code,
        Some(_) if starts(&WORDS) || line.starts_with(['.', '@', '|', '?', '+']) => Form::Code,
        Some(':') => Form::Code,
        Some(_) if line.contains(" = ") || line.contains(" => ") => Form::Code,
        Some(_) => Form::Other,
    }
}

#[cfg(test)]
mod tests {
    use crate::evidence::read;

    const MESSAGE: &str = "The request signature we calculated does not match the signature you provided.";

    /// As much code around a line as makes a file.
    fn source(line: &str) -> String {
        let code = "    let a = b(c);\n    if a {\n        d();\n    }\n";
        format!("use x::y;\n\nfn f() {{\n{}{line}\n{}}}\n", code.repeat(4), code.repeat(4))
    }

    #[test]
    fn what_source_code_quotes_is_nobodys_error() {
        for line in [
            &format!("    /// {MESSAGE}"),
            &format!("    return Err(\"{MESSAGE}\");"),
            &format!("    // {MESSAGE}"),
            "    assert_eq!(\n        text,\n        \"<Error><Code>SignatureDoesNotMatch</Code></Error>\"\n    );",
            "    let text = r#\"AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\nf536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59\"#;",
        ] {
            assert!(read(source(line).as_bytes()).is_err(), "{line}");
        }
        let python =
            format!("import a\n\ndef f(b):\n    \"\"\"\n    {MESSAGE}\n    \"\"\"\n    c = d\n    e(c)\n");
        assert!(read(python.repeat(5).as_bytes()).is_err());
    }

    #[test]
    fn an_error_beside_code_is_somebodys() {
        for line in [
            format!("Error: {MESSAGE}"),
            format!("<Error><Code>SignatureDoesNotMatch</Code><Message>{MESSAGE}</Message></Error>"),
            format!("{{\n\"message\": \"{MESSAGE}\"\n}}"),
        ] {
            assert!(read(source(&line).as_bytes()).is_ok(), "{line}");
        }
        let few = format!("client.get(url);\n// {MESSAGE}\n");
        assert!(read(few.as_bytes()).is_ok(), "a few lines are no file");
    }

    #[test]
    fn advice_is_nobodys_error() {
        assert!(read(format!("If you get \"{MESSAGE}\", check the clock.").as_bytes()).is_err());
        assert!(read(format!("I get \"{MESSAGE}\" when I use your library.").as_bytes()).is_ok());
        assert!(read(format!("If you get an error.\n{MESSAGE}").as_bytes()).is_ok());
        let both = format!("When you see \"{MESSAGE}\", ask.\nMine: {MESSAGE}\n");
        assert!(read(both.as_bytes()).is_ok(), "the second is somebody's");
    }
}
