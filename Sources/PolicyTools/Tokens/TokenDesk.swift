package import Foundation
import PolicyDocument
import PolicyPlan
import WebSocketPolicyJWT
import WebSocketProtocol

/// Makes development tokens by a policy, and says what tokens hold.
package enum TokenDesk {
    package typealias Problem = EngineLoader.Problem

    /// A token that is asked for, in the words of the command line.
    package struct Request {
        package var policy: String
        package var subject: String?
        package var claims: [String]
        package var expires: String
        package var algorithm: String?
        package var route: String?
        package var keyID: String?
        package var privateKey: String?

        package init(
            policy: String,
            subject: String? = nil,
            claims: [String] = [],
            expires: String = "1h",
            algorithm: String? = nil,
            route: String? = nil,
            keyID: String? = nil,
            privateKey: String? = nil
        ) {
            self.policy = policy
            self.subject = subject
            self.claims = claims
            self.expires = expires
            self.algorithm = algorithm
            self.route = route
            self.keyID = keyID
            self.privateKey = privateKey
        }
    }

    /// What an inspection found.
    package struct Report {
        package let text: String
        /// Whether it is a token, and accepted by the policy where there is one.
        package let isAccepted: Bool
    }

    /// A token that the policy accepts.
    ///
    /// - Parameters:
    ///   - request: what is asked for.
    ///   - now: seconds since 1970.
    ///   - environment: where keys by `env` come from.
    ///   - fetch: gets the key sets that the policy names by address, if there are any.
    /// - Returns: the compact form.
    /// - Throws: `Problem` for a wrong policy, a wrong request, or a key that cannot be had.
    package static func mint(
        _ request: Request,
        now: Int64,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        fetch: KeySetFetch = .nobody
    ) throws(Problem) -> String {
        let (plan, _) = try EngineLoader.plan(path: request.policy)
        guard let lifetime = seconds(request.expires) else {
            throw .other("`\(request.expires)` is no duration such as 90s, 15m, 1h or 7d")
        }
        var claims: [TokenMint.Claim] = []
        for claim in request.claims {
            guard let place = claim.firstIndex(of: "="), place > claim.startIndex else {
                throw .other("`\(claim)` is not written as name=value")
            }
            claims.append(
                TokenMint.Claim(name: String(claim[..<place]), value: json(String(claim[claim.index(after: place)...])))
            )
        }
        var privateKey: [UInt8]?
        if let path = request.privateKey {
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw .other("`\(path)` cannot be read")
            }
            privateKey = Array(bytes)
        }
        let sources = EngineLoader.keySources(environment, try fetch.copies(for: plan))
        do throws(TokenMint.Problem) {
            let mint = try TokenMint(
                plan: plan,
                route: request.route,
                algorithm: request.algorithm,
                privateKey: privateKey,
                sources: sources
            )
            return try mint.token(
                subject: request.subject.map(json),
                claims: claims,
                now: now,
                lifetime: lifetime,
                id: request.keyID
            )
        } catch {
            throw .other(error.message)
        }
    }

    /// What a token says, and what a policy says of it.
    ///
    /// - Parameters:
    ///   - token: its text.
    ///   - policy: a policy or plan; nil to look only.
    ///   - now: the moment.
    ///   - environment: where keys by `env` come from.
    ///   - fetch: gets the key sets that the policy names by address, if there are any.
    /// - Returns: text for a person.
    /// - Throws: `Problem` for a wrong policy, or a key that cannot be had.
    package static func inspect(
        _ token: String,
        policy: String?,
        now: Date,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        fetch: KeySetFetch = .nobody
    ) throws(Problem) -> Report {
        let inspection = TokenInspection(token)
        if let problem = inspection.problem { return Report(text: problem, isAccepted: false) }
        var lines = ["header  \(inspection.header ?? "not UTF-8")", "claims  \(inspection.claims ?? "not UTF-8")"]
        for date in inspection.dates { lines.append("\(date.name)     \(Self.text(date.seconds, now))") }
        guard let policy else {
            lines.append("policy  none was given: the signature is not checked")
            return Report(text: lines.joined(separator: "\n"), isAccepted: true)
        }
        let (plan, _) = try EngineLoader.plan(path: policy)
        let sources = EngineLoader.keySources(environment, try fetch.copies(for: plan))
        var isAccepted = true
        do throws(KeyError) {
            let verdicts = try TokenInspection.verdicts(
                on: token,
                plan: plan,
                sources: sources,
                unixNanoseconds: Int64(now.timeIntervalSince1970 * 1_000_000) * 1000
            )
            if verdicts.isEmpty { lines.append("policy  checks no token") }
            for verdict in verdicts {
                let route = verdict.route.isEmpty ? "" : " on \(verdict.route)"
                if let refusal = verdict.refusal {
                    isAccepted = false
                    lines.append("policy  \(refusal.violation.name)\(route): \(refusal.detail)")
                } else {
                    lines.append("policy  accepted\(route)")
                }
            }
        } catch {
            throw .other(error.message)
        }
        return Report(text: lines.joined(separator: "\n"), isAccepted: isAccepted)
    }

    /// A value as JSON: what is JSON already, and every other text as a string.
    private static func json(_ text: String) -> String {
        var diagnostics = Diagnostics()
        let file = SourceFile(id: FileID(index: 0), path: "value", bytes: Array(text.utf8))
        let isJSON = DocumentReader.readJSON(file, diagnostics: &diagnostics) != nil && diagnostics.all.isEmpty
        return isJSON ? text : TokenMint.quoted(text)
    }

    /// A duration as `90s`, `15m`, `1h` or `7d`, in seconds.
    static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()) else { return nil }
        let (seconds, isTooLong) = count.multipliedReportingOverflow(by: unit)
        return isTooLong || seconds.magnitude > 1 << 40 ? nil : seconds
    }

    private static func text(_ seconds: Int64, _ now: Date) -> String {
        let date = Date(timeIntervalSince1970: Double(seconds))
        let away = seconds - Int64(now.timeIntervalSince1970)
        let amount =
            switch away.magnitude {
            case ..<120: "\(away.magnitude) s"
            case ..<7200: "\(away.magnitude / 60) min"
            case ..<172_800: "\(away.magnitude / 3600) h"
            default: "\(away.magnitude / 86_400) d"
            }
        if away == 0 { return "\(date.formatted(.iso8601)), now" }
        return "\(date.formatted(.iso8601)), \(away < 0 ? "\(amount) ago" : "in \(amount)")"
    }
}
