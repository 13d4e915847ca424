import CWebSocketPolicy

/// Memory of its own for each argument, given back at the end: what reads behind one is found by a memory checker.
@safe final class Arena {
    private var blocks = unsafe [UnsafeMutableRawPointer]()

    deinit {
        unsafe blocks.forEach { unsafe $0.deallocate() }
    }

    /// A copy of exactly these bytes.
    func bytes(_ bytes: [UInt8]) -> wsp_bytes {
        guard !bytes.isEmpty else { return unsafe wsp_bytes() }
        let block = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        for place in bytes.indices { unsafe block[place] = bytes[place] }
        unsafe blocks.append(UnsafeMutableRawPointer(block))
        return unsafe wsp_bytes(data: UnsafePointer(block), length: bytes.count)
    }

    func bytes(_ text: String) -> wsp_bytes {
        unsafe bytes(Array(text.utf8))
    }

    /// A copy of these header fields.
    func headers(_ headers: [([UInt8], [UInt8])]) -> UnsafePointer<wsp_header>? {
        guard !headers.isEmpty else { return nil }
        let block = UnsafeMutablePointer<wsp_header>.allocate(capacity: headers.count)
        for (place, header) in headers.enumerated() {
            unsafe (block + place).initialize(
                to: wsp_header(name: bytes(header.0), value: bytes(header.1))
            )
        }
        unsafe blocks.append(UnsafeMutableRawPointer(block))
        return unsafe UnsafePointer(block)
    }
}
