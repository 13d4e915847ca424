package import PolicyDocument

/// `origins`: which sites' pages may open a WebSocket (RFC 6454, RFC 6455 §10.2).
package struct OriginsSection: Sendable {
    package enum Absent: String, Sendable, CaseIterable {
        case deny, allowWithoutCookies, allow
    }

    package var head: SectionHead
    /// `origins: any`: every site; set where the author wrote just that word.
    package var any: Located<Bool>?
    package var allow: Located<[Located<OriginPattern>]>?
    package var sameOrigin: Located<Bool>?
    package var absent: Located<Absent>?

    package init(head: SectionHead) {
        self.head = head
    }
}

/// One entry of `origins.allow`, parsed.
package struct OriginPattern: Sendable, Equatable {
    package enum Host: Sendable, Equatable {
        /// A whole host, lower-case A-labels; an IPv6 address in canonical text inside brackets.
        case exact(String)
        /// `*.suffix`: exactly one label before the suffix.
        case oneLabel(suffix: String)
        /// `**.suffix`: one or more labels before the suffix.
        case labels(suffix: String)
        /// `scheme://*`: every host of a scheme (extensions).
        case every
    }

    package enum Port: Sendable, Equatable {
        /// The scheme's default, or none where the scheme has none.
        case standard
        case exact(UInt16)
        /// `:*`
        case every
    }

    package enum Form: Sendable, Equatable {
        case tuple(scheme: String, host: Host, port: Port)
        /// `null`, as sandboxed frames send it.
        case null
        /// `file:`: `file://` without a host.
        case file
        /// `*`: every site.
        case everySite
    }

    package let form: Form
    /// As the author wrote it.
    package let written: String
    /// Set where something after the port was dropped (`https://a.example/`), which a rule reports.
    package let hadPath: Bool
    /// The host before its conversion to A-labels, where it was Unicode.
    package let unicodeHost: String?

    package init(form: Form, written: String, hadPath: Bool = false, unicodeHost: String? = nil) {
        self.form = form
        self.written = written
        self.hadPath = hadPath
        self.unicodeHost = unicodeHost
    }
}
