//! The summary on top of a refused form names every field by its own label, in the order of the form.
//!
//! Templates write the summary before the fields, when nobody knows yet what they are called and in which
//! order they stand. So it is put right afterwards, in one place for all forms: a label is read where it
//! stands, and cannot differ from it. What no field of the page answers to stays as it was, at the end.

/// Around the list of what is wrong …
const BEGIN: &str = "<!--faults-->";
const END: &str = "<!--/faults-->";
/// … and around the words for a field in each of its lines.
const OF: &str = "<!--of-->";
const OVER: &str = "<!--/of-->";

/// The page, with its summaries put right.
pub(crate) fn in_order(html: String) -> String {
    let Some((head, rest)) = html.split_once(BEGIN) else { return html };
    let Some((list, form)) = rest.split_once(END) else { return html };
    let mut lines: Vec<(usize, String)> =
        list.split("<li>").skip(1).map(|x| line(x, form)).collect();
    lines.sort_by_key(|x| x.0);
    let lines: String = lines.into_iter().map(|x| format!("<li>{}", x.1)).collect();
    format!("{head}{lines}{}", in_order(form.to_owned()))
}

/// Where the field of a line stands, and the line with its label.
fn line(line: &str, form: &str) -> (usize, String) {
    let name = within(line, "href=\"#", "\"").unwrap_or_default();
    let at = form.find(&format!(" id=\"{name}\""));
    let Some((before, rest)) = line.split_once(OF) else {
        return (usize::MAX, line.to_owned());
    };
    let (known, words) = rest.split_once(OVER).unwrap_or(("", rest));
    let label = at.and_then(|at| label(form, name, at)).map(|x| format!("{x}: "));
    let label = label.unwrap_or_else(|| known.to_owned());
    (at.unwrap_or(usize::MAX), format!("{before}{label}{words}"))
}

/// What the form calls the field `name`, whose id stands at `at`: the legend over what is chosen, else
/// its label.
fn label(form: &str, name: &str, at: usize) -> Option<String> {
    let set = form[..at].rfind("<fieldset").filter(|x| !form[*x..at].contains("</fieldset>"));
    let tag = &form[form[..at].rfind('<')?..];
    let tag = &tag[..tag.find('>')?];
    let chosen = tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"");
    let found = match set {
        Some(set) if chosen || tag.starts_with("<fieldset") => {
            within(&form[set..], "<legend>", "</legend>")
        }
        _ => within(form, &format!("<label for=\"{name}\">"), "</label>"),
    };
    found.map(said).filter(|x| !x.is_empty())
}

fn within<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    Some(text.split_once(from)?.1.split_once(to)?.0)
}

/// A label without its marks: the words alone, as they are escaped.
fn said(label: &str) -> String {
    let label = label.split("<span class=\"optional\">").next().unwrap_or(label);
    let pieces = label.split('<').enumerate();
    let words: String = pieces
        .map(|(n, piece)| match n {
            0 => piece,
            _ => piece.split_once('>').map_or("", |x| x.1),
        })
        .collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    words.trim_end_matches(['?', ':', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_as_the_form_names_them_and_in_its_order() {
        let item = |name: &str, known: &str| {
            format!("<li><a href=\"#{name}\">{OF}{known}{OVER}заполните</a></li>")
        };
        let list = [
            item("lost", "Прочее: "),
            item("yes", ""),
            item("way", "Путь: "),
            item("why", "Причина: "),
        ];
        let form = "<label for=\"why\">Что случилось? <span class=\"optional\">(можно)</span></label>\
             <textarea id=\"why\"></textarea>\
             <fieldset class=\"field\"><legend>Как &amp; где</legend><label><input type=\"radio\" id=\"way\">\
             Первый</label></fieldset>\
             <input type=\"checkbox\" id=\"yes\"><label for=\"yes\">Согласен на \
             <a href=\"/x\">обработку</a></label>";
        let page = format!("<ul>{BEGIN}{}{END}</ul>{form}", list.concat());
        let line = |name: &str, words: &str| {
            format!("<li><a href=\"#{name}\">{words}: заполните</a></li>")
        };
        let right = [
            line("why", "Что случилось"),
            line("way", "Как &amp; где"),
            line("yes", "Согласен на обработку"),
            line("lost", "Прочее"),
        ];
        assert_eq!(in_order(page), format!("<ul>{}</ul>{form}", right.concat()));
        assert_eq!(in_order("<p>Ничего".to_owned()), "<p>Ничего");
    }
}
