//! Just enough reading of HTML to fill in our own forms.

/// A form as a browser would send it: the values the page shows, and what the test changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledForm {
    /// Where it goes.
    pub action: String,
    /// Names and values in the page's order, hidden ones too; unticked boxes are not there.
    pub fields: Vec<(String, String)>,
    /// The words of its buttons with their name and value.
    pub buttons: Vec<(String, String, String)>,
}

impl FilledForm {
    /// The value of `name`; empty when there is none.
    pub fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|x| x.0 == name).map_or("", |x| &x.1)
    }

    /// Types `value` into `name`, ticks it, chooses it.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|x| x.0 != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves `name` empty or unticked.
    #[must_use]
    pub fn unset(mut self, name: &str) -> Self {
        self.fields.retain(|x| x.0 != name);
        self
    }

    /// Presses the button with these words.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn press(self, words: &str) -> Self {
        let button = self.buttons.iter().find(|x| x.0.contains(words)).cloned();
        let (_, name, value) =
            button.unwrap_or_else(|| panic!("no button «{words}» in {:?}", self.buttons));
        if name.is_empty() { self } else { self.set(&name, &value) }
    }
}

/// A tag with its attributes, and the text up to the next tag.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, String)>,
    text: &'a str,
}

impl Tag<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|x| x.0 == name).map(|x| x.1.as_str())
    }

    fn owned(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }
}

pub(super) fn forms(html: &str, path: &str) -> Vec<FilledForm> {
    let tags = tags(html);
    let starts = tags.iter().enumerate().filter(|(_, x)| x.name == "form");
    starts.map(|(start, form)| filled(form, &tags[start + 1..], path)).collect()
}

fn filled(form: &Tag<'_>, rest: &[Tag<'_>], path: &str) -> FilledForm {
    let action = form.get("action").unwrap_or(path).to_owned();
    let mut filled = FilledForm { action, fields: vec![], buttons: vec![] };
    let end = rest.iter().position(|x| x.name == "/form").unwrap_or(rest.len());
    let mut select: Option<(String, Option<String>)> = None;
    for (at, tag) in rest[..end].iter().enumerate() {
        match tag.name {
            "input" => filled.fields.extend(input(tag)),
            "textarea" => {
                let text = unescape(tag.text.strip_prefix('\n').unwrap_or(tag.text));
                filled.fields.push((tag.owned("name"), text));
            }
            "button" => {
                let words: String = rest[at..end]
                    .iter()
                    .take_while(|x| x.name != "/button")
                    .map(|x| x.text)
                    .collect();
                filled.buttons.push((unescape(&words), tag.owned("name"), tag.owned("value")));
            }
            "select" => select = Some((tag.owned("name"), None)),
            "option" => {
                if let Some((_, chosen)) = &mut select
                    && (chosen.is_none() || tag.get("selected").is_some())
                {
                    let words = || unescape(tag.text.trim());
                    *chosen = Some(tag.get("value").map_or_else(words, str::to_owned));
                }
            }
            "/select" => {
                if let Some((name, Some(value))) = select.take() {
                    filled.fields.push((name, value));
                }
            }
            _ => {}
        }
    }
    filled
}

/// What an input sends.
fn input(tag: &Tag<'_>) -> Option<(String, String)> {
    let name = tag.get("name").filter(|x| !x.is_empty())?;
    let unticked =
        matches!(tag.get("type"), Some("radio" | "checkbox")) && tag.get("checked").is_none();
    let silent = matches!(tag.get("type"), Some("submit" | "button" | "file"));
    if unticked || silent || tag.get("disabled").is_some() {
        return None;
    }
    Some((name.to_owned(), tag.owned("value")))
}

pub(super) fn link(html: &str, words: &str) -> Option<String> {
    let tags = tags(html);
    tags.iter().enumerate().filter(|(_, x)| x.name == "a").find_map(|(at, tag)| {
        let inner: String =
            tags[at..].iter().take_while(|x| x.name != "/a").map(|x| x.text).collect();
        unescape(&inner).contains(words).then(|| tag.owned("href"))
    })
}

/// The text of a page with its white space folded.
pub(super) fn words(html: &str) -> String {
    let text: String = tags(html).iter().map(|x| x.text).collect::<Vec<_>>().join(" ");
    // What keeps a number whole at the end of a line is not seen.
    unescape(&text.split_whitespace().collect::<Vec<_>>().join(" ")).replace('\u{2060}', "")
}

fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |x| x.1);
            continue;
        }
        let name_end = rest.find(|x: char| x.is_whitespace() || x == '>').unwrap_or(rest.len());
        let (name, after) = rest.split_at(name_end);
        let (attributes, after) = attributes(after);
        let text = after.split('<').next().unwrap_or_default();
        found.push(Tag { name: name.trim_end_matches('/'), attributes, text });
        rest = after;
    }
    found
}

/// The attributes up to `>`, and what follows it.
fn attributes(mut rest: &str) -> (Vec<(&str, String)>, &str) {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start_matches(|x: char| x.is_whitespace() || x == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return (found, after);
        }
        let end =
            rest.find(|x: char| x.is_whitespace() || matches!(x, '=' | '>')).unwrap_or(rest.len());
        if end == rest.len() {
            return (found, "");
        }
        let (name, after) = rest.split_at(end);
        let quoted = after.strip_prefix("=\"").and_then(|x| x.split_once('"'));
        let (value, after) = quoted.unwrap_or(("", after.trim_start_matches('=')));
        found.push((name, unescape(value)));
        rest = after;
    }
}

fn unescape(text: &str) -> String {
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'")];
    let nbsp = text.replace("&nbsp;", "\u{a0}").replace("&#60;", "<").replace("&#62;", ">");
    let text = marks.iter().fold(nbsp, |text, (from, to)| text.replace(from, to));
    text.replace("&#38;", "&").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_filled_in_as_the_page_shows_it() {
        let html = r#"<form method="post" action="/x"><input type="hidden" name="key" value="a&amp;b">
            <input name="who" type="radio" value="1"><input name="who" type="radio" value="2" checked>
            <input type="checkbox" name="no" value="1"><textarea name="note">
one &lt; two</textarea><select name="s"><option value="p">P</option><option value="q" selected>Q</option></select>
            <button name="go" value="on">Go <b>on</b></button></form>"#;
        let form = &forms(html, "/")[0];
        assert_eq!(form.value("key"), "a&b");
        assert_eq!(form.value("who"), "2");
        assert_eq!(form.value("note"), "one < two");
        assert_eq!(form.value("s"), "q");
        assert!(form.fields.iter().all(|x| x.0 != "no"));
        assert_eq!(form.clone().press("Go on").value("go"), "on");
    }
}
