/// Patterns that come together under a name, for `messages.forbid`.
package struct ForbiddenPack: Sendable {
    package enum Kind: Sendable {
        case names, strings
    }

    package let name: String
    package let kind: Kind
    /// What it is, and what it is not.
    package let summary: String
    /// In which mode it is unless the policy says otherwise.
    package let mode: Mode
    package let patterns: [String]

    package static let all = [nosqlOperators, prototypePollution, sqlInjection, scriptInjection]

    /// Names of members that a database takes for operators.
    package static let nosqlOperators = ForbiddenPack(
        name: "nosql-operators",
        kind: .names,
        summary: "member names that begin with `$`, which MongoDB and its kin take for operators",
        mode: .enforce,
        patterns: ["^\\$"]
    )

    /// Names that reach a JavaScript object's prototype.
    package static let prototypePollution = ForbiddenPack(
        name: "prototype-pollution",
        kind: .names,
        summary:
            "`__proto__`, `constructor` and `prototype`, by which careless merging changes every object of a JavaScript program",
        mode: .enforce,
        patterns: ["^__proto__$", "^constructor$", "^prototype$"]
    )

    /// Texts as attackers of databases write them: a net with holes.
    package static let sqlInjection = ForbiddenPack(
        name: "sql-injection",
        kind: .strings,
        summary:
            "texts that look like SQL behind a closed string; a net with holes, no replacement for bound parameters",
        mode: .observe,
        patterns: [
            "['\"]\\s*([oO][rR]|[aA][nN][dD])\\s+['\"]?\\w+['\"]?\\s*(=|<|>|[lL][iI][kK][eE])",
            "\\b[uU][nN][iI][oO][nN]\\s+([aA][lL][lL]\\s+)?[sS][eE][lL][eE][cC][tT]\\b",
            "['\"]\\s*\\)*\\s*;\\s*([dD][rR][oO][pP]|[dD][eE][lL][eE][tT][eE]|[iI][nN][sS][eE][rR][tT]|[uU][pP][dD][aA][tT][eE]|[aA][lL][tT][eE][rR])\\s",
            "['\"]\\s*\\)*\\s*(--|#|/\\*)",
            "\\b([sS][lL][eE][eE][pP]|[bB][eE][nN][cC][hH][mM][aA][rR][kK]|[pP][gG]_[sS][lL][eE][eE][pP])\\s*\\(\\s*[0-9]",
            "\\b[wW][aA][iI][tT][fF][oO][rR]\\s+[dD][eE][lL][aA][yY]\\b",
        ]
    )

    /// Texts that a careless page runs: a net with holes.
    package static let scriptInjection = ForbiddenPack(
        name: "script-injection",
        kind: .strings,
        summary:
            "texts with script elements, event attributes or `javascript:`; a net with holes, no replacement for escaping what a page shows",
        mode: .observe,
        patterns: [
            "<\\s*/?\\s*[sS][cC][rR][iI][pP][tT]\\b",
            "<\\s*([iI][fF][rR][aA][mM][eE]|[oO][bB][jJ][eE][cC][tT]|[eE][mM][bB][eE][dD])\\b",
            "<[a-zA-Z][^<>]*\\s[oO][nN][a-zA-Z]{3,20}\\s*=",
            "\\b[jJ][aA][vV][aA][sS][cC][rR][iI][pP][tT]\\s*:",
            "\\b[dD][aA][tT][aA]\\s*:\\s*[tT][eE][xX][tT]/[hH][tT][mM][lL]",
        ]
    )
}
