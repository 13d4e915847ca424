/// A pattern of a schema with the automaton that decides it.
package struct SchemaPattern: Sendable, Hashable {
    package let text: String
    package let automaton: PatternAutomaton

    package init(text: String, automaton: PatternAutomaton) {
        self.text = text
        self.automaton = automaton
    }

    package static func == (left: SchemaPattern, right: SchemaPattern) -> Bool {
        left.text == right.text
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }
}
