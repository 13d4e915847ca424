import PolicyModel
import PolicyPlan

extension CodePointProperties {
    /// As the plan's table writes them; see `CodePointLayout`.
    var word: UInt32 {
        var word = status.rawValue
        word |= direction.rawValue << CodePointLayout.directionShift
        word |= joining.rawValue << CodePointLayout.joiningShift
        word |= script.rawValue << CodePointLayout.scriptShift
        if isVirama { word |= CodePointLayout.virama }
        if isMark { word |= CodePointLayout.mark }
        return word
    }
}
