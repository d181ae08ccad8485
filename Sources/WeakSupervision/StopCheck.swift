/// Asked again and again by work that takes its time, from any thread and well within every second; throws where the
/// work is to stop. What was made so far is then let go, unless the work says that it can be gone on with.
public typealias StopCheck = @Sendable () throws -> Void
