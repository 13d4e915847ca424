import ContentFuzzing

/// What libFuzzer calls with each input; a disagreement ends the run, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
@unsafe public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let text = FuzzCase(bytes)?.disagreement() { fatalError(text) }
    return 0
}
