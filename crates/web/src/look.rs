//! How a person wants the pages to look: kept in one cookie, printed as attributes of `<html>`.

/// A setting whose few values stand in the cookie and in the page under the same short names.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name { #[default] $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All values, the usual one first.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As in the cookie, the form and the page.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads a value; anything else is the usual one.
            pub fn parse(text: &str) -> Self {
                Self::ALL.iter().copied().find(|x| x.as_str() == text).unwrap_or_default()
            }
        }
    };
}

choice!(
    /// Light or dark.
    Theme {
        /// As the device says.
        Auto = "auto",
        /// Light.
        Light = "light",
        /// Dark.
        Dark = "dark",
    }
);
choice!(
    /// The version for people with low vision.
    Vision {
        /// The usual version.
        Usual = "off",
        /// Large type, high contrast, no pictures.
        Large = "large",
    }
);
choice!(
    /// Size of the large type.
    Size {
        /// One and a quarter.
        One = "1",
        /// One and a half.
        Two = "2",
        /// Double.
        Three = "3",
    }
);
choice!(
    /// Colours of the low-vision version.
    Scheme {
        /// Black on white.
        White = "white",
        /// White on black.
        Black = "black",
        /// Dark blue on light blue.
        Blue = "blue",
    }
);
choice!(
    /// Space between letters and lines.
    Spacing {
        /// Usual.
        Normal = "normal",
        /// Wide.
        Wide = "wide",
    }
);
choice!(
    /// The typeface of the low-vision version.
    Font {
        /// Without serifs.
        Sans = "sans",
        /// With serifs.
        Serif = "serif",
    }
);

/// How a person wants the pages to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Light or dark.
    pub theme: Theme,
    /// The low-vision version.
    pub vision: Vision,
    /// Its size of type.
    pub size: Size,
    /// Its colours.
    pub scheme: Scheme,
    /// Its spacing.
    pub spacing: Spacing,
    /// Its typeface.
    pub font: Font,
}

impl Look {
    /// Reads the cookie; unknown parts are the usual ones.
    pub fn parse(cookie: &str) -> Self {
        let mut parts = cookie.split('.');
        let mut part = || parts.next().unwrap_or_default();
        Self {
            theme: Theme::parse(part()),
            vision: Vision::parse(part()),
            size: Size::parse(part()),
            scheme: Scheme::parse(part()),
            spacing: Spacing::parse(part()),
            font: Font::parse(part()),
        }
    }

    /// The cookie's text.
    pub fn cookie(self) -> String {
        let parts = [
            self.theme.as_str(),
            self.vision.as_str(),
            self.size.as_str(),
            self.scheme.as_str(),
            self.spacing.as_str(),
            self.font.as_str(),
        ];
        parts.join(".")
    }

    /// Whether the low-vision version is on.
    pub fn large(self) -> bool {
        self.vision == Vision::Large
    }

    /// Whether something is set that stands folded away in the panel of the low-vision version.
    pub fn has_more(self) -> bool {
        self.spacing != Spacing::default() || self.font != Font::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_survives_its_cookie_and_nonsense_is_the_usual_look() {
        let look = Look {
            theme: Theme::Dark,
            vision: Vision::Large,
            size: Size::Three,
            ..Look::default()
        };
        assert_eq!(Look::parse(&look.cookie()), look);
        assert_eq!(Look::parse("<script>..9"), Look::default());
    }
}
