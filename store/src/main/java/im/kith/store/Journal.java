package im.kith.store;

/// One ordered lane of commits into a [Store]. Used by one thread at a time.
///
/// The n-th submitted commit has ticket n, from 1. Over all journals of a store, commits reach the disk in the order in
/// which
/// they were submitted: a commit that was kept implies that every commit submitted before it was kept.
public interface Journal {

    /// Queues the commit and answers its ticket. Never blocks and never fails: a disk that refuses is tried again with
    /// back-off until it takes the commit; meanwhile [Listener#stalled] has been called.
    long submit(Commit commit);

    /// Told on a store thread; must not block.
    interface Listener {
        /// All commits of this journal up to `ticket` are on disk. One call for everything that one sync covered.
        void kept(long ticket);

        /// Commits wait because the disk refuses them; `why` is for the operator.
        void stalled(String why);

        /// Writing works again.
        void healed();
    }
}
