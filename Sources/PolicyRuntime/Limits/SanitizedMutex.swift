#if WSPOLICY_THREADS
/// A lock that the thread sanitizer sees; `make test-threads` alone builds it, in the place of the library's.
///
/// `Synchronization.Mutex` waits by futexes in code that is not instrumented, so that the sanitizer would call each lock a race.
@safe
// @unchecked: the value is touched under the lock alone, by `withLock`; the pointer to the lock never changes and is freed in
// `deinit`, when no thread has it any more.
struct Mutex<Value>: ~Copyable, @unchecked Sendable {
    private final class Box {
        var value: Value

        init(_ value: Value) { self.value = value }
    }

    private let box: Box
    // Not in the box, which is touched under the lock alone.
    private let lock: UnsafeMutableRawPointer

    init(_ value: Value) {
        box = Box(value)
        unsafe lock = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
        // All zeros are an initialised `pthread_mutex_t`.
        unsafe lock.initializeMemory(as: UInt8.self, repeating: 0, count: 64)
    }

    deinit { unsafe lock.deallocate() }

    borrowing func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        _ = unsafe lockMutex(lock)
        defer { _ = unsafe unlockMutex(lock) }
        return try body(&box.value)
    }
}

// Not by an import: the runtime has none of a C library.
@_silgen_name("pthread_mutex_lock")
private func lockMutex(_ mutex: UnsafeMutableRawPointer) -> Int32

@_silgen_name("pthread_mutex_unlock")
private func unlockMutex(_ mutex: UnsafeMutableRawPointer) -> Int32
#endif
