/// The flat storage behind `Node`.
final class Tree: Sendable {}
