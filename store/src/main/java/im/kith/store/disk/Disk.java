package im.kith.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// All that the log needs of a file system, small enough to be simulated. Paths are relative to the data directory.
public interface Disk extends AutoCloseable {

    /// One open file. Reads may come from any thread, writes from one.
    interface File extends AutoCloseable {

        long size() throws IOException;

        /// Writes all of `bytes` at `offset`.
        void write(long offset, ByteBuffer bytes) throws IOException;

        /// Fills `bytes` from `offset` as far as the file goes; answers how many bytes were read, 0 at the end.
        int read(long offset, ByteBuffer bytes) throws IOException;

        /// After this returned normally, everything written before survives a power cut.
        void force() throws IOException;

        void truncate(long size) throws IOException;

        @Override
        void close() throws IOException;
    }

    /// Names of the files in a folder, sorted; empty when there is no such folder.
    List<String> list(String folder) throws IOException;

    /// Opens an existing file, or makes a new one (with its folder) if `create`.
    File open(String path, boolean create) throws IOException;

    void delete(String path) throws IOException;

    /// After this returned normally, files made and deleted in the folder stay so after a power cut.
    void forceFolder(String folder) throws IOException;

    long freeBytes() throws IOException;

    /// How an operator finds the file `path`.
    String describe(String path);

    @Override
    void close();
}
