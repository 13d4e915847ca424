// One import gives an embedder the engine, its keys and decisions, and the words that they are made of.
@_exported public import PolicyPlan
@_exported public import PolicyRuntime
@_exported public import WebSocketPolicyJWT
@_exported public import WebSocketProtocol
