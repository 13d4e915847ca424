import NIOCore

/// The floor for measurements: answers any request with 101, unmasks each frame and sends it back, and checks nothing.
final class UncheckedEcho: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var pending = ByteBuffer()
    private var answer = ByteBuffer()
    private var isOpen = false

    static func serve(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(UncheckedEcho())
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        if pending.readableBytes > 0 {
            pending.writeBuffer(&buffer)
            buffer = pending
            pending = ByteBuffer()
        }
        if !isOpen {
            guard let end = buffer.readableBytesView.firstRange(of: [13, 10, 13, 10]) else {
                pending = buffer
                return
            }
            buffer.moveReaderIndex(to: end.upperBound)
            isOpen = true
            answer.writeStaticString(
                """
                HTTP/1.1 101 Switching Protocols\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
                \r

                """
            )
        }
        while let frame = Self.frame(of: buffer) {
            answer.writeInteger(buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) ?? 0)
            switch frame.length {
            case 0..<126: answer.writeInteger(UInt8(frame.length))
            case 126..<65_536: answer.writeMultipleIntegers(126 as UInt8, UInt16(frame.length))
            default: answer.writeMultipleIntegers(127 as UInt8, UInt64(frame.length))
            }
            Self.unmask(buffer.readableBytesSpan, frame.header, frame.length, to: &answer)
            buffer.moveReaderIndex(forwardBy: frame.header + frame.length)
        }
        if buffer.readableBytes > 0 { pending.writeBuffer(&buffer) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard answer.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        answer.clear()
    }

    private static func frame(of buffer: ByteBuffer) -> (header: Int, length: Int)? {
        let bytes = buffer.readableBytesView
        guard bytes.count >= 6 else { return nil }
        let start = bytes.startIndex
        let short = Int(bytes[start + 1] & 0x7F)
        let extra = short == 126 ? 2 : short == 127 ? 8 : 0
        let header = 6 + extra
        guard bytes.count >= header else { return nil }
        var length = short
        if extra > 0 { length = (0..<extra).reduce(0) { $0 << 8 | Int(bytes[start + 2 + $1]) } }
        return bytes.count >= header + length ? (header, length) : nil
    }

    private static func unmask(_ bytes: RawSpan, _ header: Int, _ length: Int, to answer: inout ByteBuffer) {
        let mask = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: header - 4, as: UInt32.self)
        let wide = UInt64(mask) << 32 | UInt64(mask)
        var offset = 0
        while length - offset >= 8 {
            let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: header + offset, as: UInt64.self)
            answer.writeInteger(word ^ wide, endianness: .host)
            offset += 8
        }
        while offset < length {
            let byte = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: header + offset, as: UInt8.self)
            answer.writeInteger(byte ^ UInt8(truncatingIfNeeded: wide >> UInt64(8 * (offset & 7))))
            offset += 1
        }
    }
}
