/// Every rule, in the order in which findings at one place are looked for; a test compares the list with the folder.
package enum LintRegistry {
    package static let rules: [any LintRule.Type] = [
        // Origins.
        MissingOrigins.self,
        OriginWithoutScheme.self,
        WildcardOrigin.self,
        NearScheme.self,
        OriginWithPath.self,
        InsecureOrigin.self,
        LoopbackInProduction.self,
        PublicSuffixOrigin.self,
        EveryExtension.self,
        NullOrigin.self,
        FileOrigin.self,
        CoveredOrigin.self,
        MixedScriptHost.self,
        TrailingDotHost.self,
        SameOriginWithoutHosts.self,
        // Origins beside tokens.
        CookieWithoutOrigins.self,
        AbsentOriginWithCookie.self,
        WildcardOriginWithCookie.self,
        // Tokens.
        LiteralSecret.self,
        AlgorithmsMissing.self,
        AlgorithmNone.self,
        MixedAlgorithms.self,
        TokenInQuery.self,
        OptionalExpiry.self,
        LargeClockSkew.self,
        LoneTokenSubprotocol.self,
        OptionalTLSWithToken.self,
        // Addresses.
        CoveredAddress.self,
        AddressWithHostBits.self,
        TrustedProxiesWithPeer.self,
        TrustEverybody.self,
        // Limits.
        UnlimitedMessage.self,
        LargeMessage.self,
        DefaultMessageSize.self,
        MissingMessageRate.self,
        RateWorstCase.self,
        LongWindow.self,
        BatchAboveBurst.self,
        UnboundedDeliverClose.self,
        // Messages.
        UnboundedString.self,
        UnboundedArray.self,
        OpenObject.self,
        ClosedBesideReference.self,
        UnreachableBranch.self,
        CombinedSchemas.self,
        // Answers.
        UnsendableCloseCode.self,
        LongReason.self,
        // Levels and targets.
        LooseningWithoutEffect.self,
        ChangedResponseHeader.self,
        ObserveInProduction.self,
        UnenforceableByTarget.self,
        // Spelling.
        YAML11Spelling.self,
        UnusedSuppression.self,
    ]

    /// The rule with an id.
    package static func rule(_ id: String) -> (any LintRule.Type)? {
        rules.first { $0.id == id }
    }
}
