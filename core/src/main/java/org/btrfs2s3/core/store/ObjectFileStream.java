package org.btrfs2s3.core.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.btrfs2s3.core.store.RemoteException.Kind;

/** Reads an object's file to the end that it had when it was opened: objects do not change. */
final class ObjectFileStream extends InputStream {

  private final Path path;
  private final FileChannel channel;
  private final long size;
  private long position;

  private ObjectFileStream(Path path, FileChannel channel, long size, long position) {
    this.path = path;
    this.channel = channel;
    this.size = size;
    this.position = position;
  }

  static ObjectFileStream open(Path path, long offset) throws IOException {
    var channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    try {
      long size = channel.size();
      if (offset < 0 || offset > size) {
        throw new RemoteException(
            Kind.REFUSED,
            "cannot read " + path + " from " + offset + ": it has " + size + " bytes");
      }
      return new ObjectFileStream(path, channel, size, offset);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    try {
      return position == size ? endOfFile() : readSome(bytes, offset, length);
    } catch (ClosedByInterruptException e) {
      var interrupted = new InterruptedIOException("interrupted while reading " + path);
      interrupted.initCause(e);
      throw interrupted;
    } catch (IOException e) {
      throw FileFailure.sorted("read " + path.getFileName(), path.resolveSibling(""), e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private int readSome(byte[] bytes, int offset, int length) throws IOException {
    int wanted = (int) Math.min(Math.min(length, StagedFile.MAX_TRANSFER), size - position);
    int read = channel.read(ByteBuffer.wrap(bytes, offset, wanted), position);
    if (read < 0) {
      throw changed();
    }
    position += read;
    return read;
  }

  private int endOfFile() throws IOException {
    if (channel.size() != size) {
      throw changed();
    }
    return -1;
  }

  private RemoteException changed() throws IOException {
    return new RemoteException(
        Kind.INTEGRITY,
        path + " had " + size + " bytes when it was opened and has " + channel.size() + " now");
  }
}
